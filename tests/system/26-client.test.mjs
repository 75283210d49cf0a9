// chapter: long, other programs
// Chapter 26: the client library in a browser, against everything that breaks connections.

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { launch } from './support/browser.mjs';
import { FaultyProxy } from './support/faulty_proxy.mjs';
import { Gateway } from './support/gateway.mjs';
import { until } from './support/until.mjs';
import { World } from './support/world.mjs';

const mappings = {
  'ticks.yaml': `
events:
  tick: {source: text, n: int}
  error: {source: text, text: text}
rules:
  - {topic: "ticks/{source}", emit: tick}
  - {topic: "faults/{source}", emit: error}
streams:
  ticks:
    events: [tick, error]
    query: {source: [text]}
    when: query.source == null or source in query.source
    on_connect: tick
    heartbeat: 1s
  more:
    events: tick
    heartbeat: 1s
`,
};

let world;
let browser;
let proxy;
let context;
before(async () => {
  world = await World.start({ mappings });
  browser = await launch();
  proxy = await FaultyProxy.start(world.base);
});
after(async () => {
  await browser?.close();
  await proxy?.stop();
  await world?.stop();
});
afterEach(async () => {
  proxy.mode = 'pass';
  await context?.close();
  context = undefined;
});

/** A tab whose page has a client with these options, and keeps what it is told. */
async function open(source, options = {}, base = proxy.base, init = undefined) {
  context ??= await browser.newContext();
  const page = await context.newPage();
  if (init) await page.addInitScript(init);
  await page.route('**/page.html', (route) =>
    route.fulfill({ contentType: 'text/html', body: '<!doctype html><script type="module" src="/page.js"></script>' }),
  );
  const given = JSON.stringify({ streams: { ticks: { source } }, transport: ['sse', 'polling'], ...options });
  const script = `
    import { createClient } from '/client.js';
    const seen = (window.seen = { ticks: [], errors: [], gaps: [], states: [] });
    const client = (window.client = createClient(${given}));
    client.on('tick', ({ n }, { snapshot }) => seen.ticks.push(snapshot ? ['snapshot', n] : n));
    client.on('error', ({ text }) => seen.errors.push(text));
    client.on('gap', ({ reason }) => seen.gaps.push(reason));
    const note = () => seen.states.at(-1) !== client.state && seen.states.push(client.state);
    client.subscribe(note);
    note();`;
  await page.route('**/page.js', (route) => route.fulfill({ contentType: 'text/javascript', body: script }));
  await page.goto(`${base}/page.html`);
  await page.waitForFunction(() => window.seen);
  return {
    page,
    seen: () => page.evaluate(() => window.seen),
    live: async () => (await page.evaluate(() => window.seen.ticks)).filter((tick) => typeof tick === 'number'),
    is: (state) => until(`the state ${state}`, () => page.evaluate(() => window.client.state).then((s) => s === state)),
    transport: () => page.evaluate(() => window.client.transport),
    shows: (n) =>
      until(`tick ${n}`, () => page.evaluate(() => window.client.getSnapshot().events.tick?.n).then((m) => m === n)),
  };
}

const tick = (source, n) => world.publish(`ticks/${source}`, { n });
/** A tick that the gateway has when the page comes: its snapshot. */
async function settled(source, n) {
  await tick(source, n);
  const latest = () => world.getJson(`/streams/ticks/latest?source=${source}`);
  await until('the tick in the gateway', async () => (await latest()).some(({ data }) => data.n === n));
}
const clients = async () => (await world.gateway.status()).clients;
const upTo = (n) => Array.from({ length: n }, (_, i) => i + 1);

test('values and errors come by name; an error of the application is no error of the connection', async () => {
  await settled('a', 1);
  const tab = await open('a');
  await tab.is('open');
  await tab.shows(1);
  await tick('a', 2);
  await world.publish('faults/a', { text: 'hot' });
  await tab.shows(2);
  await until('the error', async () => (await tab.seen()).errors.length > 0);
  const { ticks, errors, states } = await tab.seen();
  assert.deepEqual(ticks, [['snapshot', 1], 2]);
  assert.deepEqual(errors, ['hot']);
  assert.deepEqual(states, ['connecting', 'open']);
});

for (const [way, init] of [
  ['a SharedWorker', undefined],
  ['Web Locks and a BroadcastChannel', () => delete window.SharedWorker],
]) {
  test(`eight tabs use one connection by ${way}, and all see everything`, async () => {
    await until('the tests before to be gone', async () => (await clients()) === 0);
    const source = init ? 'locks' : 'worker';
    await settled(source, 1);
    const tabs = [];
    for (let i = 0; i < 8; i++) tabs.push(await open(source, {}, proxy.base, init));
    for (const tab of tabs) await tab.shows(1);
    await until('one connection', async () => (await clients()) === 1);
    for (const n of [2, 3, 4]) await tick(source, n);
    for (const tab of tabs) {
      await tab.shows(4);
      assert.deepEqual(await tab.seen().then(({ ticks }) => ticks), [['snapshot', 1], 2, 3, 4]);
    }

    // The first tab, which may have the connection, goes away while ticks come.
    const gone = tabs.shift();
    const closing = gone.page.close();
    for (const n of [5, 6, 7]) await tick(source, n);
    await closing;
    for (const n of [8, 9]) await tick(source, n);
    for (const tab of tabs) await tab.shows(9);
    await until('one connection', async () => (await clients()) === 1);
    for (const tab of tabs) {
      const { gaps } = await tab.seen();
      const live = await tab.live();
      if (gaps.length === 0) assert.deepEqual(live, [2, 3, 4, 5, 6, 7, 8, 9]);
      else assert.deepEqual([...new Set(live)], live, 'nothing doubled');
    }
    await context.close();
    context = undefined;
    await until('no connection', async () => (await clients()) === 0);
  });
}

