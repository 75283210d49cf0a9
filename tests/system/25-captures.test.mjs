// chapter: long
// Chapter 25: what a broker sends is recorded, and played again: to a broker, to browsers, and as text.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Child } from './support/child.mjs';
import { assertNoReport, binary, folderOf, root, sluice } from './support/gateway.mjs';
import { SseClient } from './support/sse.mjs';
import { until } from './support/until.mjs';
import { World } from './support/world.mjs';

const OK = 0;
const FAILED = 1;
const USAGE = 64;
const NO_INPUT = 66;
const UNAVAILABLE = 69;

let world;
let folder;
before(async () => {
  world = await World.start();
  folder = await folderOf({});
});
after(async () => {
  await rm(folder, { recursive: true });
  await world.stop();
});

const inFolder = (name) => path.join(folder, name);
const HEADER = '{"format":"sluice-capture","version":1,"started":"2026-03-01T08:00:00.000Z"}';
const line = (seconds, topic, payload, more = {}) =>
  JSON.stringify({ us: Math.round(seconds * 1e6), topic, ...more, payload: JSON.stringify(payload) });
const reading = (seconds, raw_mm, desk = 'a') =>
  line(seconds, `desk/${desk}/range`, { raw_mm, timestamp_ms: Math.round(seconds * 1000) });

async function capture(name, lines) {
  await writeFile(inFolder(name), `${[HEADER, ...lines].join('\n')}\n`);
  return inFolder(name);
}

/** Starts `sluice record`, and waits until it is subscribed. */
async function recording(...args) {
  const child = new Child(binary, ['record', '--mqtt', world.broker.url, ...args], { cwd: root });
  await until('the recording to begin', () => {
    if (child.ended) throw new Error(`it ended: ${child.err}`);
    return /recording .* from/.test(child.err);
  });
  return child;
}

/** Ends a recording as Ctrl-C does; what it said. */
async function finish(child) {
  const exit = await child.stop('SIGINT');
  assertNoReport(child);
  assert.deepEqual(exit, { code: OK, signal: null }, child.err);
  return child.err;
}

/** The messages of a capture, less its header. */
async function messagesOf(name) {
  const lines = (await readFile(inFolder(name), 'utf8')).trimEnd().split('\n').map((text) => JSON.parse(text));
  assert.equal(lines[0].format, 'sluice-capture');
  return lines.slice(1);
}

/** Publishes until the recording has it: the subscription may come into force a moment later. */
async function publishUntilSeen(name, topic) {
  await until(`${topic} to be recorded`, async () => {
    await world.publish(topic, 'ready');
    return (await readFile(inFolder(name), 'utf8')).includes(`"${topic}"`);
  });
}

test('a recording holds every byte, what was retained, and the properties', async () => {
  await world.publish('rec/kept', 'stored before', { retain: true });
  const child = await recording(inFolder('all.sluice.jsonl'), '-f', 'rec/#');
  await publishUntilSeen('all.sluice.jsonl', 'rec/ready');
  await world.publish('other/x', 'not wanted');
  await world.publish('rec/bytes', Buffer.from([0, 255, 10, 13]));
  await world.publish('rec/empty', '');
  await world.publish('rec/text', 'ü\n"\\\u2028', { qos: 0 });
  await world.publish('rec/v5', 'x', {
    properties: {
      responseTopic: 'answer/here',
      correlationData: Buffer.from([1, 0, 2]),
      contentType: 'text/plain',
      messageExpiryInterval: 3600,
      userProperties: { site: ['one', 'two'] },
    },
  });
  await publishUntilSeen('all.sluice.jsonl', 'rec/last');
  assert.match(await finish(child), /\d+ messages in .*, 1 file\n/);

  const messages = (await messagesOf('all.sluice.jsonl')).filter(({ topic }) => !/ready|last/.test(topic));
  const times = messages.map(({ us }) => us);
  assert.deepEqual(times, times.toSorted((a, b) => a - b));
  for (const message of messages) delete message.us;
  const { expiry_s, ...properties } = messages.at(-1).properties;
  assert.ok(expiry_s <= 3600 && expiry_s > 3000);
  messages.at(-1).properties = properties;
  assert.deepEqual(messages, [
    { topic: 'rec/kept', qos: 1, retain: true, payload: 'stored before' },
    { topic: 'rec/bytes', qos: 1, b64: 'AP8KDQ==' },
    { topic: 'rec/empty', qos: 1 },
    { topic: 'rec/text', payload: 'ü\n"\\\u2028' },
    {
      topic: 'rec/v5',
      qos: 1,
      payload: 'x',
      properties: {
        content_type: 'text/plain',
        response_topic: 'answer/here',
        correlation_b64: 'AQAC',
        user: [
          ['site', 'one'],
          ['site', 'two'],
        ],
      },
    },
  ]);
  const [header] = (await readFile(inFolder('all.sluice.jsonl'), 'utf8')).split('\n');
  assert.deepEqual(JSON.parse(header).filters, ['rec/#']);
  assert.equal(JSON.parse(header).broker, world.broker.url);
});

