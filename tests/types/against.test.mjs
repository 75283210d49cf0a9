// `sluice check --against`: what breaks browsers that know the contract of yesterday; and the other notes of `check`.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));
const binary = path.resolve(process.env.SLUICE_BIN ?? path.join(root, 'build/dev/sluice'));
const folder = await mkdtemp(path.join(os.tmpdir(), 'sluice-against-'));
after(() => rm(folder, { recursive: true }));

/** {code, out, err} of `sluice ARGS` in the folder. */
async function sluice(...args) {
  try {
    const { stdout, stderr } = await promisify(execFile)(binary, args, { cwd: folder });
    return { code: 0, out: stdout, err: stderr };
  } catch (error) {
    return { code: error.code, out: error.stdout, err: error.stderr };
  }
}

const lines = (text) => text.split('\n').filter(Boolean);

/** The notes of `check --against` on `now`, after `before`, less what they have in common. */
async function changes(before, now) {
  await writeFile(path.join(folder, 'm.yaml'), before);
  const old = await sluice('types', '--lang', 'json-schema', 'm.yaml');
  assert.equal(old.code, 0, old.err);
  await writeFile(path.join(folder, 'old-types.json'), old.out);
  await writeFile(path.join(folder, 'm.yaml'), now);
  const { code, err } = await sluice('check', '--against', 'old-types.json', 'm.yaml');
  assert.equal(code, 0, err);
  const known = 'note: breaks who knows the old contract: ';
  return lines(err).filter((line) => line.includes(known)).map((line) => line.replace(known, '').replace(/^m\.yaml:/, ''));
}

/** A mapping whose one event has this type. */
const event = (type) => `types: {state: A | B}\nevents:\n  x: ${type}\nrules: [{topic: t, emit: x}]\n`;
/** One whose one command has this body. */
const command = (body) => `events: {x: any}
rules: [{topic: t, emit: x}]
commands:
  c:
    post: /c
    body: ${body}
    publish: {topic: out, payload: x}
`;

const readers = [
  ['{a: int, b: text}', '{a: int}', ['3:6: m.x.b is gone']],
  ['{a: int}', '{a: optional int}', ['3:10: m.x.a may now be absent, it was always there']],
  ['{a: int}', '{a: int | null}', ['3:10: m.x.a may now be null, it never was']],
  ['{a: int}', '{a: text}', ['3:10: m.x.a is now text, it was int']],
  ['{a: int}', '{a: number}', ['3:10: m.x.a is now number, it was int']],
  ['{a: int}', '{a: any}', ['3:10: m.x.a is now any value, it was int']],
  ['{a: int 0..9}', '{a: int 0..10}', ['3:10: m.x.a has at most 10 now, it had at most 9']],
  ['{a: int 0..9}', '{a: int}', ['3:10: m.x.a has at least no bound now, it had at least 0',
    '3:10: m.x.a has at most no bound now, it had at most 9']],
  ['{a: int cm}', '{a: int mm}', ['3:10: m.x.a is now in mm, it was in cm']],
  ['{a: U | V}', '{a: U | V | W}', ["3:10: m.x.a may now be 'W', which readers do not know"]],
  ['{a: [int]}', '{a: [int | null]}', ['3:11: m.x.a[] may now be null, it never was']],
  ['{a: {b: int}}', '{a: {b: bool}}', ['3:14: m.x.a.b is now bool, it was int']],
  ['{a: int}', 'any', ['3:6: m.x is now any value, it was an object of known fields']],
  ['{a: [[int]]}', '{a: [[text]]}', ['3:12: m.x.a[][] is now text, it was int']],
];
for (const [before, now, expected] of readers) {
  test(`readers of ${before} break by ${now}`, async () => {
    assert.deepEqual(await changes(event(before), event(now)), expected);
  });
}

const harmless = [
  ['{a: int}', '{a: int, b: int}'], ['{a: optional int}', '{a: int}'], ['{a: int | null}', '{a: int}'],
  ['{a: number}', '{a: int}'], ['{a: text}', '{a: U | V}'], ['{a: U | V | W}', '{a: U | V}'], ['any', '{a: int}'],
  ['{a: int 0..10}', '{a: int 1..9}'], ['{a: object}', '{a: {b: int}}'], ['{a: int}', '{a: int -- said what it is}'],
  ['{a: state | null}', '{a: state}'],
];
for (const [before, now] of harmless) {
  test(`readers of ${before} can live with ${now}`, async () => {
    assert.deepEqual(await changes(event(before), event(now)), []);
  });
}

const senders = [
  ['{a: int}', '{a: int, b: int}', ['6:23: m.c.b must now be given, it was not there']],
  ['{a: optional int}', '{a: int}', ['6:15: m.c.a must now be given, it was optional']],
  ['{a: int, b: int}', '{a: int}', ['6:11: m.c.b is no longer taken']],
  ['{a: U | V | W}', '{a: U | V}', ["6:15: m.c.a no longer takes 'W'"]],
  ['{a: int 0..9}', '{a: int 0..8}', ['6:15: m.c.a has at most 8 now, it had at most 9']],
  ['{a: int | null}', '{a: int}', ['6:15: m.c.a no longer takes null']],
  ['{a: number}', '{a: int}', ['6:15: m.c.a now takes int, it took number']],
  ['{a: int}', '{a: number}', []],
  ['{a: U | V}', '{a: U | V | W}', []],
  ['{a: int}', '{a: int, b: optional int}', []],
];
for (const [before, now, expected] of senders) {
  test(`senders of ${before} meet ${now}`, async () => {
    assert.deepEqual(await changes(command(before), command(now)), expected);
  });
}

