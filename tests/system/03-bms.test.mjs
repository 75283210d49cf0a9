// Chapter 3: the cell monitor's contract.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { root } from './support/gateway.mjs';
import { until } from './support/until.mjs';
import { World } from './support/world.mjs';

let world;
before(async () => (world = await World.start()));
after(() => world.stop());

const STREAM = '/api/cell_stream';

test('polling before the first value is 404', async () => {
  assert.equal((await world.get('/api/cell_data')).status, 404);
});

test('a whole pack is one unnamed event', async () => {
  const client = await world.open(STREAM);
  await client.snapshot();
  await world.publish('bms/p1/cells', { cells: [3312, 3300, 3320], bal: [false, false, true] });
  const block = await client.next((b) => b.data);
  assert.equal(block.event, undefined);
  assert.equal(
    block.data,
    '{"pack":"p1","cells":[3312,3300,3320],"balancing":[2],"min_mv":3300,"max_mv":3320,"delta_mv":20}',
  );
});

test('who connects gets the current value, and polls the same object', async () => {
  const client = await world.open(`${STREAM}?pack=p1`);
  const [block] = await client.snapshot();
  assert.equal(JSON.parse(block.data).delta_mv, 20);
  assert.equal(block.id, undefined);
  assert.equal((await world.get('/api/cell_data?pack=p1')).text.trim(), block.data);
});

test('single cells gather into the array; a burst is two events', async () => {
  const client = await world.open(`${STREAM}?pack=p2`);
  await client.snapshot();
  await Promise.all(
    Array.from({ length: 200 }, (_, n) => world.publish(`bms/p2/cell/${n + 1}`, { mv: 3300 + n, bal: n === 7 })),
  );
  const whole = await client.nextData((block) => block.data && JSON.parse(block.data).cells.length === 200);
  assert.equal(whole.cells[199], 3499);
  assert.deepEqual(whole.balancing, [7]);
  assert.ok(client.blocks.filter((block) => block.data?.startsWith('{')).length < 20);
});

test('packed binary gives the same event; a missing cell is null', async () => {
  const client = await world.open(`${STREAM}?pack=p3&pack=p4`);
  await client.snapshot();
  await world.publish('bms/p3/raw', Buffer.from('0CE40CEE', 'hex'));
  assert.deepEqual((await client.nextData()).cells, [3300, 3310]);
  await world.publish('bms/p4/cell/3', { mv: 3310, bal: false });
  assert.deepEqual(await client.nextData((block) => block.data?.includes('p4')), {
    pack: 'p4',
    cells: [null, null, 3310],
    balancing: [],
    min_mv: 3310,
    max_mv: 3310,
    delta_mv: 0,
  });
});

test('a pack filter shows only that pack', async () => {
  const packs = async (query) => {
    const snapshot = await (await world.open(STREAM + query)).snapshot();
    return snapshot.map((block) => JSON.parse(block.data).pack).sort();
  };
  assert.deepEqual(await packs('?pack=p3'), ['p3']);
  assert.deepEqual(await packs('?pack=p1,p3'), ['p1', 'p3']);
  assert.deepEqual(await packs(''), ['p1', 'p2', 'p3', 'p4']);
});

test('at its greatest age a connection ends cleanly, and the client resumes with the newest only', async () => {
  const mapping = await readFile(path.join(root, 'mappings/bms.yaml'), 'utf8');
  assert.ok(mapping.includes('max_age: 5m'));
  const short = await World.start({ mappings: { 'bms.yaml': mapping.replace('max_age: 5m', 'max_age: 1s') } });
  try {
    const first = await short.open(STREAM);
    await first.snapshot();
    await short.publish('bms/p1/cells', { cells: [3300, 3301], bal: [false, false] });
    const { id } = await first.next((block) => block.data);
    assert.equal(await first.end(), 'end');
    assert.equal(first.rest, '');

    for (const mv of [3310, 3320, 3330]) {
      await short.publish('bms/p1/cells', { cells: [mv, mv], bal: [false, false] });
      await until('the value to be polled', async () => (await short.getJson('/api/cell_data')).max_mv === mv);
    }
    const again = await short.open(STREAM, { lastEventId: id });
    const missed = await again.nextData();
    assert.equal(missed.max_mv, 3330);
    assert.equal(again.headers['sluice-last-event-id'], id);
    assert.ok(!again.body.includes('3310') && !again.body.includes('3320'), again.body);
  } finally {
    await short.stop();
  }
});
