// chapter: long
// Chapter 4: who comes back misses nothing, gets nothing twice, and is told when something is gone.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { CountingClient } from './support/counting_client.mjs';
import { KINDS, MAPPING, tick, Ticks } from './support/ticks.mjs';
import { until, within } from './support/until.mjs';
import { World } from './support/world.mjs';

const RESUMES = process.env.SLUICE_LONG === '1' ? 100_000 : 10 * Number(process.env.SLUICE_TEST_CLIENTS ?? 1000);
const CLIENTS = 200; // at once: as many as one process reads without falling behind
const RATE = 1000; // events a second
const NEWEST = 2000; // positions are drawn from this many newest events
const NOT_TO_BE_HAD = 100; // one connection in so many comes with a position that is expired, foreign or future
const KEPT = 100_000; // far more than a starved machine can fall behind
const LOST = 10_000; // so many are gone before the first client comes

let world;
before(async () => {
  const config = `history: {store: memory, events: ${KEPT}, bytes: 1GiB}\n`;
  world = await World.start({ mappings: MAPPING, config });
});
after(() => world.stop());

/** Publishes the first tick: the log's epoch, and how far ids are ahead of the numbers in the data. */
async function positions() {
  const watcher = await world.open('/ticks');
  await watcher.snapshot();
  tick(world.device, 0);
  const { id } = await watcher.next('tick');
  watcher.close();
  const [epoch, sequence] = id.split('-');
  return { epoch, offset: Number(sequence) };
}

test(`${RESUMES} resumes at random positions: nothing missing, doubled or out of order`, async () => {
  const { epoch, offset } = await positions();
  const { port } = world.gateway;
  const watcher = new CountingClient({ port, epoch, offset, after: 0 });
  for (let n = 1; n < KEPT + LOST; n += 1) {
    tick(world.device, n);
    if (n % NEWEST === 0) await within(`event ${n}`, watcher.when(() => watcher.last >= n - NEWEST));
  }
  const ticks = new Ticks(world.device, RATE, KEPT + LOST);
  const oldest = await until('the oldest to be gone', async () => {
    const { first } = (await world.gateway.status()).log;
    return first > 2 && first;
  });

  /** What a client comes with: mostly one of the newest positions. */
  const drawn = (number) => {
    const any = Math.floor(Math.random() * NEWEST);
    if (number % NOT_TO_BE_HAD !== 0) return { after: watcher.last - any };
    const [position, reason] = [
      [`${epoch}-${1 + (any % (oldest - 2))}`, 'expired'],
      [`x${epoch}-${watcher.last + offset - any}`, 'unknown'],
      [`${epoch}-${watcher.last + offset + 1e9 + any}`, 'unknown'],
    ][(number / NOT_TO_BE_HAD) % 3];
    return { position, reason };
  };

  const faults = [];
  let events = 0;
  let connections = 0;
  let gaps = 0;
  const one = async (index) => {
    const kind = index % 2 === 0 ? null : index % KINDS;
    while (connections < RESUMES) {
      const head = watcher.last;
      const client = new CountingClient({ port, kind, epoch, offset, ...drawn(connections) });
      connections += 1;
      // Past the seam: what it missed, and then some that were live when it came.
      const enough = head + Math.floor(Math.random() * RATE);
      await within(`event ${enough}`, client.when(() => client.last >= enough), 300);
      if (client.ended) client.fault ??= `the connection ended: ${client.ended}`;
      if (client.gaps !== (client.reason ? 1 : 0)) client.fault ??= `${client.gaps} gaps`;
      if (client.fault) faults.push(`${client.path} after ${client.position}: ${client.fault}`);
      events += client.events;
      gaps += client.gaps;
      client.close();
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, (_, index) => one(index)));
  ticks.stop();
  await within('the last event', watcher.when(() => watcher.last === ticks.sent - 1));
  watcher.close();
  assert.deepEqual(faults.slice(0, 5), []);
  assert.equal(watcher.fault, null);
  assert.equal(connections, RESUMES);
  assert.equal(gaps, RESUMES / NOT_TO_BE_HAD);
  console.log(`${connections} connections, ${gaps} gaps, ${events} events, every one in its place`);
});