test('a recording ends by itself, compressed, in files of a size', async () => {
  const child = await recording(inFolder('big.sluice.jsonl.zst'), '-f', 'big/#', '--max', '40KiB', '--rotate-size', '8KiB');
  await until('the recording to end', async () => {
    await world.publish('big/x', randomBytes(4000));
    return child.ended;
  });
  assert.match(child.err, /--max is reached/);
  const files = (await readdir(folder)).filter((name) => name.startsWith('big'));
  assert.ok(files.length >= 4, files.join(' '));
  assert.ok(files.every((name) => /^big-\d{5}\.sluice\.jsonl\.zst$/.test(name)));
  const first = inFolder('big-00001.sluice.jsonl.zst');
  const { code, err } = await sluice(['replay', first, '--mqtt', world.broker.url, '--speed', 'max']);
  assert.equal(code, OK, err);
  assert.match(err, /^\d+ messages in/m);
});

test('a recording goes to a pipe, and ends after its time', async () => {
  await world.publish('pipe/a', '1', { retain: true });
  const { code, out } = await sluice(['record', '-', '--mqtt', world.broker.url, '-f', 'pipe/#', '--for', '500ms']);
  assert.equal(code, OK);
  assert.match(out, /^\{"format":"sluice-capture"/);
});

test('a broker that is not there, a file that is, a size that is none: each is said', async () => {
  const { code, err } = await sluice(['record', inFolder('x'), '--mqtt', 'mqtt://127.0.0.1:1']);
  assert.equal(code, UNAVAILABLE, err);
  await writeFile(inFolder('mine'), 'mine');
  const taken = await sluice(['record', inFolder('mine'), '--mqtt', world.broker.url]);
  assert.equal(taken.code, FAILED);
  assert.match(taken.err, /mine: is there already/);
  const wrong = await sluice(['record', inFolder('y'), '--max', 'much']);
  assert.equal(wrong.code, USAGE);
  assert.match(wrong.err, /^--max: 'much' is no size/);
});

test('the same capture prints the same events, byte by byte', async () => {
  const file = await capture('desk.sluice.jsonl', [reading(1, 1050), reading(1.1, 1070), reading(2, 1100, 'b')]);
  const print = (...args) => sluice(['replay', file, '--print', 'sse', ...args]);
  const first = await print();
  assert.equal(first.code, OK, first.err);
  assert.match(first.out, /^id: r[a-z0-9]+-1\nevent: desk\.\w+\ndata: \{/);
  assert.match(first.err, /3 messages in .*, \d+ events/);
  assert.equal((await print()).out, first.out);

  const input = await readFile(file);
  assert.equal((await sluice(['replay', '-', '--print', 'sse'], { input })).out, first.out);

  const stream = await print('--stream', 'desk', '--with', 'desk=b');
  assert.equal(stream.code, OK, stream.err);
  assert.match(stream.out, /^retry: \d+\n: ok\n\nevent: checkpoint\nid: r\w+-0\ndata:\n\nid: r/);
  assert.match(stream.out, /"raw_mm":1100/);
  assert.doesNotMatch(stream.out, /"raw_mm":10|event: source/);
});

test('a part of a capture, under other topics', async () => {
  const file = await capture('part.sluice.jsonl', [reading(1, 1050), reading(5, 1070, 'b'), reading(9, 1100)]);
  const { out } = await sluice(['replay', file, '--print', 'sse', '--from', '4s', '--to', '2026-03-01T08:00:06Z', '-f', 'desk/+/range',
    '--rewrite', 's/desk.b/desk\\/z/']);
  assert.match(out, /Desk z has no calibration/);
  assert.equal(out.match(/^id: /gm).length, 1, out);
});

test('browsers see what a capture is mapped to, and go on where they were', async () => {
  const lines = Array.from({ length: 200 }, (_, i) => reading(1 + i / 100, 1000 + i));
  const file = await capture('browser.sluice.jsonl', lines);
  const replay = new Child(binary, ['replay', file, '--into', 'pipeline', '--listen', '127.0.0.1:0', '--speed', '1'], { cwd: root });
  try {
    const base = await until('the replay to listen', () => /listening on (http:\/\/\S+)/.exec(replay.err)?.[1]);
    const client = await SseClient.open(`${base}/streams/desk`, { lastEventId: 'earliest' });
    const event = await client.next((block) => block.id?.startsWith('r') && block.event === 'height_update');
    assert.equal(typeof JSON.parse(event.data).height_cm, 'number');
    await until('the capture to be over', () => /the capture is over/.test(replay.err));
    assert.match(replay.err, /200 messages in/);
    const status = await (await fetch(`${base}/api/status`)).json();
    assert.equal(status.broker.connected, true);
    assert.equal(status.messages, 200);
    assert.equal((await fetch(`${base}/readyz`)).status, 200);
    const resumed = await SseClient.open(`${base}/streams/desk`, { lastEventId: event.id });
    const next = await resumed.next((block) => block.id?.startsWith('r') && block.event === 'height_update');
    assert.ok(Number(next.id.split('-')[1]) > Number(event.id.split('-')[1]));
    client.close();
    resumed.close();
  } finally {
    const exit = await replay.stop('SIGINT');
    assertNoReport(replay);
    assert.deepEqual(exit, { code: OK, signal: null }, replay.err);
  }
});

test('a replay to a broker is what was recorded: bytes, retain, properties, in order', async () => {
  const file = await capture('to_broker.sluice.jsonl', [
    JSON.stringify({ us: 1, topic: 'back/a', qos: 1, retain: true, b64: 'AP8=' }),
    JSON.stringify({ us: 2, topic: 'back/b', qos: 1, payload: 'x', properties: { content_type: 'c', correlation_b64: 'AA==', user: [['n', 'v']] } }),
    ...Array.from({ length: 3000 }, (_, i) => JSON.stringify({ us: 3 + i, topic: 'back/n', qos: i % 2, payload: `${i}` })),
  ]);
  const listener = await world.connect();
  const got = [];
  listener.on('message', (topic, payload, packet) => got.push({ topic, payload, packet }));
  await listener.subscribeAsync('back/#', { qos: 1 });
  const { code, err } = await sluice(['replay', file, '--mqtt', world.broker.url, '--speed', 'max']);
  assert.equal(code, OK, err);
  assert.match(err, /3,002 messages in/);
  await until('all messages', () => got.length === 3002);
  assert.deepEqual(got[0].payload, Buffer.from([0, 255]));
  assert.equal(got[1].packet.properties.contentType, 'c');
  assert.deepEqual({ ...got[1].packet.properties.userProperties }, { n: 'v' });
  // The order is one of each QoS: between them the broker itself keeps none for a subscriber (MQTT 5, 4.6).
  const numbers = got.slice(2).map(({ payload }) => Number(payload));
  for (const qos of [0, 1]) {
    const expected = Array.from({ length: 1500 }, (_, i) => 2 * i + qos);
    assert.deepEqual(numbers.filter((n) => n % 2 === qos), expected);
  }
  const late = await world.connect();
  const stored = new Promise((resolve) => late.on('message', (topic, payload, packet) => resolve(packet)));
  await late.subscribeAsync('back/a');
  assert.equal((await stored).retain, true);
  const gone = await sluice(['replay', file, '--mqtt', 'mqtt://127.0.0.1:1']);
  assert.equal(gone.code, UNAVAILABLE);
});

test('a capture that is damaged says where, and the rest of it is played', async () => {
  const file = await capture('damaged.sluice.jsonl', [reading(1, 1050), '{"us":1500000,"topic":"desk/a/ra', reading(2, 1100)]);
  await writeFile(file, '{"us":3000000,"topic":"desk', { flag: 'a' });
  const { code, out, err } = await sluice(['replay', file, '--print', 'sse']);
  assert.equal(code, FAILED);
  assert.match(err, /damaged\.sluice\.jsonl:3: no message of a capture: not JSON/);
  assert.match(err, /note: line 5, the last one, is cut and left out/);
  assert.match(err, /2 messages in .*1 places of the capture could not be read/);
  assert.match(out, /event: desk\./);
});

test('what does not go together is said in one sentence', async () => {
  const file = await capture('fine.sluice.jsonl', [reading(1, 1050)]);
  const refused = async (args, expected, exit = USAGE) => {
    const { code, err } = await sluice(['replay', ...args]);
    assert.equal(code, exit, err);
    assert.match(err, expected);
  };
  await refused([file], /^say where to: --mqtt URL/);
  await refused([file, '--mqtt', world.broker.url, '--print', 'sse'], /not with --into, --listen or --print/);
  await refused([file, '--print', 'sse', '--loop'], /not with --loop/);
  await refused([file, '--into', 'pipeline', '--speed', 'fast'], /^--speed: 'fast', expected 0\.001 to 1000, or max/);
  await refused([file, '--print', 'sse', '--rewrite', 's/(/x/'], /^--rewrite: 's\/\(\/x\/' is no rewriting/);
  await refused([file, '--print', 'sse', '--from', 'noon'], /^--from: 'noon' is neither/);
  await refused([inFolder('none'), '--print', 'sse'], /none: no such file/, NO_INPUT);
  await writeFile(inFolder('text'), 'just some text\n');
  await refused([inFolder('text'), '--print', 'sse'], /begins with .*no capture that is understood/, FAILED);
  await refused([file, '--print', 'sse', '--stream', 'dessk'], /no stream 'dessk' - did you mean 'desk'\?/);
});

test('a mapping test is given a capture', async () => {
  await capture('given.sluice.jsonl', [line(1, 't/a', { n: 1 }), line(2, 't/b', { n: 2 })]);
  await writeFile(inFolder('m.yaml'), `rules: [{topic: 't/{d}', emit: e}]
tests:
  - name: a capture
    given: [{capture: given.sluice.jsonl}]
    expect: [{at: 1s, event: e, key: {d: a}}, {at: 2s, event: e, data: {n: 2}}]
`);
  const { code, out, err } = await sluice(['check', inFolder('m.yaml')]);
  assert.equal(code, OK, err);
  assert.match(out, /1 tests passed, 0 failed/);
});
