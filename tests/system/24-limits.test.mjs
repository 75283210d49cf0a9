// Chapter 24: limits on clients, polls that wait, and clients that are slow, stand still or never say anything.

import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { readdir } from 'node:fs/promises';
import net from 'node:net';
import { after, before, describe, test } from 'node:test';
import { Child } from './support/child.mjs';
import { exchange } from './support/raw_http.mjs';
import { until } from './support/until.mjs';
import { World } from './support/world.mjs';

const CLIENTS = Number(process.env.SLUICE_TEST_CLIENTS ?? 1000);
const MAPPINGS = {
  'plant.yaml': `events:
  reading: {sensor: text, n: int, pad: text}
rules:
  - topic: plant/{sensor}
    payload: {n: int, pad: text}
    emit: reading
streams:
  readings:
    path: /readings
    events: reading
    query: {sensor: [text]}
    when: query.sensor == null or sensor in query.sensor
    on_connect: reading
    ages: true
    poll: /readings/now
    history: /readings/past
  newest:
    path: /newest
    events: reading
    query: {sensor: [text]}
    when: query.sensor == null or sensor in query.sensor
    overflow: conflate
    poll: {path: /newest/value, as: latest}
  sparse:
    path: /sparse
    events: reading
    overflow: drop
    poll: {path: /sparse/data, as: data}
  guarded: {path: /guarded, events: reading, access: viewer, poll: /guarded/now}
`,
};

const token = crypto.randomBytes(32).toString('base64url');
const chief = crypto.randomBytes(32).toString('base64url');
const hash = (text) => `sha256:${crypto.createHash('sha256').update(text).digest('hex')}`;
const bearer = (text) => ({ Authorization: `Bearer ${text}` });
const from = (address) => ({ 'X-Forwarded-For': address });

/** The value of a line of /metrics: `name` with its labels. */
async function metric(world, name, headers = {}) {
  const { text } = await world.get('/metrics', { headers });
  const line = text.split('\n').find((one) => one.startsWith(`${name} `));
  return line === undefined ? 0 : Number(line.slice(name.length + 1));
}

/** A connection that tells how it ended. */
function connect(port) {
  const socket = net.connect({ host: '127.0.0.1', port });
  socket.ended = false;
  socket.on('close', () => (socket.ended = true)).on('error', () => {});
  socket.on('data', () => {});
  return socket;
}

describe('limits on clients', () => {
  let world;
  before(async () => {
    const config = `limits: {per_address: 3, per_principal: 2}
trusted_proxies: [127.0.0.0/8]
access:
  tokens:
    viewer: {role: viewer, hash: "${hash(token)}"}
    chief: {role: admin, hash: "${hash(chief)}"}
`;
    world = await World.start({ mappings: MAPPINGS, config });
  });
  after(() => world?.stop());
  const overload = (limit) => metric(world, `sluice_clients_overload_total{limit="${limit}"}`, bearer(chief));

  /** Told to come back later, and ended. */
  async function assertTurnedAway(path, headers, why) {
    const client = await world.open(path, { headers });
    assert.equal(client.status, 200);
    assert.equal(await client.end(), 'end');
    const retry = Number(/^retry: (\d+)$/m.exec(client.body)[1]);
    assert.ok(retry >= 5000 && retry <= 15000, client.body);
    assert.ok(client.body.includes(why), client.body);
  }

  test('of one address, as the proxy tells it', async () => {
    const headers = from('192.0.2.1');
    const clients = [];
    for (const path of ['/readings', '/newest', '/sparse']) clients.push(await world.open(path, { headers }));
    await assertTurnedAway('/readings', headers, 'this address has as many clients as it may');
    assert.equal(await overload('address'), 1);
    const poll = await world.get('/readings/now?wait=60s', { headers });
    assert.equal(poll.status, 429);
    assert.ok(Number(poll.headers.get('retry-after')) >= 5);
    assert.equal((await world.get('/readings/now', { headers })).status, 200, 'what is answered at once is no client');
    const other = await world.open('/readings', { headers: from('192.0.2.2') });
    await other.next('checkpoint');

    clients[0].close();
    await until('its place to be free', async () => {
      const client = await world.open('/readings', { headers });
      const first = await client.next((block) => block.event === 'checkpoint' || /as many/.test(block.comments));
      return first.event === 'checkpoint';
    });
  });

  test('of one IPv6 host, which has a whole /64', async () => {
    for (const address of ['2001:db8:0:7::1', '2001:db8:0:7::2:3', '2001:db8:0:7:ffff::1']) {
      await world.open('/readings', { headers: from(address) });
    }
    await assertTurnedAway('/readings', from('2001:db8:0:7::9'), 'this address');
    const neighbour = await world.open('/readings', { headers: from('2001:db8:0:8::1') });
    await neighbour.next('checkpoint');
  });

  test('of one principal, wherever he is', async () => {
    for (const address of ['192.0.2.11', '192.0.2.12']) {
      const client = await world.open('/guarded', { headers: { ...from(address), ...bearer(token) } });
      await client.next('checkpoint');
    }
    const before = await overload('principal');
    const headers = { ...from('192.0.2.13'), ...bearer(token) };
    await assertTurnedAway('/guarded', headers, 'this login has as many clients as it may');
    assert.equal((await world.get('/guarded/now?wait=60s', { headers })).status, 429);
    assert.equal((await world.get('/guarded/now', { headers })).status, 200);
    assert.equal(await overload('principal'), before + 2);
    const admin = await world.open('/guarded', { headers: { ...from('192.0.2.13'), ...bearer(chief) } });
    await admin.next('checkpoint');
  });
});

