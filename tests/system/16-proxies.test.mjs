// chapter: long, other programs
// Chapter 16: behind nginx, HAProxy and Caddy, configured as the README says, streams are what they are without them.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, openPage } from './support/browser.mjs';
import { Front } from './support/front.mjs';
import { sluice } from './support/gateway.mjs';
import { Proxies } from './support/proxies.mjs';
import { until } from './support/until.mjs';
import { World } from './support/world.mjs';

const MAPPING = {
  'plant.yaml': `events:
  level: {site: text, n: int, pad: text}
rules:
  - topic: plant/{site}/level
    emit: level
streams:
  levels:                                # the default heartbeat
    path: /levels
    events: level
    query: {site: [text]}
    when: query.site == null or site in query.site
    on_connect: level
  beating: {path: /beating, events: level, heartbeat: 1s}
  guarded: {path: /guarded, access: operator, events: level, on_connect: level}
commands:
  set_level:
    post: /sites/{site}/level
    body: {cm: int}
    publish: {topic: "plant/{site}/set", payload: {cm: =cm}, qos: 1}
`,
};
const PASSWORD = 'correct horse battery';
const LONG = process.env.SLUICE_LONG === '1' || process.env.SLUICE_IDLE === '1';
const HEARTBEATS = 12; // of 15 s each: three minutes

let options;
let world;
let proxies;
let fronts; // every proxy over each protocol that it speaks
let browser;
before(async () => {
  const { out } = await sluice(['token', 'password'], { input: PASSWORD });
  const config =
    `access: {users: {alice: {role: operator, password: "${out.trim()}"}}}\n` +
    'trusted_proxies: [127.0.0.1]\nadmin: {listen: "127.0.0.1:0"}\n';
  options = { mappings: MAPPING, config };
  world = await World.start(options);
  proxies = await Proxies.start(`127.0.0.1:${world.gateway.port}`);
  const { all, ca } = proxies;
  const ways = all.flatMap((proxy) => (proxy.tls ? ['h2', 'http/1.1'] : ['http/1.1']).map((protocol) => [proxy, protocol]));
  fronts = ways.map(([proxy, protocol], i) => new Front(proxy, protocol, { ca, from: `127.0.1.${i + 1}` }));
});
after(async () => {
  for (const front of fronts ?? []) front.close();
  await browser?.close();
  await proxies?.stop();
  await world?.stop();
});

let n = 0;
/** Publishes the next level; its number. */
async function publish(site = 'north', pad = '') {
  n += 1;
  await world.publish(`plant/${site}/level`, { n, pad });
  return n;
}
const onEach = (what) => Promise.all(fronts.map(what));
const streamOn = (path, more) => onEach((front) => front.open(path, more));
const closeAll = (streams) => streams.forEach((stream) => stream.close());

/** Each stream's next event is this one. */
async function assertNext(streams, number) {
  for (const [i, stream] of streams.entries()) {
    assert.equal((await stream.nextData('level')).n, number, `through ${fronts[i].name}`);
  }
}

test('the head and the greeting come before there is an event', async () => {
  const streams = await streamOn('/levels');
  for (const [i, stream] of streams.entries()) {
    assert.equal(stream.status, 200, fronts[i].name);
    assert.equal(stream.headers['content-type'], 'text/event-stream', fronts[i].name);
    assert.equal(stream.headers['cache-control'], 'no-store', fronts[i].name);
    assert.deepEqual(await stream.snapshot(), [], fronts[i].name);
  }
  closeAll(streams);
});

test('each event arrives before the next is published, short ones and long ones', async () => {
  const streams = await streamOn('/levels');
  for (const stream of streams) await stream.snapshot();
  for (let round = 0; round < 50; round += 1) await assertNext(streams, await publish());
  const long = await publish('north', 'long '.repeat(40_000));
  await assertNext(streams, long);
  await assertNext(streams, await publish());
  closeAll(streams);
});

test('a returning client gets what it missed, and nothing twice', async () => {
  const streams = await streamOn('/levels');
  for (const stream of streams) await stream.snapshot();
  const seen = await publish();
  const ids = [];
  for (const stream of streams) ids.push((await stream.next((block) => block.data?.includes(`"n":${seen},`))).id);
  closeAll(streams);
  const missed = [await publish(), await publish('south'), await publish()];
  const again = await onEach((front, i) => front.open('/levels', { lastEventId: ids[i] }));
  for (const number of missed) await assertNext(again, number);
  await assertNext(again, await publish());
  for (const [i, stream] of again.entries()) {
    assert.equal(stream.headers['sluice-last-event-id'], ids[i], fronts[i].name);
    assert.doesNotMatch(stream.body, /event: (gap|checkpoint)/, fronts[i].name);
  }
  closeAll(again);
});

