// Chapter 6: what the worst devices publish and the worst clients ask. Everything is counted, nothing stops.

import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { root } from './support/gateway.mjs';
import { exchange } from './support/raw_http.mjs';
import { until } from './support/until.mjs';
import { World } from './support/world.mjs';

let world;
before(async () => {
  const mappings = path.join(root, 'mappings');
  world = await World.start({ mappings, config: 'limits: {header_deadline: 1s, body: 64KiB}\n' });
});
after(() => world.stop());

let uptime = 0;

/** A proper reading still becomes its event. */
async function assertAlive() {
  const client = await world.open('/events?desk=a');
  await client.snapshot();
  uptime += 1000;
  await world.publish('desk/a/range', { raw_mm: 1050, timestamp_ms: uptime });
  await client.next((block) => block.event === 'height_update' && JSON.parse(block.data).timestamp_ms === uptime);
  client.close();
}

const failures = async () => (await world.gateway.status()).failures;

const BAD_READINGS = {
  'broken JSON': '{"raw_mm":1050,',
  'no JSON at all': 'hello',
  'an empty payload': Buffer.alloc(0),
  'an array': '[1050]',
  'a lone number': '1050',
  'a text for a number': '{"raw_mm":"high","timestamp_ms":1}',
  'a fraction for an integer': '{"raw_mm":1050.5,"timestamp_ms":1}',
  'a number beyond any integer': '{"raw_mm":123456789012345678901234567890,"timestamp_ms":1}',
  'a missing field': '{"raw_mm":1050}',
  'an object for a number': '{"raw_mm":{},"timestamp_ms":1}',
  'bad UTF-8': Buffer.from('{"raw_mm":1050,"timestamp_ms":1,"x":"\xff\xfe"}', 'latin1'),
  'a NUL in the middle': '{"raw_mm":1050,\0"timestamp_ms":1}',
  'two documents': '{"raw_mm":1050,"timestamp_ms":1}{"raw_mm":1050,"timestamp_ms":1}',
  'a hundred thousand brackets': '['.repeat(100_000),
};

for (const [what, payload] of Object.entries(BAD_READINGS)) {
  test(`a reading that is ${what} is counted, and the next one is served`, async () => {
    const before = await failures();
    await world.publish('desk/a/range', payload);
    await until('the failure to be counted', async () => (await failures()) > before);
    await assertAlive();
  });
}

test('a height out of range is counted', async () => {
  const before = await failures();
  await world.publish('desk/b/range', { raw_mm: 999999, timestamp_ms: 1 }); // b: it stays among the last five readings
  await until('the failure to be counted', async () => (await failures()) > before);
  await assertAlive();
});

test('the failures can be read: where in the mapping, which topic, an excerpt that is safe to print', async () => {
  await world.publish('desk/a/range', Buffer.from('{"raw_mm":"\x1b[31m\xff\0","timestamp_ms":1}', 'latin1'));
  await assertAlive();
  const { text } = await world.get('/mappings/errors');
  assert.match(text, /desk\.yaml:\d+:\d+/);
  assert.match(text, /desk\/a\/range/);
  assert.ok(!/[\0\x1b]/.test(text), 'control characters are escaped');
});

test('a reading of 300 KB is left out and counted', async () => {
  const oversize = async () => Number(/^sluice_mqtt_oversize_total (\d+)/m.exec((await world.get('/metrics')).text)[1]);
  const before = await oversize();
  await world.publish('desk/a/range', `{"raw_mm":1050,"timestamp_ms":1,"pad":"${'x'.repeat(300_000)}"}`);
  await until('it to be counted', async () => (await oversize()) === before + 1);
  await assertAlive();
});

test('a packet larger than the broker was told to send never arrives, and harms nothing', async () => {
  await world.publish('desk/a/range', Buffer.alloc(2_000_000, 'x'));
  await assertAlive();
});

const FORGED = 'x\r\n\r\nevent: forged\rdata: 1\n\nid: 1-1\0\u2028';

test('line breaks and NUL in every text stay inside the data', async () => {
  const client = await world.open('/events?desk=a');
  await client.snapshot();
  const error = { error_code: 'LOW_MEMORY', message: FORGED, severity: 'warning', timestamp_ms: 7 };
  await world.publish('desk/a/error', error);
  assert.deepEqual(await client.nextData('error'), error);
  await world.publish('desk/a/wifi', {
    status: 'connected',
    ssid: FORGED,
    ip_address: FORGED,
    rssi_dbm: -1,
    timestamp_ms: 1,
  });
  assert.equal((await client.nextData('wifi_status')).ssid, FORGED);
  assert.ok(!client.blocks.some((block) => block.event === 'forged'));
});