describe('polls that wait', () => {
  let world;
  before(async () => (world = await World.start({ mappings: MAPPINGS })));
  after(() => world?.stop());
  const held = () => metric(world, 'sluice_polls_held');
  const publish = (sensor, n) => world.publish(`plant/${sensor}`, { n, pad: '' });
  const position = (answer) => answer.headers.get('sluice-last-event-id');

  test('without anything new they end with the empty answer of their shape', async () => {
    assert.equal((await world.get('/readings/now?wait=50ms')).text, '[]');
    assert.equal((await world.get('/sparse/data?wait=50ms')).text, '[]');
    assert.equal((await world.get('/newest/value?wait=50ms')).status, 404);
    await publish('a', 1);
    await until('the value', async () => (await world.get('/newest/value')).status === 200);
    const known = await world.get('/sparse/data');
    assert.equal(known.text, '[{"sensor":"a","n":1,"pad":""}]');
    const headers = { 'If-None-Match': known.headers.get('etag') };
    const same = await world.get('/sparse/data?wait=50ms', { headers });
    assert.deepEqual([same.status, same.text, same.headers.get('etag')], [304, '', known.headers.get('etag')]);
    const none = await world.get(`/newest/value?wait=50ms&after=${position(known)}`);
    assert.equal(none.status, 404);
    assert.equal(position(none), position(known));
  });

  test('a wait that is none, or too long, says what it may be', async () => {
    for (const wait of ['25', '61s', 'long', '-1s']) {
      const answer = await world.get(`/readings/now?wait=${wait}`);
      assert.equal(answer.status, 400);
      assert.equal(JSON.parse(answer.text).detail, `wait '${wait}' is no duration up to 1m, such as 25s`);
    }
  });

  test('what asks for a sensor is answered when that one has something', async () => {
    const known = position(await world.get('/readings/now'));
    const b = world.get(`/readings/now?sensor=b&wait=60s&after=${known}`);
    const value = world.get(`/newest/value?sensor=b&wait=60s&after=${known}`);
    await until('them to be held', async () => (await held()) === 2);
    await publish('a', 2);
    await publish('b', 3);
    const [listed] = JSON.parse((await b).text);
    assert.deepEqual([listed.key, listed.data.n], [{ sensor: 'b' }, 3]);
    assert.equal(JSON.parse((await value).text).n, 3);
  });

  test('a position of another log, or of the future, is answered at once with all there is', async () => {
    const { log } = await world.gateway.status();
    for (const after of ['other-5', `${log.epoch}-99999`]) {
      const { text } = await world.get(`/readings/now?wait=60s&after=${after}`);
      assert.deepEqual(JSON.parse(text).map((one) => one.data.sensor), ['a', 'b']);
    }
  });

  test(`${CLIENTS} at once take no thread, and one event answers them all`, async () => {
    const threads = async () => (await readdir(`/proc/${world.gateway.child.pid}/task`)).length;
    const before = await threads();
    const known = position(await world.get('/readings/now'));
    const answers = Array.from({ length: CLIENTS }, () => world.get(`/readings/now?wait=60s&after=${known}`));
    await until('all to be held', async () => (await held()) === CLIENTS);
    assert.equal(await threads(), before);
    await publish('crowd', 1);
    const bodies = new Set((await Promise.all(answers)).map((answer) => answer.text));
    assert.equal(bodies.size, 1);
    const [body] = bodies;
    assert.deepEqual(JSON.parse(body).map((one) => one.data.sensor), ['crowd']);
    assert.equal(await held(), 0);
  });

  test('who polls in turn sees every last value, and nothing twice', async () => {
    const seen = new Map();
    let after = position(await world.get('/readings/now'));
    const sensors = ['x', 'y', 'z'];
    const last = 100;
    const publishing = (async () => {
      for (let n = 1; n <= last; n += 1) for (const sensor of sensors) await publish(sensor, n);
    })();
    while (sensors.some((sensor) => seen.get(sensor) !== last)) {
      const answer = await world.get(`/readings/now?wait=60s&after=${after}`);
      const list = JSON.parse(answer.text);
      assert.ok(list.length > 0, 'it waits until there is something');
      for (const { data } of list) {
        assert.ok(data.n > (seen.get(data.sensor) ?? 0), `${data.sensor} ${data.n} after ${seen.get(data.sensor)}`);
        seen.set(data.sensor, data.n);
      }
      after = position(answer);
    }
    await publishing;
  });

  test('who leaves gives his place back', async () => {
    const known = position(await world.get('/readings/now'));
    const sockets = Array.from({ length: 60 }, () => connect(world.gateway.port));
    const head = `GET /readings/now?wait=60s&after=${known} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`;
    for (const socket of sockets) socket.write(head);
    await until('them to be held', async () => (await held()) === 60);
    for (const socket of sockets.slice(0, 30)) socket.end();
    for (const socket of sockets.slice(30)) socket.resetAndDestroy();
    await until('nobody to be held', async () => (await held()) === 0);
    for (const socket of sockets) socket.destroy();
  });

  test('the past is given in pieces, each with a link to the next, and within times', async () => {
    const seen = [];
    let next = '/readings/past?sensor=x&limit=30';
    while (next) {
      const answer = await world.get(next);
      seen.push(...JSON.parse(answer.text));
      const link = /^<(.*)>; rel=next$/.exec(answer.headers.get('link') ?? '')?.[1];
      next = link && new URL(link, world.base + next).href.slice(world.base.length);
    }
    assert.deepEqual(seen.map((one) => one.data.n), Array.from({ length: 100 }, (_, i) => i + 1));
    const middle = seen[50].time;
    const before = await world.getJson(`/readings/past?sensor=x&to=${middle}`);
    const after = await world.getJson(`/readings/past?sensor=x&from=${new Date(middle).toISOString()}`);
    assert.ok(before.length > 50 && before.every((one) => one.time <= middle));
    assert.ok(after.length >= 50 && after.every((one) => one.time >= middle));
    assert.deepEqual(await world.getJson(`/readings/past?sensor=x&after=${seen[98].id}`), [seen[99]]);
  });

  test('a stream with ages says when each of its first values was', async () => {
    const client = await world.open('/readings?sensor=x');
    const { data } = await client.next('checkpoint');
    const { time, values } = JSON.parse(data);
    assert.deepEqual(values.map(([event, key]) => [event, key]), [['reading', { sensor: 'x' }]]);
    assert.ok(values[0][2] <= time);
  });

  test('while the broker is away streams say so, newcomers too, and polls go on waiting', async () => {
    const client = await world.open('/readings?sensor=x');
    await client.snapshot();
    const known = position(await world.get('/readings/now'));
    const poll = world.get(`/readings/now?wait=60s&after=${known}`);
    await until('it to be held', async () => (await held()) === 1);
    await world.broker.halt();
    const away = JSON.parse((await client.next('source')).data);
    assert.deepEqual([away.connected, typeof away.since], [false, 'number']);
    const newcomer = await world.open('/readings?sensor=x');
    assert.deepEqual(JSON.parse((await newcomer.next('source')).data), away);
    await newcomer.next('checkpoint');
    await world.broker.resume();
    assert.equal(JSON.parse((await client.next('source')).data).connected, true);
    assert.equal(JSON.parse((await newcomer.next('source')).data).connected, true);
    await world.gateway.ready();
    await until('the device to be back', () => world.device.connected);
    await publish('x', 1000);
    assert.equal(JSON.parse((await poll).text)[0].data.n, 1000);
  });

  test('SIGTERM answers them all', async () => {
    const known = position(await world.get('/readings/now'));
    const answers = Array.from({ length: 50 }, () => world.get(`/readings/now?wait=60s&after=${known}`));
    await until('all to be held', async () => (await held()) === 50);
    await world.gateway.stop();
    for (const answer of await Promise.all(answers)) assert.deepEqual([answer.status, answer.text], [200, '[]']);
  });
});

