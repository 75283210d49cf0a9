// Chapter 26: captures that other tools have made, detected by content: replayed as they are, and converted into ours.

import assert from 'node:assert/strict';
import { copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Child } from './support/child.mjs';
import { assertNoReport, binary, folderOf, root, sluice } from './support/gateway.mjs';
import { SseClient } from './support/sse.mjs';
import { until } from './support/until.mjs';

const OK = 0;
const FAILED = 1;
const USAGE = 64;
const NO_INPUT = 66;

// A mapping that makes an event of every message of the fixtures.
const MAPPING = `rules:
  - {topic: '{where#}', codec: text, emit: seen}
streams:
  seen: {events: [seen]}
`;

let folder;
before(async () => {
  folder = await folderOf({});
  await writeFile(path.join(folder, 'seen.yaml'), MAPPING);
});
after(() => rm(folder, { recursive: true }));

const inFolder = (name) => path.join(folder, name);
const fixture = (name) => path.join(root, 'tests/captures', name);
const FIXTURES = ['loopback/be_tcp.pcap', 'loopback/be_hex.txt', 'loopback/be_J.jsonl', 'loopback/be_v.txt', 'zeek/mqtt.pcap'];

/** The topics and payloads of a capture of ours. */
async function contentsOf(file) {
  const [, ...lines] = (await readFile(file, 'utf8')).trimEnd().split('\n');
  return lines.map((text) => {
    const { topic, payload = '', b64 } = JSON.parse(text);
    return [topic, b64 ?? payload];
  });
}

test('every fixture becomes a capture of ours, which says the same', async () => {
  const converted = {};
  for (const name of FIXTURES) {
    const out = inFolder(`${path.basename(name)}.sluice.jsonl`);
    const { code, err } = await sluice(['record', '--convert', fixture(name), out]);
    assert.equal(code, OK, err);
    converted[name] = await contentsOf(out);
  }
  assert.equal(converted['loopback/be_hex.txt'].length, 31);
  assert.deepEqual(converted['loopback/be_tcp.pcap'], converted['loopback/be_hex.txt']);
  assert.deepEqual(converted['loopback/be_v.txt'], converted['loopback/be_hex.txt']);
  assert.equal(converted['loopback/be_J.jsonl'].length, 29);
  assert.deepEqual(converted['zeek/mqtt.pcap'], [
    ['SampleTopic', 'Hello from the Paho blocking client'],
    ['SampleTopic', 'Hello MQTT'],
  ]);
});

test('the name of a file says nothing, its content all; losses are told', async () => {
  await copyFile(fixture('loopback/be_J.jsonl'), inFolder('capture.pcap'));
  const { code, err } = await sluice(['record', '--convert', inFolder('capture.pcap'), inFolder('named.sluice.jsonl')]);
  assert.equal(code, OK, err);
  assert.match(err, /note: 29 of 31: 2 blank lines/);
  assert.match(err, /note: 18 of 29 payloads are not as they were sent/);
  assert.match(err, /mosquitto_sub -F '%J': 29 messages/);
});

test('a converted capture prints the events of the original', async () => {
  for (const name of ['loopback/be_tcp.pcap', 'loopback/be_hex.txt']) {
    const print = (file) => sluice(['replay', file, '--print', 'sse', '--mappings', inFolder('seen.yaml')]);
    const original = await print(fixture(name));
    assert.equal(original.code, OK, original.err);
    const events = original.out.split('\n').filter((line) => line.startsWith('event:'));
    assert.ok(events.length >= 30, original.err);
    const copy = inFolder(`${path.basename(name)}.copy.sluice.jsonl`);
    assert.equal((await sluice(['record', '--convert', fixture(name), copy])).code, OK);
    assert.equal((await print(copy)).out, original.out);
  }
});

test('a browser sees a replayed packet capture', async () => {
  const replay = new Child(
    binary,
    ['replay', fixture('loopback/be_tcp.pcap'), '--into', 'pipeline', '--listen', '127.0.0.1:0', '--speed', '2', '--mappings', inFolder('seen.yaml')],
    { cwd: root },
  );
  try {
    const base = await until('the replay to listen', () => /listening on (http:\/\/\S+)/.exec(replay.err)?.[1]);
    const client = await SseClient.open(`${base}/streams/seen`);
    const last = await client.next((block) => block.data?.includes('{\\"ws\\":true}'));
    assert.equal(last.event, 'seen');
    client.close();
  } finally {
    const exit = await replay.stop('SIGINT');
    assertNoReport(replay);
    assert.deepEqual(exit, { code: OK, signal: null }, replay.err);
  }
});

test('the direction of a packet capture can be chosen, and topics filtered', async () => {
  const convert = async (...args) => {
    const out = inFolder(`chosen-${Math.random()}.sluice.jsonl`);
    const { code, err } = await sluice(['record', '--convert', fixture('zeek/mqtt.pcap'), out, ...args]);
    return { code, err, contents: code === OK ? await contentsOf(out) : [] };
  };
  assert.deepEqual((await convert('--direction', 'to-broker')).contents, [['SampleTopic', 'Hello MQTT']]);
  assert.equal((await convert('--direction', 'from-broker')).contents.length, 2);
  assert.equal((await convert('-f', 'Sample+')).code, USAGE);
  assert.match((await convert('--for', '1s')).err, /^--convert reads a file to its end/);
  assert.equal((await convert('-f', 'Other/#')).code, FAILED);
});

test('what is no capture, is not there, or is cut, is said with its place', async () => {
  await writeFile(inFolder('letter.txt'), 'Dear Sirs,\nplease find attached\n');
  const letter = await sluice(['record', '--convert', inFolder('letter.txt'), inFolder('no')]);
  assert.equal(letter.code, NO_INPUT);
  assert.match(letter.err, /letter\.txt: begins with 'Dear Sirs,.*no capture that is understood here: .*pcap/);
  assert.equal((await sluice(['record', '--convert', inFolder('none'), inFolder('no')])).code, NO_INPUT);

  const bytes = await readFile(fixture('loopback/be_tcp.pcap'));
  await writeFile(inFolder('cut'), bytes.subarray(0, 70000));
  const { code, err } = await sluice(['record', '--convert', inFolder('cut'), inFolder('cut.sluice.jsonl')]);
  assert.equal(code, OK);
  assert.match(err, /cut: offset \d+: damaged from here on: truncated dump file/);
  assert.equal((await contentsOf(inFolder('cut.sluice.jsonl'))).length, 30);
});
