// The console's reader of text/event-stream, whole and byte by byte.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

const file = new URL('../../web/console/wire.js', import.meta.url);
const { WireReader } = await import(`data:text/javascript;base64,${(await readFile(file)).toString('base64')}`);

/** What a reader finds when the text comes in pieces of this size. */
function read(text, size) {
  const found = [];
  const reader = new WireReader((block) => found.push(block));
  for (let at = 0; at < text.length; at += size) reader.push(text.slice(at, at + size));
  return { found, lastEventId: reader.lastEventId, retry: reader.retry };
}

function reads(name, text, expected, rest = {}) {
  for (const size of [text.length, 1, 2, 3]) {
    test(`${name}, in pieces of ${size}`, () => {
      const { found, ...state } = read(text, size);
      assert.deepEqual(found, expected);
      for (const [key, value] of Object.entries(rest)) assert.equal(state[key], value);
    });
  }
}

reads('an event has a name, an id and data', 'id: e-1\nevent: tick\ndata: {"a":1}\n\n', [
  { event: 'tick', id: 'e-1', data: '{"a":1}' },
]);
reads('without a name it is a message', 'data: x\n\n', [{ event: 'message', id: '', data: 'x' }]);
reads('every kind of line end counts once', 'data: a\r\n\r\ndata: b\r\rdata: c\n\n', [
  { event: 'message', id: '', data: 'a' },
  { event: 'message', id: '', data: 'b' },
  { event: 'message', id: '', data: 'c' },
]);
reads('data lines are joined, one space is taken off', 'data:  a\ndata:b\n\n', [
  { event: 'message', id: '', data: ' a\nb' },
]);
reads('comments are shown', ': ok\n\n:heartbeat\n\n', [{ comment: 'ok' }, { comment: 'heartbeat' }]);
reads('an event without data is none, its id counts', 'id: e-5\nevent: x\n\n', [], { lastEventId: 'e-5' });
reads('a checkpoint has empty data', 'event: checkpoint\nid: e-7\ndata:\n\n', [
  { event: 'checkpoint', id: 'e-7', data: '' },
]);
reads('the id stays until there is another', 'id: 1\ndata: a\n\ndata: b\n\n', [
  { event: 'message', id: '1', data: 'a' },
  { event: 'message', id: '1', data: 'b' },
]);
reads('retry is digits only', 'retry: 2500\nretry: 1e3\n\n', [], { retry: 2500 });
reads('one byte order mark is passed over', '\uFEFFdata: a\n\n', [{ event: 'message', id: '', data: 'a' }]);
reads('an event cut off at the end is none', 'data: a\n\ndata: b\n', [{ event: 'message', id: '', data: 'a' }]);

test('a line without end is refused', () => {
  const reader = new WireReader(() => {});
  assert.throws(() => reader.push('x'.repeat(5 * 1024 * 1024)), /too long/);
});