test('quotes and separators in a topic stay inside the data', async () => {
  const pack = 'p"}\\\u2028 <b>&:=;%0A'; // mosquitto itself refuses control characters in topics
  const client = await world.open(`/api/cell_stream?pack=${encodeURIComponent(pack)}`);
  await client.snapshot();
  await world.publish(`bms/${pack}/cells`, { cells: [3300], bal: [false] });
  assert.equal((await client.nextData()).pack, pack);
  assert.equal((await world.getJson(`/api/cell_data?pack=${encodeURIComponent(pack)}`)).pack, pack);
});

test('a pack claims a cell number beyond all bounds', async () => {
  const before = await failures();
  await world.publish('bms/p1/cell/4000000000', { mv: 3300, bal: false });
  await world.publish('bms/p1/cell/0', { mv: 3300, bal: false });
  await world.publish('bms/p1/cell/99999999999999999999', { mv: 3300, bal: false });
  await world.publish('bms/p1/cell/-1', { mv: 3300, bal: false });
  await until('a failure', async () => (await failures()) > before);
  await assertAlive();
});

const HOST = 'Host: 127.0.0.1\r\n';
const CLOSE = `${HOST}Connection: close\r\n`;
const JSON_TYPE = 'Content-Type: application/json\r\n';
const get = (path, headers = CLOSE) => `GET ${path} HTTP/1.1\r\n${headers}\r\n`;
const post = (headers, body = '') => `POST /preset/save HTTP/1.1\r\n${HOST}${JSON_TYPE}${headers}\r\n${body}`;
const CHUNKED = 'Transfer-Encoding: chunked\r\n';

// All that libmicrohttpd lets through, or answers otherwise than a strict server would: [what, bytes, status].
const BAD_REQUESTS = [
  ['a GET with a body', `${get('/livez', `${HOST}Content-Length: 5\r\n`)}hello`, 400],
  ['a GET of a stream with a body', `${get('/events', `${HOST}Content-Length: 5\r\n`)}hello`, 400],
  ['a GET in chunks', `${get('/events', HOST + CHUNKED)}0\r\n\r\n`, 400],
  ['a HEAD with a body', `HEAD /events HTTP/1.1\r\n${HOST}Content-Length: 5\r\n\r\nhello`, 400],
  ['two lengths', post('Content-Length: 2\r\nContent-Length: 3\r\n', '{}'), 400],
  ['the same length twice', post('Content-Length: 2\r\nContent-Length: 2\r\n', '{}'), 400],
  ['a length and chunks', post(`Content-Length: 2\r\n${CHUNKED}`, '0\r\n\r\n'), 400],
  ['chunks and a length', post(`${CHUNKED}Content-Length: 2\r\n`, '0\r\n\r\n'), 400],
  ['chunks twice', post(CHUNKED + CHUNKED, '0\r\n\r\n'), 400],
  ['another transfer coding', post('Transfer-Encoding: gzip, chunked\r\n', '0\r\n\r\n'), 400],
  ['chunks in HTTP/1.0', `POST /preset/save HTTP/1.0\r\n${HOST}${CHUNKED}\r\n0\r\n\r\n`, 400],
  ['a body above the limit', post('Content-Length: 70000\r\n', 'x'.repeat(70_000)), 413],
  ['a chunk above the limit', post(CHUNKED, `11170\r\n${'x'.repeat(70_000)}\r\n0\r\n\r\n`), 413],
  ['a body that is asked for and too large', post('Expect: 100-continue\r\nContent-Length: 70000\r\n'), 413],
  ['a bare LF after the request line', `GET /events HTTP/1.1\n${HOST}\r\n`, 400],
  ['a bare LF after a header', `GET /events HTTP/1.1\r\nHost: 127.0.0.1\n\r\n`, 400],
  ['a bare LF at the end of the head', `GET /events HTTP/1.1\r\n${HOST}\n`, 400],
  ['a bare CR in a header', get('/events', `${HOST}X: a\rb\r\n`), 400],
  ['a folded header', get('/events', `${HOST}X: a\r\n b\r\n`), 400],
  ['a space before a colon', get('/events', `${HOST}X : a\r\n`), 400],
  ['NUL in the path', get('/events%00.html'), 400],
  ['NUL in the query', get('/events?desk=%00'), 400],
  ['a raw NUL in the path', get('/events\0.html'), 400],
  ['a raw NUL in a header', get('/events', `${HOST}X: a\0b\r\n`), 400],
  ['a broken escape', get('/events%zz'), 400],
  ['an escape that is no UTF-8', get('/events%ff'), 400],
  ['a path beyond ASCII', get('/events\xe4'), 400],
  ['a fragment', get('/events#a'), 400],
  ['an unknown method', `BREW /events HTTP/1.1\r\n${CLOSE}\r\n`, 405],
  ['a method in small letters', `get /events HTTP/1.1\r\n${CLOSE}\r\n`, 405],
  ['a method that is no token', `G(T /events HTTP/1.1\r\n${CLOSE}\r\n`, 400],
  ['TRACE', `TRACE / HTTP/1.1\r\n${CLOSE}\r\n`, 405],
  ['no Host', get('/events', ''), 400],
  ['two Hosts', get('/events', `${HOST}Host: localhost\r\n`), 400],
  ['a long header', get('/events', `${HOST}X: ${'x'.repeat(20_000)}\r\n`), 431],
  ['a header just above the limit', get('/events', `${HOST}X: ${'x'.repeat(3_900)}\r\n`), 431],
  ['many headers', get('/events', `${HOST}${'X: y\r\n'.repeat(5_000)}`), 431],
  ['a long path', get(`/${'x'.repeat(20_000)}`), 414],
  ['a path of a hundred levels', get('/x'.repeat(100)), 400],
  ['a way out of the files', get('/desk/../../../../etc/passwd'), 404],
  ['an escaped way out', get('/desk/%2e%2e%2f%2e%2e%2fetc/passwd'), 404],
];

