// What `sluice types` prints is read by the tools that others read it with, and says what the gateway checks.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Parser } from '@asyncapi/parser';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import typescript from 'typescript';

const root = fileURLToPath(new URL('../..', import.meta.url));
const binary = path.resolve(process.env.SLUICE_BIN ?? path.join(root, 'build/dev/sluice'));
const everyType = 'tests/types/every-type.yaml';
const sets = ['mappings/', 'mappings/recipes/', everyType];

const made = [];
after(async () => {
  for (const folder of made) await rm(folder, { recursive: true });
});
async function folder() {
  made.push(await mkdtemp(path.join(os.tmpdir(), 'sluice-types-')));
  return made.at(-1);
}

/** {code, out, err} of `sluice ARGS`. */
async function sluice(...args) {
  try {
    const { stdout, stderr } = await promisify(execFile)(binary, args, { cwd: root, maxBuffer: 1 << 28 });
    return { code: 0, out: stdout, err: stderr };
  } catch (error) {
    return { code: error.code, out: error.stdout, err: error.stderr };
  }
}

async function types(language, mappings) {
  const { code, out, err } = await sluice('types', '--lang', language, mappings);
  assert.equal(code, 0, err);
  return language === 'ts' ? out : JSON.parse(out);
}

/** ajv with the formats that the schemas use, as the OpenAPI format registry says what they are. */
function newAjv() {
  const int64 = { type: 'number', validate: (number) => number >= -(2 ** 63) && number < 2 ** 63 };
  return new Ajv2020({ strict: true, allowUnionTypes: true, formats: { int64 }, keywords: ['x-unit'], allErrors: true });
}

