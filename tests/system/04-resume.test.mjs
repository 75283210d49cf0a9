// chapter: long
// Chapter 4: who comes back misses nothing, gets nothing twice, and is told when something is gone.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { CountingClient } from './support/counting_client.mjs';
import { KINDS, MAPPING, Ticks } from './support/ticks.mjs';
import { until, within } from './support/until.mjs';
import { World } from './support/world.mjs';

const CLIENTS = Number(process.env.SLUICE_TEST_CLIENTS ?? 1000);
const RATE = 1000; // events a second
const NEWEST = 2000; // positions are drawn from this many newest events
const ROUNDS = 5; // connections of each client

let world;
before(async () => {
  // More than a starved machine can fall behind: here nothing may be gone.
  const config = 'history: {store: memory, events: 1000000, bytes: 1GiB}\n';
  world = await World.start({ mappings: MAPPING, config });
});
after(() => world.stop());

/** The log's epoch, and how far ids are ahead of the numbers in the data. */
async function positions() {
  const { log } = await world.gateway.status();
  const watcher = await world.open('/ticks');
  const block = await watcher.next((b) => b.id && b.data?.startsWith('{'));
  const offset = Number(block.id.split('-').at(-1)) - JSON.parse(block.data).n;
  watcher.close();
  return { epoch: log.epoch, offset };
}

test(`${CLIENTS} clients reconnect at random positions: nothing missing, doubled or out of order`, async () => {
  const ticks = new Ticks(world.device, RATE);
  const { epoch, offset } = await positions();
  const { port } = world.gateway;
  const watcher = new CountingClient({ port, epoch, offset });
  await within('enough events', watcher.when(() => watcher.last >= NEWEST));

  const faults = [];
  let events = 0;
  let connections = 0;
  const one = async (index) => {
    const kind = index % 2 === 0 ? null : index % KINDS;
    for (let round = 0; round < ROUNDS; round += 1) {
      const head = watcher.last;
      const after = head - Math.floor(Math.random() * NEWEST);
      const client = new CountingClient({ port, kind, epoch, offset, after });
      // Past the seam: what it missed, and then some that were live when it came.
      const enough = head + Math.floor(Math.random() * RATE);
      await within(`event ${enough}`, client.when(() => client.last >= enough), 300);
      if (client.ended) client.fault ??= `the connection ended: ${client.ended}`;
      if (client.gaps > 0) client.fault ??= 'a gap, though nothing was lost';
      if (client.fault) faults.push(`${client.path} after ${after}: ${client.fault}`);
      events += client.events;
      connections += 1;
      client.close();
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, (_, index) => one(index)));
  ticks.stop();
  await within('the last event', watcher.when(() => watcher.last === ticks.sent - 1));
  watcher.close();
  assert.deepEqual(faults.slice(0, 5), []);
  assert.equal(watcher.fault, null);
  assert.equal(connections, CLIENTS * ROUNDS);
  console.log(`${connections} connections, ${events} events, every one in its place`);
});

test('the position of the newest event, and the checkpoint of a new client, resume without a gap', async () => {
  const client = await world.open('/ticks');
  await client.snapshot();
  const { id } = client.blocks.at(-1);
  const { log } = await world.gateway.status();
  await world.publish('ticks/1', { n: 1_000_000, pad: '' });
  const again = await world.open('/ticks', { lastEventId: id });
  assert.equal((await again.nextData()).n, 1_000_000);
  assert.equal(id, `${log.epoch}-${log.head}`);
  assert.ok(!again.body.includes('event: gap') && !again.body.includes('event: checkpoint'), again.body);
});

test('the query carries the position where no header can', async () => {
  const { log } = await world.gateway.status();
  for (const name of ['lastEventId', 'last_event_id']) {
    const client = await world.open(`/ticks?${name}=${log.epoch}-${log.head - 1}`);
    assert.equal((await client.next((block) => block.id)).id, `${log.epoch}-${log.head}`);
    assert.equal(client.headers['sluice-last-event-id'], `${log.epoch}-${log.head - 1}`);
  }
});

test('earliest is the oldest event kept', async () => {
  const { log } = await world.gateway.status();
  const client = await world.open('/ticks', { lastEventId: 'earliest' });
  assert.equal((await client.next((block) => block.id)).id, `${log.epoch}-${log.first}`);
});

/** What a client with this position is told: the gap, then the snapshot as for a new client, then live events. */
async function gapFor(lastEventId) {
  const client = await world.open('/ticks?kind=1', { lastEventId });
  const gap = await client.next((block) => block.event);
  assert.equal(gap.event, 'gap');
  assert.equal(gap.id, undefined, 'a gap that answers a resume has no id');
  const snapshot = await client.snapshot();
  assert.deepEqual(snapshot.map((block) => [block.event, block.id]), [['tick', undefined]]);
  await world.publish('ticks/1', { n: 2_000_000, pad: lastEventId });
  assert.equal((await client.nextData()).pad, lastEventId);
  return JSON.parse(gap.data);
}

test('future, foreign and unreadable positions get a gap, then the snapshot, then live', async () => {
  const { log } = await world.gateway.status();
  for (const from of [`${log.epoch}-99999999`, 'other-5']) {
    const gap = await gapFor(from);
    assert.deepEqual([gap.reason, gap.from, gap.missed], ['unknown', from, null]);
    assert.match(gap.to, new RegExp(`^${log.epoch}-\\d+$`));
  }
  for (const unreadable of ['hello', '-', `${log.epoch}-`, '1e99', `${log.epoch}-18446744073709551616`, '"><script>']) {
    const gap = await gapFor(unreadable);
    assert.deepEqual([gap.reason, gap.from], ['unknown', null], unreadable);
  }
});

test('a position whose events are gone gets a gap with how many', async () => {
  const small = await World.start({ mappings: MAPPING, config: 'history: {events: 100}\n' });
  try {
    const watcher = await small.open('/ticks');
    await watcher.snapshot();
    for (let n = 0; n < 300; n += 1) await small.publish('ticks/1', { n, pad: '' });
    const { log } = await small.gateway.status();
    await until('the log to keep no more than it should', async () => (await small.gateway.status()).log.first > 100);
    const client = await small.open('/ticks', { lastEventId: `${log.epoch}-50` });
    const gap = JSON.parse((await client.next('gap')).data);
    assert.deepEqual([gap.reason, gap.from, gap.to], ['expired', `${log.epoch}-50`, `${log.epoch}-300`]);
    assert.ok(gap.missed === 250 || gap.missed === null, 'as many as are gone, where that is known');
    const [latest] = await client.snapshot();
    assert.equal(JSON.parse(latest.data).n, 299);
  } finally {
    await small.stop();
  }
});
