// Chapter 12: the plant's contract: plain tags, aggregates, and Sparkplug B nodes with their whole life.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { root } from './support/gateway.mjs';
import { bdSeq, born, data, decode, DOUBLE, encode, INT16, STRING } from './support/sparkplug.mjs';
import { until } from './support/until.mjs';
import { World } from './support/world.mjs';

const STREAM = '/api/sse/stream';

let world;
before(async () => {
  process.env.SSE_HEARTBEAT_INTERVAL = '1'; // the document's own variable
  world = await World.start();
});
after(() => world.stop());

const metric = async (name) =>
  Number(new RegExp(`^sluice_sparkplug_${name} (\\d+)`, 'm').exec((await world.get('/metrics')).text)[1]);

test('who connects is told so first, then gets each value that differs, and heartbeats', async () => {
  const client = await world.open(`${STREAM}?tags[]=temperature&tags[]=pressure`);
  const first = await client.next((block) => block.data !== undefined);
  assert.deepEqual([first.event, first.data], ['connected', '{}']);
  assert.deepEqual(await client.snapshot(), []);

  await world.publish('scada/s1/temperature', '21.5');
  const block = await client.next('data');
  const { time } = JSON.parse(block.data);
  assert.ok(Number.isInteger(time) && time > Date.UTC(2020), `${time} is a time in ms`);
  assert.equal(block.data, `{"site":"s1","tag":"temperature","interval":"raw","time":${time},"value":21.5}`);

  await world.publish('scada/s1/temperature', '21.55'); // within the dead band
  await world.publish('scada/s1/flow', '7'); // another tag
  await world.publish('plant/s1/batch', { metrics: { temperature: 22.5, pressure: 3.1 } });
  assert.equal((await client.nextData('data')).value, 22.5);
  assert.equal((await client.nextData('data')).value, 3.1);
  const beat = await client.next('heartbeat');
  assert.equal(beat.data, '{}');
});

test('tags are chosen in each way that a list is written; no tags are all', async () => {
  const tags = async (query) => {
    const snapshot = await (await world.open(STREAM + query)).snapshot();
    return snapshot.filter((block) => block.event === 'data').map((block) => JSON.parse(block.data).tag).sort();
  };
  for (const query of ['?tags[]=flow&tags[]=pressure', '?tags=flow,pressure', '?tags=flow&tags=pressure']) {
    assert.deepEqual(await tags(query), ['flow', 'pressure'], query);
  }
  assert.deepEqual(await tags(''), ['flow', 'pressure', 'temperature']);
  assert.deepEqual(await tags('?interval=minute'), []);
  assert.equal((await world.get(`${STREAM}?interval=day`)).status, 400);
});

test('a site that goes away is an error for every client', async () => {
  const client = await world.open(`${STREAM}?tags=nothing`);
  await client.snapshot();
  await world.publish('plant/s1/status', 'online', { retain: true });
  await world.publish('plant/s1/status', 'offline', { retain: true });
  const { data: text } = await client.next('error');
  assert.equal(text, '{"site":"s1","tag":null,"code":"SITE_OFFLINE","message":"Site s1 is offline"}');
});

test('the latest values are polled, past ones are listed', async () => {
  const latest = await world.getJson('/api/sse/latest?tags[]=temperature&interval=raw');
  assert.deepEqual(latest.map(({ tag: name, value }) => [name, value]), [['temperature', 22.5]]);
  const past = await world.getJson('/api/sse/history?tags=temperature');
  assert.deepEqual(past.filter(({ event }) => event === 'data').map((event) => event.data.value), [21.5, 22.5]);
});

test('a stream to try a proxy with has nothing but heartbeats', async () => {
  const client = await world.open('/api/sse/test');
  await client.next('connected');
  await client.next('heartbeat');
  await client.next('heartbeat');
});

test("an interval's end brings its aggregate to those who asked for it", async () => {
  const mapping = await readFile(path.join(root, 'mappings/scada.yaml'), 'utf8');
  assert.ok(mapping.includes('minute: 1m'));
  const text = mapping.replace('minute: 1m', 'minute: 1s').replace(/\ntests:\n[^]*$/, '\n'); // a minute is long
  const short = await World.start({ mappings: { 'scada.yaml': text } });
  try {
    const client = await short.open(`${STREAM}?tags[]=level&interval=minute`);
    await client.snapshot();
    await short.publish('scada/s1/level', '4');
    const { time, ...aggregate } = await client.nextData('data');
    assert.equal(time % 1000, 0);
    assert.deepEqual(aggregate, {
      site: 's1',
      tag: 'level',
      interval: 'minute',
      value: 4,
      min: 4,
      max: 4,
      mean: 4,
      count: 1,
    });
  } finally {
    await short.stop();
  }
});

