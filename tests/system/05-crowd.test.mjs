// chapter: long
// Chapter 5: many clients, and a broker that restarts under them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CountingClient } from './support/counting_client.mjs';
import { MAPPING } from './support/ticks.mjs';
import { until } from './support/until.mjs';
import { World } from './support/world.mjs';

const CLIENTS = 1500;

test(`${CLIENTS} clients, then the broker restarts: events flow to all again`, async () => {
  const world = await World.start({ mappings: MAPPING });
  try {
    const { port } = world.gateway;
    const crowd = Array.from({ length: CLIENTS }, () => new CountingClient({ port, offset: null }));
    await until('all responses', () => crowd.every((client) => client.connected));
    const status = await until('all to be counted', async () => {
      const now = await world.gateway.status();
      return now.clients === CLIENTS && now;
    });
    assert.equal(status.streams.find((stream) => stream.path === '/ticks').clients, CLIENTS);

    await world.publish('ticks/1', { n: 0, pad: 'before' });
    await until('the event to reach all', () => crowd.every((client) => client.events === 1));

    await world.broker.restart();
    await world.gateway.ready();
    await until('the publisher to be back', () => world.device.connected);
    await world.publish('ticks/1', { n: 1, pad: 'after' });
    await until('the event to reach all again', () => crowd.every((client) => client.last === 1));
    assert.deepEqual(crowd.filter((client) => client.fault || client.ended || client.events !== 2), []);

    for (const client of crowd) client.close();
    await until('all to be gone', async () => (await world.gateway.status()).clients === 0);
  } finally {
    await world.stop();
  }
});
