// Chapter 12: mappings change while messages come and clients listen.

import assert from 'node:assert/strict';
import { rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { MAPPING, Ticks } from './support/ticks.mjs';
import { until } from './support/until.mjs';
import { World } from './support/world.mjs';

const RATE = 1000;
const CLIENTS = 50;

// Counts what it hears, by the state of one step and by its own latest value; is silent to all but polls.
const COUNT = `events:
  count: {n: int, seen: int, held: [int]}
rules:
  - topic: ticks/0
    payload: {n: int}
    steps:
      - collect: {into: held, of: n, last: 3}
    emit: {event: count, data: {seen: '=(latest.count.seen else 0) + 1'}}
streams:
  count: {events: count}
`;

let world;
let ticks;
let clients;

before(async () => {
  world = await World.start({ mappings: { ...MAPPING, 'count.yaml': COUNT } });
  ticks = new Ticks(world.device, RATE);
  clients = await Promise.all(Array.from({ length: CLIENTS }, () => world.open('/ticks')));
  await until('events at all', () => clients.every((client) => numbers(client).length > 20));
});

after(async () => {
  ticks.stop();
  await world.stop();
});

/** What a client got live: the sequences and the numbers of its events. */
function events(client) {
  return client.blocks
    .filter((block) => block.event === 'tick' && block.id)
    .map((block) => ({ sequence: Number(block.id.split('-')[1]), epoch: block.id.split('-')[0], n: JSON.parse(block.data).n }));
}
const numbers = (client) => events(client).map(({ n }) => n);

/** Nothing missing, doubled or out of order, and one epoch. */
function assertWhole(client) {
  const all = events(client);
  for (let i = 1; i < all.length; i += 1) {
    assert.equal(all[i].n, all[i - 1].n + 1, `${all[i].n} follows ${all[i - 1].n}`);
    assert.ok(all[i].sequence > all[i - 1].sequence, 'ids grow');
    assert.equal(all[i].epoch, all[0].epoch);
  }
  assert.equal(client.blocks.filter((block) => block.event === 'gap').length, 0);
}

/** As an editor saves: another file, renamed over it. */
async function save(name, text) {
  const file = path.join(world.gateway.folder, name);
  await writeFile(`${file}~`, text);
  await rename(`${file}~`, file);
}

const mappings = () => world.getJson('/mappings');

/** Waits for one more attempt to reload; what `/mappings` says then. */
async function attempted(change) {
  const { attempts } = (await mappings()).reload;
  await change();
  return until('an attempt to reload', async () => {
    const now = await mappings();
    return now.reload.attempts > attempts && now;
  });
}

/** All clients have what is sent from now on. */
async function flowing() {
  const from = ticks.sent;
  await until('events after that', () => clients.every((client) => client.ended || numbers(client).at(-1) > from));
  for (const client of clients) assert.equal(client.ended, null, 'connected');
}

const TICKS = MAPPING['ticks.yaml'];

test('a rule added above the others: clients stay, state and latest values too', async () => {
  const { fingerprint } = await mappings();
  const above = COUNT.replace('rules:\n', 'rules:\n  - {topic: other, emit: {event: count, when: false}}\n');
  const now = await attempted(() => save('count.yaml', above));
  assert.equal(now.reload.ok, true, JSON.stringify(now.reload));
  assert.notEqual(now.fingerprint, fingerprint);
  assert.equal(now.reload.steps_kept, now.reload.steps);
  await flowing();
});

test('many saves in a row', async () => {
  for (let i = 0; i < 5; i += 1) {
    const now = await attempted(() => save('ticks.yaml', `${TICKS}# ${i}\n`));
    assert.equal(now.reload.ok, true);
  }
  await flowing();
});

test('a file that does not load changes nothing, and is told with its place', async () => {
  const { fingerprint, since, reload } = await mappings();
  const now = await attempted(() => save('count.yaml', COUNT.replace('emit:', 'emits:')));
  assert.equal(now.reload.ok, false);
  assert.equal(now.reload.failures, reload.failures + 1);
  assert.match(now.reload.errors[0].where, /count\.yaml:\d+:\d+$/);
  assert.deepEqual([now.fingerprint, now.since], [fingerprint, since]);
  assert.match(world.gateway.child.err, /mappings not reloaded.*\n.*error: \S*count\.yaml:\d+:\d+: /);
  assert.match((await world.get('/metrics')).text, /^sluice_mapping_reload_ok 0$/m);
  await flowing();
});

test('a failing test in a file changes nothing either', async () => {
  const failing = `${COUNT}tests:
  - name: it fails
    given: [{topic: ticks/0, payload: {n: 1}}]
    expect: [{event: count, data: {n: 2}}]
`;
  const now = await attempted(() => save('count.yaml', failing));
  assert.equal(now.reload.ok, false);
  assert.match(now.reload.errors[0].where, /count\.yaml:12:5$/);
  assert.match(now.reload.errors[0].message, /^test failed: it fails\n {5}count\.n: expected 2, got 1/);
  await flowing();
});

test('the repaired file serves again', async () => {
  const now = await attempted(() => save('count.yaml', COUNT));
  assert.equal(now.reload.ok, true);
  assert.deepEqual(now.reload.errors, []);
  assert.match((await world.get('/metrics')).text, /^sluice_mapping_reload_ok 1$/m);
});

test('a new file: its stream serves, its command too', async () => {
  const text = `events: {extra: {n: int}}
rules: [{topic: 'ticks/{kind}', payload: {n: int}, emit: extra}]
streams: {extra: {path: /extra, events: extra, frame: data}}
commands: {press: {post: /press, body: {}, publish: {topic: pressed, payload: x}}}
`;
  await attempted(() => save('extra.yaml', text));
  const client = await world.open('/extra');
  assert.equal(typeof (await client.nextData()).n, 'number');
  assert.equal((await world.post('/press', {})).status, 202);
  assert.match((await world.get('/schema/ts')).text, /[Ee]xtra/);
  await flowing();
});

test('a deleted file: its clients get whole events and a clean end, its routes are gone', async () => {
  const client = await world.open('/extra');
  await client.nextData();
  await attempted(() => rm(path.join(world.gateway.folder, 'extra.yaml')));
  assert.equal(await client.end(), 'end');
  assert.equal(client.rest, '');
  const got = client.blocks.filter((block) => block.data && block.id).map((block) => JSON.parse(block.data).n);
  for (let i = 1; i < got.length; i += 1) assert.equal(got[i], got[i - 1] + 1);
  assert.equal((await world.get('/extra')).status, 404);
  assert.equal((await world.post('/press', {})).status, 404);
  await flowing();
});

test('another filter to subscribe to, and back: nothing is lost or doubled', async () => {
  const wider = TICKS.replace('rules:\n', 'rules:\n  - {topic: "ticks/#", emit: {event: tick, when: false}}\n');
  for (const text of [wider, TICKS, wider, TICKS]) {
    const now = await attempted(() => save('ticks.yaml', text));
    assert.equal(now.reload.ok, true, JSON.stringify(now.reload.errors));
    await flowing();
  }
});

test('a stream that changes its heartbeat keeps its clients; one that changes its frame has them come back', async () => {
  await attempted(() => save('ticks.yaml', TICKS.replace('path: /ticks\n', 'path: /ticks\n    heartbeat: 5s\n')));
  await flowing();
  const client = await world.open('/streams/count');
  await client.nextData();
  await attempted(() => save('count.yaml', COUNT.replace('{events: count}', '{events: count, frame: data}')));
  assert.equal(await client.end(), 'end');
  const id = client.blocks.findLast((block) => block.id).id;
  const again = await world.open('/streams/count', { lastEventId: id });
  assert.equal((await again.next((block) => block.id)).event, undefined);
  await flowing();
});

test('SIGHUP reloads whatever the files say', async () => {
  const now = await attempted(() => world.gateway.child.signal('SIGHUP'));
  assert.equal(now.reload.ok, true);
  assert.equal(world.gateway.child.ended, false);
  await flowing();
});

test('after all of this every client has each event once, and no count was missed', async () => {
  ticks.stop();
  await until('the last event', () => clients.every((client) => numbers(client).at(-1) === ticks.sent - 1));
  clients.forEach(assertWhole);
  const first = Math.min(...clients.map((client) => numbers(client)[0]));
  assert.ok(ticks.sent - first > 100);
  const [{ data }] = await world.getJson('/streams/count/latest');
  const heard = Math.ceil(ticks.sent / 10);
  assert.equal(data.seen, heard, 'the latest value went on counting');
  assert.deepEqual(data.held, [heard - 3, heard - 2, heard - 1].map((i) => i * 10), 'the list went on');
});

test('an option that cannot change while running is named', async () => {
  const config = (clients) => `limits: {clients: ${clients}}\n`;
  const other = await World.start({ mappings: MAPPING, config: config(50) });
  try {
    const file = other.gateway.child.process.spawnargs.find((arg) => arg.endsWith('sluice.yaml'));
    await writeFile(file, config(60));
    other.gateway.child.signal('SIGHUP');
    await until('the warning', () => /'limits\.clients' cannot change while the gateway runs/.test(other.gateway.child.err));
    await until('the reload', () => /mappings reloaded/.test(other.gateway.child.err));
  } finally {
    await other.stop();
  }
});
