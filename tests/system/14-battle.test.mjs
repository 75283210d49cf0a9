// Chapter 14: the game's contract over Server-Sent Events: unnamed blocks, each an envelope.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { RawWebSocket } from './support/websocket.mjs';
import { World } from './support/world.mjs';

let world;
before(async () => {
  process.env.AF_SSE_HEARTBEAT_INTERVAL = '1'; // the document's own variable
  world = await World.start();
});
after(() => world.stop());

const open = async (query = '') => {
  const client = await world.open(`/battle/events${query}`);
  const snapshot = (await client.snapshot()).map((block) => JSON.parse(block.data));
  /** The next envelope that is no heartbeat. */
  const next = async () => {
    const block = await client.next((b) => b.data && JSON.parse(b.data).type !== 'heartbeat');
    assert.equal(block.event, undefined, 'the document reads all by onmessage');
    return JSON.parse(block.data);
  };
  return { client, snapshot, next };
};
const without = ({ timestamp, ...rest }) => rest;

test('before there is a state, polling is 404 and a newcomer gets nothing', async () => {
  assert.equal((await world.get('/battle/state')).status, 404);
  assert.deepEqual((await open()).snapshot, []);
});

test('a changed section is a state_update; who connects gets the whole state', async () => {
  const live = await open('?game=g1');
  const party = { type: 'seed', hp: 10 };
  await world.publish('game/g1/state/party', party, { retain: true });
  const update = await live.next();
  assert.deepEqual(Object.keys(update), ['type', 'data', 'timestamp']);
  assert.deepEqual(without(update), { type: 'state_update', data: { game: 'g1', state: { party } } });
  assert.ok(update.timestamp > Date.UTC(2020) / 1000 && update.timestamp < Date.UTC(2200) / 1000, 'Unix seconds');

  await world.publish('game/g1/state/party', party, { retain: true }); // no change
  await world.publish('game/g1/state/map', { zone: 3 }, { retain: true });
  assert.deepEqual((await live.next()).data, { game: 'g1', state: { map: { zone: 3 } } });

  const { snapshot } = await open('?game=g1');
  const whole = { game: 'g1', state: { party, map: { zone: 3 } } };
  assert.deepEqual(snapshot.map(without), [{ type: 'initial_state', data: whole }]);
  assert.deepEqual(await world.getJson('/battle/state'), whole);
});

test('a round of battle and notifications reach those who watch the game', async () => {
  const first = await open('?game=g1');
  const second = await open('?game=g2');
  await world.publish('game/g1/battle', { round: 1, log: ['hit'], finished: false });
  await world.publish('game/g1/notify', { level: 'info', text: 'to the first' });
  await world.publish('game/notify', { level: 'warning', text: 'to all' });
  const battle = { game: 'g1', round: 1, log: ['hit'], finished: false };
  assert.deepEqual(without(await first.next()), { type: 'battle_update', data: battle });
  const one = { level: 'info', text: 'to the first' };
  assert.deepEqual(without(await first.next()), { type: 'notification', data: one });
  const all = { type: 'notification', data: { level: 'warning', text: 'to all' } };
  assert.deepEqual(without(await first.next()), all);
  assert.deepEqual(without(await second.next()), all);
});

test('silence is filled with heartbeat envelopes', async () => {
  const { client } = await open();
  const beat = await client.nextData((block) => block.data.includes('heartbeat'));
  assert.deepEqual(Object.keys(beat), ['type', 'timestamp']);
  assert.equal(beat.type, 'heartbeat');
  assert.ok(!Number.isNaN(beat.timestamp));
});

test('what is no notification is not sent, and is shown with its place', async () => {
  const { next } = await open('?game=g1');
  await world.publish('game/g1/notify', { level: 'shout', text: 'x' });
  await world.publish('game/g1/notify', { level: 'error', text: 'y' });
  assert.equal((await next()).data.text, 'y');
  const [failure] = (await world.getJson('/mappings/errors')).slice(-1);
  assert.match(JSON.stringify(failure), /battle\.yaml:\d+:\d+.*level/);
});

test('the same over WebSocket, with id and key', async () => {
  const socket = await RawWebSocket.open(`${world.base}/battle/ws?game=g7`);
  await socket.next('checkpoint');
  const { next } = await open('?game=g7');
  await world.publish('game/g7/state/party', { hp: 7 });
  const { id, key, ...envelope } = await socket.next('state_update');
  assert.match(id, /^[a-z0-9]+-\d+$/);
  assert.deepEqual(key, { game: 'g7', section: 'party' });
  assert.deepEqual(envelope, await next());
  await socket.next('heartbeat');
  socket.close();
});