test('a named type is told once, where it is defined', async () => {
  const mapping = (state) => `types:
  state: ${state}
events:
  x: {a: state, b: state | null}
  y: [state]
rules: [{topic: t, emit: [x, {event: y, data: =a}]}]
`;
  assert.deepEqual(await changes(mapping('A | B'), mapping('A | B | C')), [
    "2:10: type m.state may now be 'C', which readers do not know",
  ]);
});

test('events, streams, their frames and commands that are gone are told', async () => {
  const before = `events: {x: any, y: any}
rules: [{topic: t, emit: [x, y]}]
streams:
  s: {events: [x, y]}
  u: {events: [x]}
commands:
  c: {post: /c, publish: {topic: out, payload: x}}
`;
  const now = `events: {x: any}
rules: [{topic: t, emit: x}]
streams:
  s: {events: [x], frame: data}
`;
  assert.deepEqual(await changes(before, now), [
    "1:1: event 'm.y' is gone",
    "4:3: stream 'm.s' no longer sends 'x'",
    "4:3: stream 'm.s' no longer sends 'y'",
    "1:1: stream 'm.u' is gone",
    "1:1: command 'm.c' is gone",
  ]);
});

test('a set breaks nothing of its own contract', async () => {
  for (const set of ['mappings', 'mappings/recipes', 'tests/types/every-type.yaml']) {
    const mappings = path.join(root, set);
    await writeFile(path.join(folder, 'own.json'), (await sluice('types', '--lang', 'json-schema', mappings)).out);
    const { code, err } = await sluice('check', '--against', path.join(folder, 'own.json'), mappings);
    assert.equal(code, 0, err);
    assert.doesNotMatch(err, /breaks/);
  }
});

test('what is no contract is refused in a sentence', async () => {
  await writeFile(path.join(folder, 'm.yaml'), event('{a: int}'));
  const against = async (text) => {
    await writeFile(path.join(folder, 'bad.json'), text);
    return sluice('check', '--against', 'bad.json', 'm.yaml');
  };
  for (const text of ['', '[]', '{', '{"properties":{}}', '{"properties":{"events":{"properties":5}}}', '['.repeat(5000)]) {
    const { code, err } = await against(text);
    assert.equal(code, 78, text);
    assert.match(err, /^bad\.json: ./m);
  }
  const section = { properties: {} };
  const loop = { $defs: { 'm.x': { $ref: '#/$defs/m.x' } } };
  const events = { properties: { 'm.x': { $ref: '#/$defs/m.x' } } };
  const circle = JSON.stringify({ ...loop, properties: { events, streams: section, commands: section } });
  assert.equal((await against(circle)).code, 78);
  assert.equal((await sluice('check', '--against', 'none.json', 'm.yaml')).code, 66);
  assert.equal((await sluice('check', '--against', 'bad.json', 'm.yaml', 'm.yaml')).code, 64);
});

// ---- the other notes -----------------------------------------------------------------------------------------------

/** What `check` says of a mapping that loads. */
async function notes(text) {
  await writeFile(path.join(folder, 'n.yaml'), text);
  const { code, err } = await sluice('check', 'n.yaml');
  assert.equal(code, 0, err);
  return lines(err);
}

test('an event named error or message is noted', async () => {
  assert.deepEqual(await notes('events:\n  error: any\nrules: [{topic: t, emit: error}]\n'), [
    "n.yaml:2:3: note: event 'error' also reaches EventSource's own listeners of that name",
  ]);
});

test('an event that no stream carries and no rule reads is noted', async () => {
  const mapping = (streams, rules = '') => `events:
  a: any
  b: {n: optional int}
rules:
  - {topic: t, emit: [a, b]}
${rules}streams: {s: {events: ${streams}}}
`;
  const said = "n.yaml:3:3: note: event 'b' goes nowhere: no stream carries it and no rule reads it";
  assert.deepEqual(await notes(mapping('a')), [said]);
  assert.deepEqual(await notes(mapping('[a, b]')), []);
  assert.deepEqual(await notes(mapping('a', '  - {from: b, emit: a}\n')), []);
  assert.deepEqual(await notes(mapping('a', '  - {topic: u, steps: [{when: latest.b.n == 1}], emit: a}\n')), []);
});

test('a rule that can never match is noted', async () => {
  assert.deepEqual(await notes(`const: {on_test: false}
events:
  a: any
  b: any
rules:
  - {from: b, emit: a}
  - topic: t
    steps: [{when: 1 > 2}]
    emit: {event: a, when: on_test}
  - {topic: u, steps: [{when: x > 2}, {when: not on_test}], emit: a}
`), [
    "n.yaml:4:3: note: no rule emits event 'b'",
    "n.yaml:6:12: note: the rule never runs: no rule emits event 'b'",
    "n.yaml:8:20: note: nothing ever matches: the condition '1 > 2' is never true",
    "n.yaml:9:28: note: nothing ever matches: the condition 'on_test' is never true",
  ]);
});

test('two rules that emit the same event for one topic are noted', async () => {
  assert.deepEqual(await notes(`events:
  a: any
rules:
  - {topic: 't/{d}', emit: a}
  - {topic: 'u/{d}', emit: a}
  - topic: t/+
    emit: a
`), [
    "n.yaml:7:11: note: event 'a' may be emitted twice for one message: the rule at n.yaml:4:5 emits it too, for 't/{d}'",
  ]);
});
