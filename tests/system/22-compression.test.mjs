// Chapter 22: streams compressed once for all clients, read live by real clients.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import http from 'node:http';
import net from 'node:net';
import { after, before, test } from 'node:test';
import zlib from 'node:zlib';
import { launch, openPage } from './support/browser.mjs';
import { MAPPING } from './support/ticks.mjs';
import { until } from './support/until.mjs';
import { World } from './support/world.mjs';

const PAD = JSON.stringify(Array.from({ length: 60 }, (_, i) => 3300 + (i % 7))).replaceAll('"', '');

let world;
before(async () => {
  world = await World.start({ mappings: MAPPING, config: 'fanout: {compression: true}\n' });
});
after(() => world.stop());

let sent = 0;
/** Publishes the next tick; its number. */
async function tick() {
  sent += 1;
  await world.publish('ticks/a', { n: sent, pad: PAD });
  return sent;
}

/** The numbers of all ticks in a text. */
const numbers = (text) => [...text.matchAll(/"n":(\d+)/g)].map((match) => Number(match[1]));
const isLast = (text, n) => numbers(text).at(-1) === n;

/** A socket that asks for a stream, and unpacks gzip as it comes: {head, bytes, text, ended}. */
async function open(path, headers) {
  const client = { head: '', bytes: 0, text: '', ended: null };
  const socket = net.connect({ host: '127.0.0.1', port: world.gateway.port });
  const unpack = zlib.createGunzip({ flush: zlib.constants.Z_SYNC_FLUSH }); // fails on a wrong or missing trailer
  unpack.on('data', (text) => (client.text += text));
  unpack.on('end', () => (client.ended ??= 'whole'));
  unpack.on('error', (error) => (client.ended ??= error.code));
  let head = Buffer.alloc(0);
  socket.on('data', (data) => {
    if (!client.head) {
      head = Buffer.concat([head, data]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      client.head = head.subarray(0, end + 2).toString('latin1');
      data = head.subarray(end + 4);
    }
    client.bytes += data.length;
    if (client.head.includes('Content-Encoding: gzip')) unpack.write(data);
    else client.text += data;
  });
  socket.on('end', () => unpack.end());
  socket.on('error', () => {});
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n${lines.join('')}\r\n`);
  client.close = () => socket.destroy();
  await until('the head', () => client.head);
  return client;
}

test('gzip and the plain stream say the same, the one in fewer bytes', async () => {
  const packed = await open('/ticks', { 'Accept-Encoding': 'gzip, deflate' });
  const plain = await open('/ticks', { 'Accept-Encoding': 'gzip;q=0.5, identity' });
  assert.match(packed.head, /Content-Encoding: gzip\r\n/);
  assert.doesNotMatch(plain.head, /Content-Encoding/);
  for (const client of [packed, plain]) assert.match(client.head, /Vary: Accept-Encoding\r\n/);
  for (let i = 0; i < 20; i += 1) {
    const n = await tick();
    await until('the event to reach both', () => isLast(packed.text, n) && isLast(plain.text, n));
  }
  const events = (client) => client.text.replace(/^retry: \d+\n/, '');
  assert.equal(events(packed), events(plain));
  assert.ok(packed.bytes < plain.bytes * 0.6, `${packed.bytes} of ${plain.bytes} bytes`);
  packed.close();
  plain.close();
});

test('who comes back compressed misses nothing', async () => {
  const before_ = await tick();
  const watcher = await world.open('/ticks');
  const checkpoint = await watcher.next('checkpoint');
  for (let i = 0; i < 10; i += 1) await tick();
  const back = await open('/ticks', { 'Accept-Encoding': 'gzip', 'Last-Event-ID': checkpoint.id });
  await until('what was missed', () => isLast(back.text, sent));
  assert.deepEqual(
    numbers(back.text),
    Array.from({ length: 10 }, (_, i) => before_ + 1 + i),
  );
  const n = await tick();
  await until('what is live', () => isLast(back.text, n));
  back.close();
});

test('several streams on one connection are compressed alike', async () => {
  const joined = await open('/streams?names=ticks', { 'Accept-Encoding': 'gzip' });
  const n = await tick();
  await until('the event', () => isLast(joined.text, n));
  assert.match(joined.text, /event: ticks\.tick\n/);
  joined.close();
});

test('node fetch reads it event by event', async () => {
  for (const coding of ['gzip', 'identity']) {
    const response = await fetch(`${world.base}/ticks`, { headers: { 'Accept-Encoding': coding } });
    assert.equal(response.headers.get('content-encoding'), coding === 'gzip' ? 'gzip' : null);
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    for (let i = 0; i < 5; i += 1) {
      const n = await tick();
      while (!isLast(text, n)) text += (await reader.read()).value;
    }
    await reader.cancel();
  }
});

test('curl --compressed reads it event by event', async () => {
  const curl = spawn('curl', ['-sN', '--compressed', `${world.base}/ticks`]);
  let text = '';
  curl.stdout.setEncoding('utf8').on('data', (more) => (text += more));
  try {
    await until('the checkpoint', () => text.includes('event: checkpoint'));
    for (let i = 0; i < 5; i += 1) {
      const n = await tick();
      await until('the event', () => isLast(text, n));
    }
  } finally {
    curl.kill();
  }
});

/** A way to the gateway on which every request asks for that coding: a browser does not let pages choose. */
async function asking(coding) {
  const way = http.createServer((request, response) => {
    const headers = { ...request.headers, 'accept-encoding': coding };
    const onward = http.request({ port: world.gateway.port, path: request.url, headers }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    onward.end();
  });
  await new Promise((resolve) => way.listen(0, '127.0.0.1', resolve));
  return way;
}

test('Chromium reads gzip and zstd event by event', async () => {
  const browser = await launch();
  try {
    for (const coding of ['gzip', 'zstd']) {
      const way = await asking(coding);
      const { page } = await openPage(browser);
      const answered = page.waitForResponse('**/ticks');
      await page.goto(`http://127.0.0.1:${way.address().port}/livez`);
      await page.evaluate(() => {
        window.seen = [];
        const source = new EventSource('/ticks');
        source.addEventListener('tick', (event) => window.seen.push([JSON.parse(event.data).n, event.lastEventId]));
        source.addEventListener('checkpoint', () => window.seen.push(['checkpoint']));
      });
      assert.equal((await (await answered).allHeaders())['content-encoding'], coding);
      const seen = () => page.evaluate(() => window.seen);
      await until(`the checkpoint in ${coding}`, async () => (await seen()).some(([n]) => n === 'checkpoint'));
      for (let i = 0; i < 5; i += 1) {
        const n = await tick();
        await until(`event ${n} in ${coding}`, async () => (await seen()).some(([last, id]) => last === n && id !== ''));
      }
      await page.context().close();
      way.close();
      way.closeAllConnections();
    }
  } finally {
    await browser.close();
  }
});

test('the end of the gateway is a proper end of what is compressed', async () => {
  const one = await open('/ticks', { 'Accept-Encoding': 'gzip' });
  const n = await tick();
  await until('the event', () => isLast(one.text, n));
  await world.restartGateway({ mappings: MAPPING });
  await until('the end', () => one.ended);
  assert.equal(one.ended, 'whole');
  assert.match(one.text, /\nretry: \d+\n\n$/);
});

test('nothing is compressed unless the configuration says so', async () => {
  const { headers } = await fetch(`${world.base}/ticks`, { method: 'HEAD', headers: { 'Accept-Encoding': 'gzip' } });
  assert.equal(headers.get('content-encoding'), null);
  assert.equal(headers.get('vary'), null);
});
