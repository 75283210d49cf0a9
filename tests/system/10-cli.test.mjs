// Chapter 10: the command line: what it prints, and how it ends.

import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { after, test } from 'node:test';
import { folderOf, sluice } from './support/gateway.mjs';

const OK = 0;
const FAILED = 1;
const USAGE = 64;
const NO_INPUT = 66;
const CONFIGURATION = 78;

const made = [];
after(async () => {
  for (const folder of made) await rm(folder, { recursive: true });
});

async function folder(files) {
  made.push(await folderOf(files));
  return made.at(-1);
}

/** `sluice check` on one file of this text. */
async function check(text, name = 'x.yaml') {
  const file = path.join(await folder({ [name]: text }), name);
  const { code, out, err } = await sluice(['check', file]);
  return { code, out, err: err.replaceAll(path.dirname(file) + path.sep, '') };
}

test("check runs the mappings' own tests", async () => {
  const { code, out, err } = await sluice(['check', 'mappings/']);
  assert.equal(code, OK, err);
  assert.match(out, /\d+ files, \d+ tests passed, 0 failed/);
});

test('check needs no argument', async () => {
  const { code, out } = await sluice(['check']);
  assert.equal(code, OK);
  assert.match(out, /^mappings\//);
});

test('a failing test explains itself: exit code 1', async () => {
  const { code, err } = await check(`events:
  a: {x: int}
rules:
  - {topic: 't/{d}', emit: a}
tests:
  - name: a failing test explains itself
    given: [{at: 3ms, topic: t/1, payload: {x: 1}}]
    expect: [{event: a, data: {x: 2}}]
`);
  assert.equal(code, FAILED);
  assert.match(err, /FAIL x\.yaml:6:5: a failing test explains itself/);
  assert.match(err, /a\.x: expected 2, got 1/);
  assert.match(err, /3ms a \{"x":1\}/);
});

test('explain tells the story of one message', async () => {
  const input = '{"raw_mm":1050,"timestamp_ms":1}\n';
  const { code, out, err } = await sluice(['explain', '-t', 'desk/a/range'], { input });
  assert.equal(code, OK, err);
  assert.match(out, /^rule '[^']+' \(mappings\/desk\.yaml:\d+:\d+\)\n {2}record \{"raw_mm":1050/);
});

test('explain takes many messages, one a line, and remembers the earlier ones', async () => {
  const hex = (payload) => Buffer.from(JSON.stringify(payload)).toString('hex');
  const lines = [`a b/1 ${hex({ n: 1 })}`, `a b/1 ${hex({ n: 1 })}`, 'other '];
  const mappings = await folder({ 'x.yaml': "rules: [{topic: 'a b/+', steps: [{changed: n}], emit: e}]\n" });
  const args = ['explain', '--mappings', mappings, '--lines'];
  const { code, out, err } = await sluice(args, { input: `${lines.join('\n')}\n` });
  assert.equal(code, OK, err);
  const stories = out.split(/^message /m).slice(1);
  assert.match(stories[0], /^'a b\/1'\n[^]* {2}sends x\.e \{"n":1,"previous":null\}/);
  assert.match(stories[1], /changed passes nothing on/);
  assert.match(stories[2], /^'other'\nno rule has a topic that matches 'other'\n$/);

  const wrong = await sluice(args, { input: 'a/b 0g\n' });
  assert.equal(wrong.code, USAGE);
  assert.match(wrong.err, /^line 1: /);
});

test('all errors of a mapping at once, each with its place and the nearest name: exit code 78', async () => {
  const { code, err } = await check(`events:
  height_update: {height_cm: int}
rules:
  - topic: desk/{desk}/range
    steps: [{throtle: 200ms}]
    emit: height_updat
  - topic: a{b}
    emit: height_update
`);
  assert.equal(code, CONFIGURATION);
  assert.match(err, /x\.yaml:5:\d+: unknown step 'throtle' - did you mean 'throttle'\?/);
  assert.match(err, /x\.yaml:6:\d+: event 'height_updat' is not declared in events: - did you mean 'height_update'\?/);
  assert.match(err, /x\.yaml:7:\d+: /);
});

test('what is no mapping is refused in its own words', async () => {
  const texts = ['', '[]', 'hello', 'rules: 5\n', 'a: [\n', '\tx: 1\n', 'rules: &a [*a]\n', '\0', '[['.repeat(5000)];
  for (const text of texts) {
    const { code, err } = await check(text);
    assert.equal(code, CONFIGURATION, JSON.stringify(text.slice(0, 20)) + err);
    assert.match(err, /^x\.yaml:\d+:\d+: ./m);
  }
});

test('all errors of a configuration at once', async () => {
  const { code, err } = await check('lisen: 1\nhistory: {events: many}\nmqtt: {url: nonsense}\n', 'sluice.yaml');
  assert.equal(code, CONFIGURATION);
  assert.match(err, /sluice\.yaml:1:1: .*'lisen'.*'listen'/);
  assert.match(err, /sluice\.yaml:2:\d+: .*many/);
  assert.match(err, /sluice\.yaml:3:\d+: .*mqtt:\/\/host:port/);
});

test('no such file is 66, wrong usage 64', async () => {
  assert.equal((await sluice(['check', 'no/such/file.yaml'])).code, NO_INPUT);
  assert.equal((await sluice(['run', 'no/such/sluice.yaml'])).code, NO_INPUT);
  assert.equal((await sluice(['run', '--mappings', 'no/such/folder'])).code, NO_INPUT);
  assert.equal((await sluice([])).code, USAGE);
  assert.equal((await sluice(['no-such-command'])).code, USAGE);
  assert.equal((await sluice(['run', '--no-such-flag'])).code, USAGE);
  assert.equal((await sluice(['simulate', 'no-such-device'])).code, USAGE);
});

test('a gateway whose mappings do not load, or whose tests fail, does not start', async () => {
  const bad = await folder({ 'x.yaml': 'rules: [{topic: t, emit: a, more: 1}]\n' });
  const { code, err } = await sluice(['run', '--mappings', bad]);
  assert.equal(code, CONFIGURATION);
  assert.match(err, /x\.yaml:1:\d+: .*more/);
});

test('an address that is taken is named', async () => {
  const taken = await new Promise((resolve) => {
    const server = net.createServer().listen(0, '127.0.0.1', () => resolve(server));
  });
  const address = `127.0.0.1:${taken.address().port}`;
  const { code, err } = await sluice(['run', '--mappings', 'mappings', '--listen', address]);
  taken.close();
  assert.notEqual(code, OK);
  assert.ok(err.includes(address), err);
});

test('version and help are told, and are no errors', async () => {
  const version = await sluice(['--version']);
  assert.equal(version.code, OK);
  assert.match(version.out, /^sluice \d+\.\d+\.\d+\n$/);
  const help = await sluice(['--help']);
  assert.equal(help.code, OK);
  for (const command of ['run', 'check', 'simulate']) assert.match(help.out, new RegExp(`^ +${command}\\b`, 'm'));
});