test('connections cut again and again lose and double nothing', async () => {
  const tab = await open('cut');
  await tab.is('open');
  const many = 300;
  for (let n = 1; n <= many; n++) {
    await tick('cut', n);
    if (n % 60 === 0) proxy.cut();
  }
  await tab.shows(many);
  assert.deepEqual(await tab.live(), upTo(many));
  const { gaps, states } = await tab.seen();
  assert.deepEqual(gaps, []);
  assert.ok(states.includes('reconnecting'));
});

test('a proxy that answers 502 for a while: the page shows it, and goes on where it was', async () => {
  const tab = await open('proxy');
  await tab.is('open');
  await tick('proxy', 1);
  await tab.shows(1);
  proxy.mode = '502';
  proxy.cut();
  await tab.is('reconnecting');
  await until('the reason', () => tab.page.evaluate(() => window.client.reason === 'the gateway answered 502'));
  await tick('proxy', 2);
  await tick('proxy', 3);
  proxy.mode = 'pass';
  await tab.shows(3);
  assert.deepEqual(await tab.live(), [1, 2, 3]);
});

for (const mode of ['collect', 'blocked']) {
  test(`a proxy that lets no stream through (${mode}): polls, and streams when it can`, async () => {
    proxy.mode = mode;
    await settled(mode, 1);
    const tab = await open(mode, { probe: 1000 });
    await tab.is('fallback');
    await tab.shows(1);
    await tick(mode, 2);
    await tab.shows(2);
    assert.equal(await tab.transport(), 'polling');
    proxy.mode = 'pass';
    await tab.is('open');
    assert.equal(await tab.transport(), 'sse');
    await tick(mode, 3);
    await tab.shows(3);
    assert.deepEqual((await tab.seen()).states, ['connecting', 'fallback', 'open']);
  });
}

test('one stream goes by WebSocket, and resumes there', async () => {
  await settled('socket', 1);
  const tab = await open('socket', { transport: 'auto' }, world.base);
  await tab.is('open');
  assert.equal(await tab.transport(), 'websocket');
  await tab.shows(1);
  await tick('socket', 2);
  await world.publish('faults/socket', { text: 'hot' });
  await tab.shows(2);
  const { ticks, errors } = await tab.seen();
  assert.deepEqual([ticks, errors], [[['snapshot', 1], 2], ['hot']]);
});

test('a proxy that knows no WebSocket: streams all the same, and says why', async () => {
  const tab = await open('upgrade', { transport: 'auto' });
  await tab.is('open');
  assert.equal(await tab.transport(), 'sse');
  assert.equal(await tab.page.evaluate(() => window.client.reason), 'no WebSocket gets through');
});

test('several streams, and tabs with others, go on one connection; each tab sees its own', async () => {
  await until('the tests before to be gone', async () => (await clients()) === 0);
  await settled('m', 1);
  const both = await open('m', { streams: { ticks: { source: 'm' }, 'ticks.more': {} } });
  await both.shows(1);
  const more = await open('m', { streams: 'ticks.more' });
  await more.is('open');
  await until('one connection', async () => (await clients()) === 1);
  await tick('m', 2);
  await until('the tick of both streams', async () => (await both.live()).length === 2);
  assert.deepEqual(await both.live(), [2, 2]);
  await until('the tick', async () => (await more.live()).length === 1);
  proxy.cut();
  await tick('m', 3);
  await until('the tick of both streams', async () => (await both.live()).length === 4);
  await until('the tick', async () => (await more.live()).length === 2);
  assert.deepEqual(await both.live(), [2, 2, 3, 3]);
  assert.deepEqual(await more.live(), [2, 3]);
});

test('without network the page says offline, and comes back by itself', async () => {
  const tab = await open('network', { share: false });
  await tab.is('open');
  await tick('network', 1);
  await tab.shows(1);
  await context.setOffline(true);
  await tab.is('offline');
  await tick('network', 2);
  await context.setOffline(false);
  await tab.shows(2);
  await tab.is('open');
  assert.deepEqual(await tab.live(), [1, 2]);
});

test('a gateway that sleeps is stale, and nothing is missing when it wakes', async () => {
  const tab = await open('sleep', { heartbeat: 1000 });
  await tab.is('open');
  await tick('sleep', 1);
  await tab.shows(1);
  world.gateway.child.signal('SIGSTOP');
  try {
    await until('a stale page', async () => (await tab.seen()).states.includes('stale'));
    await tick('sleep', 2);
  } finally {
    world.gateway.child.signal('SIGCONT');
  }
  await tab.shows(2);
  await tab.is('open');
  assert.deepEqual(await tab.live(), [1, 2]);
});

test('a gateway that is killed and started anew: the page says that something is missing, and shows the newest', async () => {
  const tab = await open('restart');
  await tab.is('open');
  await tick('restart', 1);
  await tab.shows(1);
  world.gateway.child.signal('SIGKILL');
  await world.gateway.child.exit;
  await tab.is('reconnecting');
  world.gateway = await Gateway.start({ broker: world.broker, mappings, listen: world.gateway.port });
  await tick('restart', 2);
  await tab.shows(2);
  await tab.is('open');
  await until('the gap', async () => (await tab.seen()).gaps.includes('unknown'));
  await tick('restart', 3);
  await tab.shows(3);
});
