// The reader against the cases that every reader of ours must agree on, whole and in pieces.

import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { WireReader } from '../src/wire';

const folder = new URL('../../../tests/wire/', import.meta.url);
const cases = readdirSync(folder).filter((name) => name.endsWith('.sse'));

function read(bytes: Uint8Array, size: number) {
  const events: object[] = [];
  let comments = 0;
  const reader: WireReader = new WireReader(
    ({ type, data }) => events.push({ type, data, lastEventId: reader.lastEventId }),
    () => comments++,
  );
  for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
  return { events, lastEventId: reader.lastEventId, retry: reader.retry ?? null, comments };
}

test('there are cases', () => expect(cases.length).toBeGreaterThan(10));

for (const name of cases) {
  const bytes = readFileSync(new URL(name, folder));
  const expected = JSON.parse(readFileSync(new URL(name.replace('.sse', '.json'), folder), 'utf8'));
  for (const size of [bytes.length, 1, 2, 3, 7]) {
    test(`${name} in pieces of ${size}`, () => expect(read(bytes, size)).toEqual(expected));
  }
}

test('a block tells its own id apart from one before it', () => {
  const ids: (string | undefined)[] = [];
  const reader = new WireReader(({ id }) => ids.push(id));
  reader.push(new TextEncoder().encode('id: a-1\ndata: x\n\ndata: y\n\n'));
  expect(ids).toEqual(['a-1', undefined]);
});

test('a line without end is refused', () => {
  const piece = new TextEncoder().encode('x'.repeat(1 << 20));
  const reader = new WireReader(() => {});
  expect(() => {
    for (let i = 0; i < 5; i++) reader.push(piece);
  }).toThrow(/too long/);
});
