// Chapter 23: a stream over WebSocket: the same events, ids and rights as over SSE, for browsers, libraries and the worst
// of clients.

import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import WebSocket from 'ws';
import { launch, openPage } from './support/browser.mjs';
import { assertNoReport, folderOf, sluice } from './support/gateway.mjs';
import { MAPPING, Ticks } from './support/ticks.mjs';
import { until, within } from './support/until.mjs';
import { CLOSE, closing, frame, PING, PONG, RawWebSocket, TEXT } from './support/websocket.mjs';
import { World } from './support/world.mjs';

const PLACES = `
events:
  level: {site: text, cm: int}
rules:
  - topic: plant/{site}/level
    emit: level
streams:
  levels:
    path: /levels
    access: operator
    events: level
    on_connect: level
    websocket: /levels/ws
  short:
    path: /short
    events: level
    max_age: 1s
    websocket: /short/ws
  beating:
    path: /beating
    events: level
    heartbeat: 1s
    websocket: /beating/ws
`;
const mappings = {
  'ticks.yaml': `${MAPPING['ticks.yaml']}    websocket: /ticks/ws\n`,
  'places.yaml': PLACES,
};
const operator = crypto.randomBytes(32).toString('base64url');
const guest = crypto.randomBytes(32).toString('base64url');
const admin = crypto.randomBytes(32).toString('base64url');

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const secret = crypto.randomBytes(36).toString('base64url');

/** A token of an operator that is good for about twelve seconds more. */
function lateToken() {
  const exp = Math.floor(Date.now() / 1000) - 48; // a minute is the leeway
  const text = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode({ role: 'operator', exp })}`;
  return `${text}.${crypto.createHmac('sha256', secret).update(text).digest('base64url')}`;
}

let files;
let config;
let world;
// What takes its time begins with the chapter.
let mute;
let answering;
let expiring;
before(async () => {
  files = await folderOf({ 'jwt.secret': `${secret}\n` });
  const hashOf = async (token) => (await sluice(['token', 'hash'], { input: token })).out.trim();
  config = `
access:
  jwt: {algorithms: [HS256], secret: "\${file:${path.join(files, 'jwt.secret')}}"}
  tokens:
    op: {role: operator, hash: "${await hashOf(operator)}"}
    guest: {role: guest, hash: "${await hashOf(guest)}"}
    chief: {role: admin, hash: "${await hashOf(admin)}"}
