// Chapter 13: the shop's contract. Who has no role is refused; the streams themselves are tried without the role.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { root } from './support/gateway.mjs';
import { until } from './support/until.mjs';
import { World } from './support/world.mjs';

const STREAM = '/api/admin/stream/orders';
const ROUTES = [STREAM, '/api/stream-orders', '/api/admin/orders/recent', '/api/admin/stream/orders/batched'];

let text; // the mapping
let open; // the same without roles
let world;
before(async () => {
  text = await readFile(path.join(root, 'mappings/orders.yaml'), 'utf8');
  open = text.replaceAll(/^ *access: admin\n/gm, '').replaceAll('heartbeat: 30s', 'heartbeat: 1s');
  assert.equal(text.match(/access: admin\n/g).length, 3);
  world = await World.start({ mappings: { 'orders.yaml': open } });
});
after(() => world.stop());

const order = (id, payload) =>
  world.publish(`shop/orders/${id}`, payload === null ? '' : { items: [{ sku: 'x' }], ...payload }, { retain: true });

test('each route is for admins only', async () => {
  const closed = await World.start({ mappings: { 'orders.yaml': text } });
  try {
    for (const route of ROUTES) assert.equal((await closed.get(route)).status, 401, route);
  } finally {
    await closed.stop();
  }
});

test('the first block says connected; a new order and each change of its status follow, with heartbeats', async () => {
  const client = await world.open(STREAM);
  const first = await client.next((block) => block.data !== undefined);
  assert.deepEqual([first.event, first.data], [undefined, '{"type":"connected"}']);
  assert.deepEqual(await client.snapshot(), []);

  await order('123', { totalAmount: 50.0, status: 'PENDING', deliveryAddress: 'Main Street 1' });
  const announced = await client.next('new_order');
  assert.equal(announced.data, '{"id":"123","orderId":"123","totalAmount":50,"status":"PENDING"}');
  await order('123', { totalAmount: 60.5, status: 'PENDING' }); // no change of the status
  await order('123', { totalAmount: 60.5, status: 'CONFIRMED' });
  const changed = await client.next((block) => block.data);
  assert.deepEqual([changed.event, changed.data], ['order_update', '{"id":"123","orderId":"123","status":"CONFIRMED"}']);
  await client.next((block) => block.comments.includes('heartbeat'));
});

test("the dashboard's stream has the known orders first", async () => {
  const client = await world.open('/api/stream-orders');
  const snapshot = await client.snapshot();
  assert.deepEqual(
    snapshot.map((block) => [block.event, block.data]),
    [
      [undefined, '{"type":"connected"}'],
      ['order', '{"id":"123","orderId":"123","totalAmount":60.5,"status":"CONFIRMED"}'],
    ],
  );
});

test('a status filter lets only these through', async () => {
  const client = await world.open(`${STREAM}?status=PENDING,CANCELLED`);
  await client.snapshot();
  await order('124', { totalAmount: 7, status: 'PENDING' });
  await order('124', { totalAmount: 7, status: 'CONFIRMED' });
  await order('124', { totalAmount: 7, status: 'CANCELLED' });
  assert.equal((await client.nextData('new_order')).id, '124');
  assert.equal((await client.nextData('order_update')).status, 'CANCELLED');
  const refused = await world.get(`${STREAM}?status=LOST`);
  assert.equal(refused.status, 400);
  assert.match(refused.text, /PENDING/);
});

test('updates come in batches to who wants them so', async () => {
  const client = await world.open('/api/admin/stream/orders/batched');
  await client.snapshot();
  await order('125', { totalAmount: 1, status: 'PENDING' });
  assert.equal((await client.nextData('new_order')).id, '125');
  await order('125', { totalAmount: 1, status: 'CONFIRMED' });
  const batch = await client.nextData('order_batch');
  assert.equal(batch.orders[0].status, 'CONFIRMED');
});

test('the recent orders are polled; a deleted one is gone', async () => {
  const ids = async () => (await world.getJson('/api/admin/orders/recent')).map(({ id }) => id).sort();
  assert.deepEqual(await ids(), ['123', '124', '125']);
  await order('124', null);
  await until('the deletion', async () => (await ids()).length === 2);
  assert.deepEqual(await ids(), ['123', '125']);
});

test('a restarted gateway announces no old order as new, and knows them all', async () => {
  await world.restartGateway({ mappings: { 'orders.yaml': open } });
  const client = await world.open(STREAM);
  await client.snapshot();
  await until('the retained orders', async () => (await world.getJson('/api/admin/orders/recent')).length === 2);
  await order('126', { totalAmount: 2, status: 'PENDING' });
  assert.equal((await client.next((block) => block.data)).event, 'new_order');
  await order('123', { totalAmount: 60.5, status: 'PREPARING' });
  const { id, status } = await client.nextData('order_update');
  assert.deepEqual([id, status], ['123', 'PREPARING']);
});