for (const [what, bytes, wanted] of BAD_REQUESTS) {
  test(`${what} is refused, once, and the connection ends`, async () => {
    const { status, text } = await exchange(world.gateway.port, bytes);
    assert.equal(status, wanted, text.slice(0, 200));
    assert.equal(text.match(/^HTTP\/1\.1 /gm).length, 1, text);
    assert.doesNotMatch(text, /text\/event-stream|retry:/);
  });
}

// These the library itself refuses. It writes its head twice; both say that the connection ends, so that nobody takes the
// second for the answer to another request.
const BAD_LENGTHS = [
  ['a list', '2, 2', 400],
  ['a signed number', '+2', 400],
  ['a negative number', '-2', 400],
  ['a hexadecimal number', '0x2', 400],
  ['a word', 'two', 400],
  ['a number beyond all bounds', '9'.repeat(40), 413],
];
for (const [what, length, wanted] of BAD_LENGTHS) {
  test(`a length that is ${what} is refused, and the connection ends`, async () => {
    const { status, text } = await exchange(world.gateway.port, post(`Content-Length: ${length}\r\n`, '{}'));
    assert.equal(status, wanted, text.slice(0, 200));
    assert.equal(text.match(/^HTTP\/1\.1 /gm).length, text.match(/^Connection: close\r$/gim).length, text);
  });
}

test('HEAD of a stream has the head alone', async () => {
  const { status, text } = await exchange(world.gateway.port, `HEAD /events HTTP/1.1\r\n${CLOSE}\r\n`);
  assert.equal(status, 200);
  assert.match(text, /text\/event-stream/);
  assert.ok(text.endsWith('\r\n\r\n') && text.indexOf('\r\n\r\n') === text.length - 4, text);
});

const OTHER_PROTOCOLS = ['\0\0\0\0\r\n\r\n', '\x16\x03\x01\x02\x00\x01\x00', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'];
for (const bytes of OTHER_PROTOCOLS) {
  test(`${JSON.stringify(bytes.slice(0, 20))} gets no stream`, async () => {
    const { status } = await exchange(world.gateway.port, bytes, { half: true });
    assert.ok(status === 0 || status >= 400, `${status}`);
  });
}

test('a request head that never ends is ended', async () => {
  const socket = net.connect({ host: '127.0.0.1', port: world.gateway.port });
  let over = false;
  socket.on('close', () => (over = true)).on('error', () => {});
  socket.on('data', () => {});
  socket.write('GET /events HTTP/1.1\r\nX: ');
  const drip = setInterval(() => over || socket.write('x'), 100);
  await until('the end of the connection', () => over);
  clearInterval(drip);
});

test('clients that leave in every way give their descriptors back', async () => {
  const descriptors = async () => (await readdir(`/proc/${world.gateway.child.pid}/fd`)).length;
  const others = (await world.gateway.status()).clients;
  const before = await descriptors();
  const clients = await Promise.all(Array.from({ length: 60 }, () => world.open('/events')));
  for (const client of clients.slice(0, 20)) client.socket.end(); // a clean end
  for (const client of clients.slice(20, 40)) client.socket.resetAndDestroy(); // a reset
  for (const client of clients.slice(40)) client.socket.destroy();
  await until('them to be gone', async () => (await world.gateway.status()).clients <= others);
  // Some belong to connections that fetch() keeps open for later.
  await until('the descriptors to be back', async () => (await descriptors()) <= before + 4);
  await assertAlive();
});

test('connections that say nothing keep nobody from being served', async () => {
  const silent = Array.from({ length: 200 }, () => {
    return net.connect({ host: '127.0.0.1', port: world.gateway.port }).on('error', () => {});
  });
  await assertAlive();
  for (const socket of silent) socket.destroy();
});