cors: {origins: ["https://app.example"], credentials: true}
history: {store: memory, events: 1000000, bytes: 1GiB}
limits: {backlog: 256KiB}
`;
  world = await World.start({ mappings, config });
  mute = await open('/beating/ws', { answers: false });
  answering = await open('/beating/ws');
  expiring = await open('/levels/ws', bearer(lateToken()));
});
after(async () => {
  await world?.stop();
  await rm(files, { recursive: true });
});

const address = (path) => `${world.base.replace('http', 'ws')}${path}`;
const open = (path, options) => RawWebSocket.open(world.base + path, options);
const tick = (n, pad = '') => world.publish(`ticks/${n % 10}`, { n, pad });
const bearer = (token) => ({ headers: { Authorization: `Bearer ${token}` } });
/** A number that /metrics says. */
async function metric(name) {
  const { text } = await world.get('/metrics', bearer(admin));
  return Number(text.split('\n').find((line) => line.startsWith(`${name} `)).split(' ').at(-1));
}

test('an envelope for each event, with id and key; the snapshot and the words of the stream likewise', async () => {
  await world.publish('plant/north/level', { cm: 1 });
  await until('the level', async () => {
    return (await world.get('/streams/places.levels/latest', bearer(operator))).text.includes('"cm":1');
  });
  const client = await open('/levels/ws', bearer(operator));
  const shown = await client.next('level');
  assert.deepEqual(Object.keys(shown), ['type', 'key', 'data', 'timestamp']);
  const checkpoint = await client.next('checkpoint');
  assert.match(checkpoint.id, /^[a-z0-9]+-\d+$/);
  await world.publish('plant/north/level', { cm: 2 });
  const live = await client.next('level');
  assert.deepEqual(Object.keys(live), ['type', 'id', 'key', 'data', 'timestamp']);
  assert.deepEqual(live.data, { site: 'north', cm: 2 });
  assert.ok(Math.abs(live.timestamp * 1000 - Date.now()) < 600_000, 'Unix seconds');
  const sse = await world.open('/levels', { ...bearer(operator), lastEventId: checkpoint.id });
  assert.equal((await sse.next('level')).id, live.id, 'one log, one id');
  assert.equal(client.fault, null);
});

test('every route of a stream can be upgraded; its own takes nothing else', async () => {
  for (const path of ['/ticks/ws', '/ticks', '/streams/ticks', '/ticks?kind=3']) {
    const client = await open(path);
    await client.next('checkpoint');
    await tick(3);
    assert.equal((await client.next('tick')).data.n, 3, path);
    client.close();
  }
  const plain = await world.get('/ticks/ws');
  assert.equal(plain.status, 426);
  assert.equal(plain.headers.get('sec-websocket-version'), '13');
  assert.match(plain.text, /Upgrade: websocket/);
});

test('a page in Chromium gets the events, and sees a clean close with its code', async () => {
  const browser = await launch();
  try {
    const { page } = await openPage(browser, `${world.base}/desk`);
    await page.evaluate(() => {
      window.got = [];
      window.socket = new WebSocket('/ticks/ws');
      window.socket.onmessage = ({ data }) => window.got.push(JSON.parse(data));
      window.ending = new Promise((resolve) => {
        window.socket.onclose = ({ code, reason, wasClean }) => resolve({ code, reason, wasClean });
      });
    });
    await page.waitForFunction(() => window.got.some(({ type }) => type === 'checkpoint'));
    const text = 'ü, 漢字, 😀 and "quotes"';
    await tick(77, text);
    await page.waitForFunction(() => window.got.some(({ type, id }) => type === 'tick' && id));
    const live = await page.evaluate(() => window.got.find(({ type, id }) => type === 'tick' && id));
    assert.deepEqual(live.data, { kind: '7', n: 77, pad: text });
    await page.evaluate(() => window.socket.send('hello'));
    const closed = await page.evaluate(() => window.ending);
    assert.deepEqual([closed.code, closed.wasClean], [1008, true]);
    const aged = await page.evaluate(
      (url) => new Promise((resolve) => {
        new WebSocket(url).onclose = ({ code, reason, wasClean }) => resolve({ code, reason, wasClean });
      }),
      address('/short/ws'),
    );
    assert.deepEqual(aged, { code: 1000, reason: 'max_age', wasClean: true });
  } finally {
    await browser.close();
  }
});

test('the library ws: its ping is answered, its close comes back', async () => {
  const socket = new WebSocket(address('/ticks/ws'));
  const messages = [];
  socket.on('message', (data, isBinary) => messages.push(isBinary ? null : JSON.parse(data)));
  await within('the opening', new Promise((resolve) => socket.once('open', resolve)));
  assert.equal(socket.extensions, '', 'none is agreed on, though it offers one');
  const pong = new Promise((resolve) => socket.once('pong', resolve));
  socket.ping('are you there');
  assert.equal(String(await within('the pong', pong)), 'are you there');
  await tick(5);
  await until('the event', () => messages.some((message) => message.data?.n === 5));
  const closed = new Promise((resolve) => socket.once('close', (code, reason) => resolve([code, String(reason)])));
  socket.close(4001, 'enough');
  assert.deepEqual(await within('the close', closed), [4001, '']);
});

test('a handshake is right or refused', async () => {
  const ask = async (headers, line) => {
    const key = { 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==' };
    const client = await open('/ticks/ws', { line, headers: { ...key, ...headers } });
    client.close();
    return client;
  };
  const right = await ask({});
  assert.equal(right.status, 101);
  assert.match(right.head, /\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=/);
  assert.equal((await ask({ Connection: 'keep-alive, upgrade', Upgrade: 'WebSocket' })).status, 101);
  for (const version of ['8', '7', '14', 'x', null]) {
    const answer = await ask({ 'Sec-WebSocket-Version': version });
    assert.equal(answer.status, 426, version);
    assert.match(answer.head, /\r\nSec-WebSocket-Version: 13/);
  }
  assert.equal((await ask({ Upgrade: null })).status, 426);
  assert.equal((await ask({ Upgrade: 'h2c' })).status, 426);
  assert.equal((await ask({ Connection: 'keep-alive' })).status, 400);
  assert.equal((await ask({ 'Sec-WebSocket-Key': null })).status, 400);
  assert.equal((await ask({ 'Sec-WebSocket-Key': 'short' })).status, 400);
  assert.equal((await ask({ 'Content-Length': '5' })).status, 400);
  assert.equal((await ask({}, 'GET /ticks/ws HTTP/1.0')).status, 400);
  assert.equal((await ask({}, 'POST /ticks/ws HTTP/1.1')).status, 405);
  assert.equal((await ask({}, 'GET /nothing HTTP/1.1')).status, 404);
  assert.equal((await ask({ Host: 'rebound.example' })).status, 421);
});

test('a page of another origin is refused, the own and those listed are not', async () => {
  const status = async (origin) => {
    const client = await open('/ticks/ws', { headers: origin ? { Origin: origin } : {} });
    client.close();
    return client.status;
  };
  assert.equal(await status('https://evil.example'), 403);
  assert.equal(await status('null'), 403);
  assert.equal(await status('https://app.example'), 101);
  assert.equal(await status(world.base), 101);
  assert.equal(await status(undefined), 101);
  const disguised = { Origin: 'https://evil.example', Upgrade: 'h2c, WebSocket' };
  assert.equal((await open('/ticks/ws', { headers: disguised })).status, 403);
});

test('who may: 401 and 403 before the upgrade, a token, a ticket for one time', async () => {
  assert.equal((await open('/levels/ws')).status, 401);
  assert.equal((await open('/streams/places.levels')).status, 401);
  assert.equal((await open('/levels/ws', bearer(guest))).status, 403);
  assert.equal((await open('/levels/ws', bearer(operator))).status, 101);
  const answer = await world.get('/ticket', { method: 'POST', ...bearer(operator) });
  const { ticket } = JSON.parse(answer.text);
  const client = await open(`/levels/ws?ticket=${ticket}`);
  assert.equal(client.status, 101);
  await client.next('checkpoint');
  assert.equal((await open(`/levels/ws?ticket=${ticket}`)).status, 401, 'it is used up');
});

const HOSTILE = {
  'an unmasked frame': [[frame(TEXT, 'hello', { masked: false })], 1002],
  'an unmasked ping': [[frame(PING, '', { masked: false })], 1002],
  'a reserved bit': [[frame(PING, '', { reserved: 4 })], 1002],
  'all reserved bits': [[frame(TEXT, 'x', { reserved: 7 })], 1002],
  'a reserved opcode': [[frame(3, 'x')], 1002],
  'a reserved control opcode': [[frame(11)], 1002],
  'a ping of 126 bytes': [[frame(PING, 'x'.repeat(126))], 1002],
  'a ping in fragments': [[frame(PING, 'x', { fin: false })], 1002],
  'a continuation of nothing': [[frame(0, 'x')], 1002],
  'a length in too many bytes': [[Buffer.from([0x82, 0xfe, 0, 5, 1, 2, 3, 4, 0])], 1002],
  'a length of more than 2^63': [[Buffer.from([0x82, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 0])], 1002],
  'a request instead of frames': [['GET / HTTP/1.1\r\nHost: a\r\n\r\n'], 1002],
  'a close with one byte': [[frame(CLOSE, 'x')], 1002],
  'a close with a code that is never sent': [[frame(CLOSE, closing(1005))], 1002],
  'a close with code 0': [[frame(CLOSE, closing(0))], 1002],
  'a reason that is no UTF-8': [[frame(CLOSE, Buffer.from([3, 232, 0xff, 0xfe]))], 1007],
  'a message': [[frame(TEXT, 'hello')], 1008],
  'a binary message': [[frame(2, Buffer.from([0, 1, 2]))], 1008],
  'a message in fragments, a ping between': [[frame(TEXT, 'a', { fin: false }), frame(PING), frame(0, 'b')], 1008],
  'a message of 5 KiB': [[frame(TEXT, 'x'.repeat(5 << 10))], 1009],
  'a message of 3 MB': [[frame(TEXT, 'x'.repeat(3_000_000))], 1009],
  'the head of a frame of 2^40 bytes': [[Buffer.from([0x82, 0xff, 0, 0, 1, 0, 0, 0, 0, 0, 1, 2, 3, 4]), 'x'], 1009],
  'a flood of pings': [Array(300).fill(frame(PING, 'x')), 1008],
  'a close without a code': [[frame(CLOSE)], null],
  'a close with a code of its own': [[frame(CLOSE, closing(4999, 'mine'))], 4999],
};

for (const [what, [sent, code]] of Object.entries(HOSTILE)) {
  test(`${what} is answered with ${code ?? 'a bare close'}, whole and byte by byte`, async () => {
    const bytes = Buffer.concat(sent.map((piece) => Buffer.from(piece)));
    for (const step of bytes.length < 100 ? [bytes.length, 1] : [bytes.length]) {
      const client = await open('/ticks/ws', { answers: !what.startsWith('a close') });
      await client.next('checkpoint');
      for (let at = 0; at < bytes.length; at += step) {
        client.send(bytes.subarray(at, at + step));
        if (step === 1) await new Promise((resolve) => setImmediate(resolve));
      }
      const { closed, ended } = await client.end();
      assert.equal(closed?.code, code, JSON.stringify(closed));
      assert.equal(ended, 'end', 'no reset');
      assert.equal(client.fault, null);
    }
  });
}

test('pings are answered in order, also while events come; one in the packet of the handshake too', async () => {
  const ticks = new Ticks(world.device, 500);
  const client = await open('/ticks/ws', { more: frame(PING, 'first') });
  for (let i = 0; i < 50; i += 1) client.send(frame(PING, String(i)));
  const pongs = () => client.frames.filter(({ opcode }) => opcode === PONG).map(({ payload }) => String(payload));
  await until('all pongs', () => pongs().length === 51);
  ticks.stop();
  client.close();
  assert.deepEqual(pongs(), ['first', ...Array.from({ length: 50 }, (_, i) => String(i))]);
  assert.equal(client.fault, null);
});

test('clients cut at random resume with nothing missing, doubled or out of order', async () => {
  const watcher = await open('/ticks/ws');
  await watcher.next('checkpoint');
  const ticks = new Ticks(world.device, 1000);
  const faults = [];
  const one = async () => {
    let last = null; // {n, id}
    for (let cut = 0; cut < 8; cut += 1) {
      const enough = 1 + Math.floor(Math.random() * 300);
      let got = 0;
      const socket = new WebSocket(address(`/ticks/ws${last ? `?lastEventId=${last.id}` : ''}`));
      await within('events', new Promise((resolve) => {
        socket.on('error', () => {}); // cut before it was open
        socket.on('message', (data) => {
          const { type, id, data: event } = JSON.parse(data);
          if (type === 'gap') faults.push(`a gap: ${data}`);
          if (type !== 'tick' || !id) return;
          if (last && event.n !== last.n + 1) faults.push(`${event.n} after ${last.n}`);
          last = { n: event.n, id };
          if ((got += 1) === enough) {
            socket.removeAllListeners('message');
            socket.terminate(); // wherever in a frame the other end is
            resolve();
          }
        });
      }), 300);
    }
  };
  // Numbers begin anew with these ticks.
  await watcher.next((envelope) => envelope.type === 'tick' && envelope.id && envelope.data.n === 0);
  watcher.close();
  await Promise.all(Array.from({ length: 40 }, one));
  ticks.stop();
  assert.deepEqual(faults.slice(0, 5), []);
});

test('half a crowd over WebSocket, half over SSE: all get the same', async () => {
  const before = await metric('sluice_clients');
  const sockets = await Promise.all(Array.from({ length: 50 }, () => open('/ticks/ws')));
  const streams = await Promise.all(Array.from({ length: 50 }, () => world.open('/ticks')));
  for (const client of [...sockets, ...streams]) await client.next('checkpoint');
  for (let n = 2_000_000; n < 2_000_100; n += 1) await tick(n);
  for (const client of sockets) await client.next(({ data }) => data?.n === 2_000_099);
  for (const client of streams) await client.next((block) => block.data?.includes('"n":2000099'));
  const expected = Array.from({ length: 100 }, (_, i) => 2_000_000 + i);
  const live = (n) => n >= 2_000_000;
  for (const client of sockets) {
    const numbers = client.envelopes.filter(({ id, type }) => id && type === 'tick').map(({ data }) => data.n);
    assert.deepEqual(numbers.filter(live), expected);
    assert.equal(client.fault, null);
    client.close();
  }
  for (const client of streams) client.close();
  await until('all to be gone', async () => (await metric('sluice_clients')) <= before);
});

test('a client that falls behind is told to come back, and misses nothing then', async () => {
  const client = await open('/ticks/ws');
  const { id } = await client.next('checkpoint');
  client.socket.pause();
  const pad = 'x'.repeat(100_000);
  // More than the kernel holds for one connection, and the backlog beside it. Nobody else listens to ticks now.
  const slow = () => metric('sluice_cursor_ends_total{reason="slow"}');
  let n = 3_000_000;
  await until('the gateway to see it', async () => {
    await tick((n += 1), pad);
    return (await slow()) > 0;
  });
  client.socket.resume();
  const { closed, ended } = await client.end();
  assert.deepEqual([closed, ended], [{ code: 1013, reason: 'slow' }, 'end']);
  assert.equal(client.fault, null);
  const last = client.envelopes.findLast((envelope) => envelope.id);
  const again = await open(`/ticks/ws?lastEventId=${(last ?? { id }).id}`);
  const next = await again.next('tick');
  assert.equal(next.data.n, last?.data ? last.data.n + 1 : 3_000_001);
  await again.next(({ data }) => data?.n === n);
  assert.ok(!again.envelopes.some(({ type }) => type === 'gap'));
});

test('who answers no ping is ended; who does stays', async () => {
  const { ended, closed } = await mute.end();
  assert.deepEqual([ended, closed], ['end', null]);
  assert.ok(mute.pings > 0);
  assert.ok(answering.pings > 0 && answering.ended === null);
  assert.equal(await metric('sluice_clients_stalled_total'), 1);
});

test('a token that expires ends the stream, and says so first', async () => {
  const { closed, ended } = await expiring.end();
  assert.deepEqual([closed, ended], [{ code: 1008, reason: 'expired' }, 'end']);
  assert.equal(expiring.envelopes.at(-1).type, 'expired');
});

test('while the broker is away the stream says so', async () => {
  const client = await open('/ticks/ws');
  await client.next('checkpoint');
  await world.broker.halt();
  const away = await client.next('source');
  assert.equal(away.data.connected, false);
  await world.broker.resume();
  assert.equal((await client.next('source')).data.connected, true);
});

test('a gateway that stops says going away, after complete events', async () => {
  const leaving = await World.start({ mappings, config });
  try {
    const ticks = new Ticks(leaving.device, 500);
    const clients = await Promise.all(
      Array.from({ length: 50 }, () => RawWebSocket.open(`${leaving.base}/ticks/ws`)),
    );
    await until('events at all', () => clients.every((client) => client.frames.length > 20));
    const exit = await leaving.gateway.child.stop('SIGTERM');
    ticks.stop();
    assert.deepEqual(exit, { code: 0, signal: null });
    assertNoReport(leaving.gateway.child);
    for (const client of clients) {
      const { closed, ended } = await client.end();
      assert.deepEqual([closed, ended], [{ code: 1001, reason: 'drain' }, 'end']);
      assert.equal(client.fault, null);
      const numbers = client.envelopes.filter(({ type, id }) => type === 'tick' && id).map(({ data }) => data.n);
      assert.ok(numbers.every((n, i) => i === 0 || n === numbers[i - 1] + 1), 'none is missing');
    }
  } finally {
    await leaving.stop();
  }
});
