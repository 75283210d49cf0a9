// Chapter 7: how the gateway ends, and what its clients see of it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertNoReport } from './support/gateway.mjs';
import { MAPPING, Ticks } from './support/ticks.mjs';
import { until } from './support/until.mjs';
import { World } from './support/world.mjs';

for (const signal of ['SIGTERM', 'SIGINT']) {
  test(`${signal} under load: every client gets complete events, then a clean end`, async () => {
    const world = await World.start({ mappings: MAPPING });
    try {
      const ticks = new Ticks(world.device, 500);
      const clients = await Promise.all(Array.from({ length: 100 }, () => world.open('/ticks')));
      await until('events at all', () => clients.every((client) => client.blocks.length > 20));
      const exit = await world.gateway.child.stop(signal);
      ticks.stop();
      assert.deepEqual(exit, { code: 0, signal: null });
      assertNoReport(world.gateway.child);
      for (const client of clients) {
        assert.equal(await client.end(), 'end', 'no reset');
        assert.equal(client.rest, '', 'the last event is whole');
      }
      const retry = clients.map((client) => Number(client.blocks.findLast((block) => block.retry)?.retry));
      assert.ok(retry.every((ms) => ms >= 5000 && ms <= 15000), 'a crowd is told to come back later');
    } finally {
      await world.stop();
    }
  });
}

test('a client that reads nothing does not hold the end for ever; a second signal ends at once', async () => {
  const world = await World.start({ mappings: MAPPING });
  try {
    const client = await world.open('/ticks');
    client.socket.pause();
    const pad = 'x'.repeat(200_000);
    const { child } = world.gateway;
    // More than the kernel holds for one connection.
    for (let n = 0; n < 60; n += 1) await world.publish('ticks/1', { n, pad });
    child.signal('SIGTERM');
    await until('the end to begin', async () => {
      return child.ended || !(await fetch(`${world.base}/livez`).then((r) => r.ok, () => false));
    });
    child.signal('SIGTERM');
    const exit = await child.exit;
    assert.deepEqual(exit, { code: 0, signal: null });
    assertNoReport(child);
  } finally {
    await world.stop();
  }
});

test('a gateway without a broker ends as cleanly', async () => {
  const world = await World.start({ mappings: MAPPING });
  await world.broker.halt();
  await world.gateway.stop();
  await world.broker.resume();
  await world.stop();
});