test("a command goes through, one that another site's page sends does not", async () => {
  const sent = [];
  const device = await world.connect();
  device.on('message', (topic, payload) => sent.push([topic, payload.toString()]));
  await device.subscribeAsync('plant/+/set');
  const post = (front, cm, headers) => front.request('POST', '/sites/north/level', { headers, body: { cm } });
  for (const [cm, front] of fronts.entries()) {
    const own = { Origin: front.origin, 'Sec-Fetch-Site': 'same-origin' };
    assert.equal((await post(front, cm, own)).status, 202, front.name);
    const foreign = { Origin: 'https://elsewhere.example', 'Sec-Fetch-Site': 'cross-site' };
    assert.equal((await post(front, cm, foreign)).status, 403, front.name);
    // Browsers older than Sec-Fetch-Site: the proxy must tell what host was asked for.
    assert.equal((await post(front, -1, { Origin: front.origin })).status, front.proxy.tells ? 202 : 403, front.name);
  }
  const commands = () => sent.filter(([, payload]) => payload !== '{"cm":-1}');
  await until('all commands', () => commands().length === fronts.length);
  assert.deepEqual(commands(), fronts.map((_, cm) => ['plant/north/set', `{"cm":${cm}}`]));
});

test('a login through TLS gives a cookie for TLS only, and the cookie opens the stream', async () => {
  for (const front of fronts) {
    assert.equal((await front.request('GET', '/guarded')).status, 401, front.name);
    const answer = await front.request('POST', '/login', { body: { user: 'alice', password: PASSWORD } });
    assert.equal(answer.status, 204, front.name);
    const cookie = answer.headers['set-cookie'][0];
    assert.equal(/; Secure$/.test(cookie), front.proxy.tls, `${front.name}: ${cookie}`);
    front.cookie = cookie.split(';')[0];
    const stream = await front.open('/guarded', { headers: { Cookie: front.cookie } });
    assert.equal(stream.status, 200, front.name);
    await stream.snapshot();
    stream.close();
  }
});

test('what a client says of its own address is not believed', async () => {
  for (const front of fronts.filter(({ proxy }) => proxy.tells)) {
    const claiming = (address, more) => ({ headers: { 'X-Forwarded-For': address, ...more } });
    const { text } = await front.request('POST', '/ticket', claiming('192.0.2.1', { Cookie: front.cookie }));
    // A ticket is good for one address only.
    const stream = await front.open(`/guarded?ticket=${JSON.parse(text).ticket}`, claiming('192.0.2.2'));
    assert.equal(stream.status, 200, front.name);
    stream.close();
  }
});

test('a client that leaves is missed, also behind a proxy that keeps its connections', async () => {
  const status = async () => (await fetch(`${world.gateway.admin}/api/status`)).json();
  const clients = async () => (await status()).streams.find(({ path }) => path === '/beating').clients;
  const streams = await streamOn('/beating');
  await until('all to be counted', async () => (await clients()) === fronts.length);
  closeAll(streams);
  await until('none to be left', async () => (await clients()) === 0);
});

test('twenty streams at once in one page, over HTTP/2', async () => {
  browser = await launch();
  for (const { name, origin } of proxies.all.filter(({ tls }) => tls)) {
    const { page } = await openPage(browser, null, { ignoreHTTPSErrors: true });
    await page.goto(`${origin}/livez`);
    await page.evaluate(() => {
      const listen = (i) => {
        const source = new EventSource(`/levels?site=site${i}`);
        const one = { numbers: [], open: false };
        source.addEventListener('checkpoint', () => (one.open = true));
        source.addEventListener('level', ({ data }) => one.numbers.push(JSON.parse(data).n));
        return one;
      };
      globalThis.streams = Array.from({ length: 20 }, (_, i) => listen(i));
    });
    await until(`twenty streams through ${name}`, () => page.evaluate(() => streams.every(({ open }) => open)));
    const expected = [];
    for (let i = 0; i < 20; i += 1) expected.push([await publish(`site${i}`)]);
    const newest = () => page.evaluate(() => streams.map(({ numbers }) => numbers.slice(-1)));
    await until('their events', async () => JSON.stringify(await newest()) === JSON.stringify(expected));
    const [protocol] = await page.evaluate(() =>
      performance.getEntriesByType('navigation').map(({ nextHopProtocol }) => nextHopProtocol),
    );
    assert.equal(protocol, 'h2', name);
    await page.context().close();
  }
});

test('three minutes without an event cut nothing', { skip: !LONG && 'SLUICE_IDLE=1 waits for it' }, async () => {
  const streams = await streamOn('/levels?site=quiet');
  const beats = (stream) => stream.blocks.filter(({ comments }) => comments.includes('heartbeat')).length;
  const minutes = async (stream, i) => {
    const { name } = fronts[i];
    await until(`heartbeats through ${name}`, () => stream.ended || beats(stream) >= HEARTBEATS, 300);
    assert.equal(stream.ended, null, `${name}: ${stream.body}`);
  };
  await Promise.all(streams.map(minutes));
  await assertNext(streams, await publish('quiet'));
  closeAll(streams);
});

test('the end of the gateway is a clean end for each client; when it is back, so is the stream', async () => {
  const streams = await streamOn('/levels');
  for (const stream of streams) await stream.snapshot();
  await assertNext(streams, await publish());
  await world.gateway.stop();
  for (const [i, stream] of streams.entries()) {
    assert.equal(await stream.end(), 'end', fronts[i].name);
    assert.equal(stream.rest, '', fronts[i].name);
  }
  for (const front of fronts) assert.equal(Math.floor((await front.request('GET', '/levels')).status / 100), 5, front.name);

  await world.restartGateway(options);
  const again = await streamOn('/levels');
  for (const [i, stream] of again.entries()) {
    assert.equal(stream.status, 200, fronts[i].name);
    await stream.snapshot();
  }
  await assertNext(again, await publish());
  closeAll(again);
});