test('a Sparkplug node heard in the middle of its life is asked for its births, by name', async () => {
  const commands = [];
  const node = await world.connect();
  node.on('message', (topic, payload) => commands.push([topic, decode(payload)]));
  await node.subscribeAsync('spBv1.0/+/NCMD/#');
  await node.publishAsync('spBv1.0/hall/DDATA/line0/pump', encode(`seq: 7 ${data(2, 'int_value: 5')}`));
  await until('the rebirth request', () => commands.length > 0);
  const [topic, text] = commands[0];
  assert.equal(topic, 'spBv1.0/hall/NCMD/line0');
  assert.match(text, /metrics \{\s+name: "Node Control\/Rebirth"[^]*boolean_value: true/);
  assert.doesNotMatch(text, /^seq:/m);
  await node.endAsync();
});

test('a Sparkplug node is born, speaks in aliases, misses a message, is born again and dies', async () => {
  const commands = [];
  const node = await world.connect();
  node.on('message', (topic) => commands.push(topic));
  await node.subscribeAsync('spBv1.0/hall/NCMD/line1');
  const say = (kind, text) => node.publishAsync(`spBv1.0/hall/${kind}`, encode(text), { qos: 1 });
  const beBorn = async (temp) => {
    await say('NBIRTH/line1', `seq: 0 ${bdSeq(3)} ${born('load', 1, DOUBLE, 'double_value: 0.5')}`);
    const name = born('name', 3, STRING, 'string_value: "P1"');
    await say('DBIRTH/line1/pump', `seq: 1 ${born('temp', 2, INT16, `int_value: ${temp}`)} ${name}`);
  };
  const client = await world.open(`${STREAM}?tags[]=load&tags[]=pump/temp`);
  await client.snapshot();
  const next = async () => {
    const { site, tag: name, value, quality } = await client.nextData('data');
    assert.equal(site, 'line1');
    return [name, value, quality];
  };

  await beBorn(250);
  assert.deepEqual(await next(), ['load', 0.5, 'good']);
  assert.deepEqual(await next(), ['pump/temp', 250, 'good']);
  await say('DDATA/line1/pump', `seq: 2 ${data(2, 'int_value: 65486')}`); // -50 in 16 bits
  assert.deepEqual(await next(), ['pump/temp', -50, 'good']);
  assert.deepEqual(commands, []);

  const gaps = await metric('sequence_gaps_total');
  await say('NDATA/line1', `seq: 4 ${data(1, 'double_value: 0.75')}`);
  assert.deepEqual(await next(), ['load', 0.75, 'good']);
  await until('the rebirth request', () => commands.includes('spBv1.0/hall/NCMD/line1'));
  await until('the gap to be counted', async () => (await metric('sequence_gaps_total')) === gaps + 1);
  const failures = await world.getJson('/mappings/errors');
  assert.ok(JSON.stringify(failures).includes("node 'hall/line1': messages are missing"), JSON.stringify(failures));

  await beBorn(300);
  assert.deepEqual(await next(), ['load', 0.5, 'good']);
  assert.deepEqual(await next(), ['pump/temp', 300, 'good']);

  await say('NDEATH/line1', bdSeq(2)); // of the session before: late
  await say('NDEATH/line1', bdSeq(3));
  assert.deepEqual(await next(), ['load', 0.5, 'stale']);
  assert.deepEqual(await next(), ['pump/temp', 300, 'stale']);
  const newcomer = await (await world.open(`${STREAM}?tags=pump/temp`)).snapshot();
  assert.match(newcomer.at(-1).data, /"value":300,"quality":"stale"\}$/);
  await node.endAsync();
});

test('a device that dies leaves its node alive', async () => {
  const node = await world.connect();
  const say = (kind, text) => node.publishAsync(`spBv1.0/hall/${kind}`, encode(text), { qos: 1 });
  const client = await world.open(`${STREAM}?tags[]=load2&tags[]=mill/rpm`);
  await client.snapshot();
  await say('NBIRTH/line2', `seq: 0 ${bdSeq(0)} ${born('load2', 1, DOUBLE, 'double_value: 1')}`);
  await say('DBIRTH/line2/mill', `seq: 1 ${born('rpm', 2, INT16, 'int_value: 9')}`);
  await say('DDEATH/line2/mill', 'seq: 2');
  await say('NDATA/line2', `seq: 3 ${data(1, 'double_value: 2')}`);
  const seen = [];
  while (seen.length < 4) seen.push(await client.nextData('data'));
  assert.deepEqual(seen.map(({ tag: name, value, quality }) => [name, value, quality]), [
    ['load2', 1, 'good'],
    ['mill/rpm', 9, 'good'],
    ['mill/rpm', 9, 'stale'],
    ['load2', 2, 'good'],
  ]);
  await node.endAsync();
});