test('the position of the newest event, and the checkpoint of a new client, resume without a gap', async () => {
  const client = await world.open('/ticks');
  await client.snapshot();
  const { id } = client.blocks.at(-1);
  const { log } = await world.gateway.status();
  await world.publish('ticks/1', { n: 1_000_000, pad: '' });
  const again = await world.open('/ticks', { lastEventId: id });
  assert.equal((await again.nextData()).n, 1_000_000);
  assert.equal(id, `${log.epoch}-${log.head}`);
  assert.ok(!again.body.includes('event: gap') && !again.body.includes('event: checkpoint'), again.body);
});

test('the query carries the position where no header can', async () => {
  const { log } = await world.gateway.status();
  for (const name of ['lastEventId', 'last_event_id']) {
    const client = await world.open(`/ticks?${name}=${log.epoch}-${log.head - 1}`);
    assert.equal((await client.next((block) => block.id)).id, `${log.epoch}-${log.head}`);
    assert.equal(client.headers['sluice-last-event-id'], `${log.epoch}-${log.head - 1}`);
  }
});

test('earliest is the oldest event kept', async () => {
  const { log } = await world.gateway.status();
  const client = await world.open('/ticks', { lastEventId: 'earliest' });
  assert.equal((await client.next((block) => block.id)).id, `${log.epoch}-${log.first}`);
});

/** What a client with this position is told: the gap, then the snapshot as for a new client, then live events. */
async function gapFor(lastEventId) {
  const client = await world.open('/ticks?kind=1', { lastEventId });
  const gap = await client.next((block) => block.event);
  assert.equal(gap.event, 'gap');
  assert.equal(gap.id, undefined, 'a gap that answers a resume has no id');
  const snapshot = await client.snapshot();
  assert.deepEqual(snapshot.map((block) => [block.event, block.id]), [['tick', undefined]]);
  await world.publish('ticks/1', { n: 2_000_000, pad: lastEventId });
  assert.equal((await client.nextData()).pad, lastEventId);
  return JSON.parse(gap.data);
}

test('future, foreign and unreadable positions get a gap, then the snapshot, then live', async () => {
  const { log } = await world.gateway.status();
  for (const from of [`${log.epoch}-99999999`, 'other-5']) {
    const gap = await gapFor(from);
    assert.deepEqual([gap.reason, gap.from, gap.missed], ['unknown', from, null]);
    assert.match(gap.to, new RegExp(`^${log.epoch}-\\d+$`));
  }
  for (const unreadable of ['hello', '-', `${log.epoch}-`, '1e99', `${log.epoch}-18446744073709551616`, '"><script>']) {
    const gap = await gapFor(unreadable);
    assert.deepEqual([gap.reason, gap.from], ['unknown', null], unreadable);
  }
});

test('a position whose events are gone gets a gap with how many', async () => {
  const small = await World.start({ mappings: MAPPING, config: 'history: {events: 100}\n' });
  try {
    const watcher = await small.open('/ticks');
    await watcher.snapshot();
    for (let n = 0; n < 300; n += 1) await small.publish('ticks/1', { n, pad: '' });
    const { log } = await small.gateway.status();
    await until('the log to keep no more than it should', async () => (await small.gateway.status()).log.first > 100);
    const client = await small.open('/ticks', { lastEventId: `${log.epoch}-50` });
    const gap = JSON.parse((await client.next('gap')).data);
    assert.deepEqual([gap.reason, gap.from, gap.to], ['expired', `${log.epoch}-50`, `${log.epoch}-300`]);
    assert.ok(gap.missed === 250 || gap.missed === null, 'as many as are gone, where that is known');
    const [latest] = await client.snapshot();
    assert.equal(JSON.parse(latest.data).n, 299);
  } finally {
    await small.stop();
  }
});
