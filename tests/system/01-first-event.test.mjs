// Chapter 1: from a published message to bytes that curl prints.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Child } from './support/child.mjs';
import { until } from './support/until.mjs';
import { World } from './support/world.mjs';

const DATA = 'data: {"height_cm":95,"raw_mm":1050,"filtered_mm":1050,"timestamp_ms":12345678}';
let world;
before(async () => (world = await World.start()));
after(() => world.stop());

test('curl sees the opening, the checkpoint and the first event, byte by byte', async () => {
  const curl = new Child('curl', ['-sN', `${world.base}/events`]);
  await until('the checkpoint', () => /event: checkpoint\nid: \S+\ndata:\n\n/.test(curl.out));
  await world.publish('desk/a/range', '{"raw_mm":1050,"timestamp_ms":12345678}');
  await until('the first event', () => curl.out.includes(`${DATA}\n\n`));
  await curl.stop();

  const opening = /^retry: (\d+)\n(?:\n)?: ok\n\n/.exec(curl.out);
  assert.ok(opening, curl.out);
  assert.ok(opening[1] >= 2000 && opening[1] <= 3000, `retry is 2000 to 3000 ms, got ${opening[1]}`);
  const epoch = /id: ([a-z0-9]+)-0\n/.exec(curl.out)?.[1];
  assert.ok(epoch, `the first checkpoint is position 0: ${curl.out}`);
  assert.equal(
    curl.out.slice(opening[0].length),
    `event: checkpoint\nid: ${epoch}-0\ndata:\n\nid: ${epoch}-1\nevent: height_update\n${DATA}\n\n`,
  );
});

test('who comes later gets the same data at once, without an id, and then the checkpoint', async () => {
  const client = await world.open('/events');
  const [event, ...others] = await client.snapshot();
  assert.equal(event.raw, `event: height_update\n${DATA}`);
  assert.deepEqual(others, []);
  assert.match(client.blocks.at(-1).id, /^[a-z0-9]+-1$/);
});

test('the headers are those of a stream that nobody may keep', async () => {
  const client = await world.open('/events');
  assert.equal(client.status, 200);
  assert.equal(client.headers['content-type'], 'text/event-stream');
  assert.equal(client.headers['cache-control'], 'no-store');
  assert.equal(client.headers['x-accel-buffering'], 'no');
  assert.equal(client.headers.connection, 'close');
  assert.equal(client.headers['content-length'], undefined);
  assert.equal(client.headers['transfer-encoding'], undefined);
});

test('HTTP/1.0 gets the same bytes', async () => {
  const client = await world.open('/events', { version: '1.0' });
  const [event] = await client.snapshot();
  assert.equal(event.raw, `event: height_update\n${DATA}`);
  assert.equal(client.headers['transfer-encoding'], undefined);
});

test('status tells what is served', async () => {
  const status = await world.gateway.status();
  assert.equal(status.broker.connected, true);
  assert.equal(status.log.head, 1);
  const desk = status.streams.find((stream) => stream.name === 'desk');
  assert.equal(desk.path, '/events');
  assert.equal(desk.poll, '/api/state');
  assert.ok(desk.events.includes('height_update'));
});