describe('clients that are slow', () => {
  const COUNT = 3000;
  const SENSORS = 5;
  const pad = 'x'.repeat(2000);
  let world;
  before(async () => {
    const config = 'limits: {backlog: 256KiB, header_deadline: 1s}\nhistory: {events: 1000000, bytes: 1GiB}\n';
    world = await World.start({ mappings: MAPPINGS, config });
  });
  after(() => world?.stop());

  /** More than the kernel and the backlog hold. */
  function flood() {
    for (let n = 1; n <= COUNT; n += 1) {
      world.device.publish(`plant/s${n % SENSORS}`, JSON.stringify({ n, pad }), { qos: 0 });
    }
    return until('all messages to be here', async () => {
      const { log } = await world.gateway.status();
      return log.head >= (flood.expected ?? 0) + COUNT && (flood.expected = log.head);
    });
  }
  const events = (client) => client.blocks.filter((block) => block.event === 'reading');
  const numbers = (client) => events(client).map((block) => JSON.parse(block.data).n);
  const sequence = (id) => Number(id.split('-').at(-1));

  /** A client of that path that reads nothing while the flood comes. */
  async function stalledThrough(path) {
    const client = await world.open(path);
    await client.next('checkpoint');
    client.socket.pause();
    await flood();
    return client;
  }

  test('overflow: disconnect ends them cleanly, and they resume without a loss', async () => {
    const ends = () => metric(world, 'sluice_cursor_ends_total{reason="slow"}');
    const before = await ends();
    const client = await stalledThrough('/readings');
    await until('its end', async () => (await ends()) > before);
    client.socket.resume();
    assert.equal(await client.end(), 'end');
    assert.equal(client.rest, '', 'the last event is whole');
    const first = numbers(client);
    assert.ok(first.length > 0 && first.length < COUNT);
    const again = await world.open('/readings', { lastEventId: events(client).at(-1).id });
    await until('all events', () => events(again).at(-1)?.data.includes(`"n":${COUNT},`));
    assert.deepEqual([...first, ...numbers(again)], Array.from({ length: COUNT }, (_, i) => i + 1));
    assert.ok(!again.body.includes('event: gap'));
    again.close();
  });

  test('overflow: conflate gives them the newest of each key', async () => {
    const left = () => metric(world, 'sluice_events_conflated_total');
    const before = await left();
    const client = await stalledThrough('/newest');
    await until('events left out', async () => (await left()) > before);
    client.socket.resume();
    await until('the newest', () => events(client).at(-1)?.data.includes(`"n":${COUNT},`));
    const got = events(client).map((block) => ({ id: sequence(block.id), ...JSON.parse(block.data) }));
    assert.ok(got.length < COUNT, `${got.length} events`);
    assert.ok(got.every((one, i) => i === 0 || (one.id > got[i - 1].id && one.n > got[i - 1].n)), 'in order');
    const newest = new Map(got.map((one) => [one.sensor, one.n]));
    assert.deepEqual([...newest.values()].sort((a, b) => a - b), [2996, 2997, 2998, 2999, 3000]);
    assert.equal(got.length + (await left()) - before, COUNT, 'each is sent or counted');
    assert.ok(!client.body.includes('event: gap'), 'what is superseded is no gap');
    client.close();
  });

  test('overflow: drop tells exactly how many are missing, and where', async () => {
    const gaps = () => metric(world, 'sluice_gaps_total{reason="slow"}');
    const before = await gaps();
    const client = await stalledThrough('/sparse');
    await until('a gap', async () => (await gaps()) > before);
    client.socket.resume();
    await until('the newest', () => events(client).at(-1)?.data.includes(`"n":${COUNT},`));
    let last = 0;
    let missing = 0;
    for (const block of client.blocks.filter((one) => one.event === 'reading' || one.event === 'gap')) {
      const data = JSON.parse(block.data);
      if (block.event === 'gap') {
        assert.equal(data.reason, 'slow');
        assert.equal(block.id, data.to);
        assert.equal(sequence(data.to) - sequence(data.from), data.missed, 'every event is one of this stream');
        missing += data.missed;
        last += data.missed;
      } else {
        assert.equal(data.n, last + 1);
        last = data.n;
      }
    }
    assert.ok(missing > 0);
    assert.equal(numbers(client).length + missing, COUNT);
    client.close();
  });

  test('a client that takes a byte a second holds nobody up', async () => {
    const ends = () => metric(world, 'sluice_cursor_ends_total{reason="slow"}');
    const before = await ends();
    const curl = new Child('curl', ['-sN', '--limit-rate', '1', `${world.base}/readings`]);
    const others = await Promise.all(Array.from({ length: 5 }, () => world.open('/readings')));
    for (const other of others) await other.next('checkpoint');
    await until('the slow one to be there', async () => (await metric(world, 'sluice_clients')) >= 6);
    for (let n = 1; n <= COUNT; n += 1) {
      world.device.publish(`plant/s${n % SENSORS}`, JSON.stringify({ n, pad }), { qos: 0 });
      if (n % 50 > 0) continue;
      // Those of the snapshot came first.
      await until(`event ${n}`, () => others.every((other) => events(other).length === SENSORS + n));
    }
    const all = Array.from({ length: COUNT }, (_, i) => i + 1);
    for (const other of others) {
      assert.deepEqual(numbers(other).slice(SENSORS), all);
      other.close();
    }
    await until('the end of the slow one', async () => (await ends()) > before);
    await curl.stop('SIGKILL');
  });

  test('heads and bodies that come a byte at a time, and connections that say nothing, are ended', async () => {
    const late = () => metric(world, 'sluice_http_late_heads_total');
    const before = await late();
    const { port } = world.gateway;
    const drips = [];
    for (let i = 0; i < 20; i += 1) {
      const head = connect(port);
      head.write('GET /readings HTTP/1.1\r\nX: ');
      const body = connect(port);
      body.write('POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 999\r\n\r\n{');
      drips.push(head, body);
    }
    const silent = Array.from({ length: 20 }, () => connect(port));
    const drip = setInterval(() => drips.forEach((socket) => socket.ended || socket.write('x')), 100);
    await until('all to be ended', () => [...drips, ...silent].every((socket) => socket.ended));
    clearInterval(drip);
    assert.ok((await late()) >= before + 60);
    assert.equal((await exchange(port, 'GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n')).status, 200);
  });
});

test('a client whose process stands still is ended after limits.stalled, whatever its stream does', async () => {
  const world = await World.start({ mappings: MAPPINGS, config: 'limits: {stalled: 1s}\n' });
  try {
    const still = new Child('curl', ['-sN', `${world.base}/sparse`]);
    await until('it to be there', async () => (await metric(world, 'sluice_clients')) === 1);
    still.signal('SIGSTOP');
    const pad = 'x'.repeat(20_000);
    await until('it to be ended', async () => {
      for (let n = 0; n < 10; n += 1) world.device.publish('plant/a', JSON.stringify({ n, pad }), { qos: 0 });
      return (await metric(world, 'sluice_clients_stalled_total')) === 1;
    });
    await until('its place to be free', async () => (await metric(world, 'sluice_clients')) === 0);
    still.signal('SIGCONT');
    await still.stop('SIGKILL');
  } finally {
    await world.stop();
  }
});