/** Every `$ref` of a document, with what it refers to. */
function* references(document, node = document) {
  if (typeof node !== 'object' || node === null) return;
  if (typeof node.$ref === 'string') {
    const parts = node.$ref.replace(/^#\//, '').split('/');
    yield [node.$ref, parts.reduce((at, part) => at?.[part], document)];
  }
  for (const child of Object.values(node)) yield* references(document, child);
}

for (const set of sets) {
  test(`${set}: ajv reads every definition of the JSON Schema`, async () => {
    const schema = await types('json-schema', set);
    const ajv = newAjv().addSchema(schema, 'contract');
    ajv.compile(schema);
    assert.ok(Object.keys(schema.$defs).length > 0);
    for (const name of Object.keys(schema.$defs)) ajv.compile({ $ref: `contract#/$defs/${name}` });
  });

  test(`${set}: tsc --strict reads the TypeScript`, async () => {
    assert.deepEqual(await faults({ 'types.ts': await types('ts', set) }), {});
  });

  test(`${set}: the AsyncAPI parser has nothing to say`, async () => {
    const { document, diagnostics } = await new Parser().parse(JSON.stringify(await types('asyncapi', set)));
    const severe = diagnostics.filter(({ severity }) => severity < 2).map(({ message, path: at }) => `${at}: ${message}`);
    assert.deepEqual(severe, []);
    assert.equal(document.version(), '3.0.0');
    assert.ok(document.channels().all().length > 0);
  });

  test(`${set}: the OpenAPI 3.2 document is valid, and all that it refers to is in it`, async () => {
    const document = await types('openapi', set);
    const validator = new Validator();
    const { valid, errors } = await validator.validate(structuredClone(document));
    assert.ok(valid, JSON.stringify(errors, null, 1)?.slice(0, 3000));
    assert.equal(validator.version, '3.2');
    for (const [place, target] of references(document)) assert.notEqual(target, undefined, place);
    const operations = Object.values(document.paths).flatMap((item) => Object.values(item));
    assert.equal(new Set(operations.map((each) => each.operationId)).size, operations.length);
    for (const [at, item] of Object.entries(document.paths)) {
      for (const operation of Object.values(item)) {
        const named = (operation.parameters ?? []).filter((each) => each.in === 'path').map((each) => each.name);
        assert.deepEqual(named, [...at.matchAll(/\{(\w+)\}/g)].map((match) => match[1]), at);
      }
    }
  });

  test(`${set}: ajv reads every schema of the OpenAPI document`, async () => {
    const text = JSON.stringify(await types('openapi', set)).replaceAll('"#/components/schemas/', '"contract#/$defs/');
    const document = JSON.parse(text);
    const ajv = newAjv().addFormat('date-time', true).addSchema({ $defs: document.components.schemas }, 'contract');
    const compile = (schema) => ajv.compile(schema);
    for (const schema of Object.values(document.components.schemas)) compile(schema);
    for (const item of Object.values(document.paths)) {
      for (const { responses, requestBody, parameters = [] } of Object.values(item)) {
        for (const { schema } of parameters.filter((each) => each.schema)) compile(schema);
        for (const answer of [...Object.values(responses), requestBody ?? {}]) {
          for (const { schema, itemSchema } of Object.values(answer.content ?? {})) compile(schema ?? itemSchema);
        }
      }
    }
  });
}

// ---- the checker and the schema agree ------------------------------------------------------------------------------

// As YAML, which the mapping's own tests are written in, and as what JSON.parse makes of the same bytes.
const values = [
  'null', 'true', 'false', '0', '1', '-1', '2', '3', '5', '6', '9', '10', '50', '51', '95.0', '100', '101', '0.5', '1.5',
  '1.6', '-1.5', '-1.6', '-5', '1e300', '9007199254740991', '-9223372036854775808', '9223372036854775808', '1e-300',
  '""', '"a"', '"ab"', '"abc"', '"abcd"', '"\u00e4\u00f6"', '"\u{1F600}\u{1F600}"', '"\u{1F600}\u{1F600}\u{1F600}\u{1F600}"',
  '"IDLE"', '"idle"', '"MOVING"', '"auto"', '"null"', '"95"', '"true"', '" "',
  '[]', '[1]', '[1, 2]', '[null]', '[10]', '[1.5]', '["a"]', '[[]]', '[true]', '[0, null, 9]', '[0, 1, "x"]',
  '{}', '{"x": 1}', '{"x": 1, "y": 2.5}', '{"x": 1, "z": 2}', '{"y": 1}', '{"x": null}', '{"x": 1, "y": null}',
  '[{"x": 1}]', '[{"x": 1}, {"y": 1}]', '[{"x": 1, "z": 1}]',
  '{"path": []}', '{"path": [{"x": 1}], "state": null}', '{"path": [{"x": 1}], "state": "IDLE"}', '{"path": null}',
  '{"path": [{"x": "1"}]}', '{"path": [], "state": "BROKEN"}',
  '{"a": {"b": ["x"]}}', '{"a": {"b": [1]}}', '{"a": {"b": [], "d": 1}}', '{"a": {"b": []}, "c": true}',
  '{"a": {"b": []}, "c": null}', '{"a": null}',
];

/** The YAML notation of the fields of the event that has every type. */
async function notations() {
  const text = await readFile(path.join(root, everyType), 'utf8');
  const section = text.slice(text.indexOf('  everything:\n'), text.indexOf('  readings:'));
  return section.split('\n').slice(1).filter(Boolean).map((line) => line.trim().replace(/^("[^"]*"|[^:]*): /, ''));
}

test('the compiled checker and ajv agree on every type and value', async () => {
  const source = await readFile(path.join(root, everyType), 'utf8');
  const named = source.slice(source.indexOf('types:'), source.indexOf('events:'));
  const all = [...(await notations()), 'text -3..-1', 'text ..2', 'int 0.5..2.5', '[state]', '[[int]]', 'object | null'];
  const commands = all.map((type, i) => {
    return `  c${i}: {post: /c${i}, body: {v: ${/[[{|]/.test(type[0]) ? type : JSON.stringify(type)}}, publish: {topic: out, payload: x}}`;
  });
  const file = path.join(await folder(), 'agree.yaml');
  const head = `${named}events: {e: any}\nrules: [{topic: t, emit: e}]\ncommands:\n${commands.join('\n')}\n`;
  await writeFile(file, head);
  const ajv = newAjv().addSchema(await types('json-schema', file), 'contract');

  const tests = [];
  let good = 0;
  const bodies = ['{}', '[]', '{"v": 1, "w": 1}', ...values.map((value) => `{"v": ${value}}`)];
  all.forEach((type, i) => {
    const accepts = ajv.compile({ $ref: `contract#/$defs/agree.commands.c${i}` });
    for (const body of bodies) {
      const fits = accepts(JSON.parse(body));
      good += fits;
      const name = JSON.stringify(`${type} takes ${body}: ${fits}`);
      const outcome = fits ? 'expect: [{publish: out}]' : 'expect: [], errors: 1';
      tests.push(`  - {name: ${name}, given: [{post: /c${i}, body: ${body}}], ${outcome}}`);
    }
  });
  assert.ok(good > 200 && tests.length - good > 1000, `${good} good of ${tests.length}`);
  await writeFile(file, `${head}tests:\n${tests.join('\n')}\n`);
  const { code, out, err } = await sluice('check', file);
  assert.equal(code, 0, `${out}\n${err}`.slice(0, 3000));
  assert.match(out, new RegExp(` ${tests.length} tests passed, 0 failed`));
});

// ---- a client in TypeScript ----------------------------------------------------------------------------------------

/** What `tsc --strict` says of each of these files, {name: text}. */
async function faults(files) {
  const where = await folder();
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(where, name), text);
  const options = {
    strict: true, noEmit: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, types: [],
    target: typescript.ScriptTarget.ES2022, lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'],
    module: typescript.ModuleKind.ESNext, moduleResolution: typescript.ModuleResolutionKind.Bundler,
  };
  const program = typescript.createProgram(Object.keys(files).map((name) => path.join(where, name)), options);
  const found = {};
  for (const { file, messageText } of typescript.getPreEmitDiagnostics(program)) {
    const said = typescript.flattenDiagnosticMessageText(messageText, '\n');
    (found[path.basename(file?.fileName ?? 'all')] ??= []).push(said);
  }
  return found;
}

const client = `import type { Commands, Events, Polls, Queries, Streams } from './types.js';
declare class Client<All> {
  on<Name extends keyof All & string>(name: Name, listener: (data: All[Name]) => void): void;
}
const client = new Client<Events>();
const desk = new Client<Streams['desk']>();
`;

test('a client of the types compiles, one with a wrong name or value does not', async () => {
  const found = await faults({
    'types.ts': await types('ts', 'mappings/'),
    'good.ts': `${client}
client.on('height_update', ({ height_cm, raw_mm }) => console.log(height_cm.toFixed(1), raw_mm));
client.on('status_change', ({ previous_state, target_height_cm }) => {
  const cm: number | null = target_height_cm;
  if (previous_state !== null) console.log(previous_state.toLowerCase(), cm);
});
desk.on('gap', ({ reason, missed }) => console.log(reason === 'slow' ? missed : null));
new Client<Streams['battle']>().on('message', (block) => {
  if (block.type === 'battle_update') console.log(block.data.round, block.timestamp);
});
const error: Events['error'] = { error_code: 'LOW_MEMORY', message: '', severity: 'warning', timestamp_ms: 1 };
const body: Commands['desk.save_preset']['body'] = { slot: 1, label: 'x', height_cm: 70 };
const answer = (saved: Commands['desk.save_preset']['answer']) => saved.action === 'saved';
const listed = (all: Polls['desk']) => all.map(({ event, key, data }) => event === 'wifi_status' ? data.ssid : key.desk.length);
const query: Queries['desk'] = { desk: ['a'] };
console.log(error, body, answer, listed, query);
`,
    'no-field.ts': `${client}client.on('height_update', ({ height_mm }) => console.log(height_mm));\n`,
    'no-event.ts': `${client}client.on('height_updat', () => {});\n`,
    'no-value.ts': `import type { Events } from './types.js';
export const error: Events['error'] = { error_code: 'LOW_MEMORY', message: '', severity: 'warnin', timestamp_ms: 1 };\n`,
    'null.ts': `${client}client.on('status_change', ({ target_height_cm }) => target_height_cm.toFixed());\n`,
    'absent.ts': `${client}client.on('battle_update', ({ finished }) => { const over: boolean = finished; return over; });\n`,
    'body.ts': `import type { Commands } from './types.js';
export const body: Commands['desk.move']['body'] = { height: 1 };\n`,
  });
  const { 'no-field.ts': field, 'no-event.ts': event, 'no-value.ts': value, ...rest } = found;
  assert.match(field.join(), /'height_mm' does not exist on type 'DeskHeightUpdate'/);
  assert.match(event.join(), /"height_updat"/);
  assert.match(value.join(), /Did you mean '"warning"'\?/);
  assert.deepEqual(Object.keys(rest).sort(), ['absent.ts', 'body.ts', 'null.ts'], JSON.stringify(rest));
});

// ---- what it says of the mappings ----------------------------------------------------------------------------------

test('a named type is referred to, not written again', async () => {
  const { $defs } = await types('json-schema', 'mappings/');
  assert.deepEqual($defs['desk.types.desk_state'].enum, ['IDLE', 'MOVING_UP', 'MOVING_DOWN', 'STABILIZING', 'ERROR']);
  assert.deepEqual($defs['desk.status_change'].properties.new_state, { $ref: '#/$defs/desk.types.desk_state' });
  assert.match(await types('ts', 'mappings/'), /previous_state: DeskDeskState \| null;/);
});

test('internal events and unused types are not published', async () => {
  const { $defs } = await types('json-schema', 'mappings/');
  assert.equal($defs['desk.wifi'], undefined);
  assert.ok($defs['desk.wifi_status']);
});

test('a stream has an itemSchema, a poll its list, a command its answers', async () => {
  const { paths } = await types('openapi', 'mappings/');
  const stream = paths['/events'].get.responses[200].content['text/event-stream'];
  assert.deepEqual(stream.itemSchema.anyOf[0].properties.event, { const: 'height_update' });
  assert.deepEqual(stream.itemSchema.anyOf[0].properties.data.contentSchema, {
    $ref: '#/components/schemas/desk.height_update',
  });
  assert.equal(paths['/api/cell_data'].get.responses[200].content['application/json'].schema.$ref,
    '#/components/schemas/bms.cell_data');
  assert.deepEqual(Object.keys(paths['/preset/save'].post.responses).sort(),
    ['200', '400', '413', '415', '422', '503', '504', 'default']);
  assert.ok(paths['/desks/{desk}/move'].post.responses[202]);
  assert.ok(paths['/api/stream-orders'].get.responses[401]);
});

test('what does not load prints its errors: exit code 78; no such language is wrong usage', async () => {
  const file = path.join(await folder(), 'x.yaml');
  await writeFile(file, 'rules: [{topic: t, emit: a, more: 1}]\n');
  const { code, out, err } = await sluice('types', file);
  assert.equal(code, 78);
  assert.equal(out, '');
  assert.match(err, /x\.yaml:1:\d+: .*more/);
  assert.equal((await sluice('types', '--lang', 'cobol', file)).code, 64);
  assert.equal((await sluice('types', 'no/such/folder')).code, 66);
});

test('a key has the types of its placeholders', async () => {
  const { paths } = await types('openapi', everyType);
  const { items } = paths['/plain/history'].get.responses[200].content['application/json'].schema;
  const key = items.anyOf.find(({ properties }) => properties.event.const === 'everything').properties.key.properties;
  assert.deepEqual(key, { d: { type: 'string' }, n: { type: 'integer', format: 'int64' } });
  const ts = await types('ts', 'mappings/');
  assert.match(ts, /desk: \(Listed<'height_update', \{ desk: string \}, DeskHeightUpdate> \| /);
});
