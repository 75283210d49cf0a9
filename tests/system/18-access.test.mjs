// Chapter 18: who may see and do what: tokens, logins, tickets, bindings, expiry; the README's example.

import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { EventSource } from 'eventsource';
import { launch, openPage } from './support/browser.mjs';
import { example } from './support/readme.mjs';
import { folderOf, root, sluice } from './support/gateway.mjs';
import { until } from './support/until.mjs';
import { World } from './support/world.mjs';

const SITES = `
events:
  level: {site: text, tank: text, cm: int}
  level_set: {site: text, cm: int}
rules:
  - topic: plant/{site}/{tank}/level
    emit: level
  - topic: plant/{site}/done
    emit: level_set
streams:
  levels:
    path: /levels
    access: [operator, viewer]
    events: level
    on_connect: level
    poll: {path: /levels/now, as: data}
    history: /levels/past
  open:
    path: /open
    events: level
commands:
  set_level:
    post: /sites/{site}/level
    access: operator
    body: {cm: int}
    publish: {topic: "plant/{site}/set", payload: {cm: =cm}}
`;

const PASSWORD = 'correct horse battery';
const secret = crypto.randomBytes(36).toString('base64url');
const chief = crypto.randomBytes(32).toString('base64url');
const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const seconds = () => Math.floor(Date.now() / 1000);

/** A token as another program would make it. */
function jwt(claims, { key = secret, header = { alg: 'HS256', typ: 'JWT' } } = {}) {
  const text = `${encode(header)}.${encode({ exp: seconds() + 3600, ...claims })}`;
  return `${text}.${crypto.createHmac('sha256', key).update(text).digest('base64url')}`;
}
const bearer = (token) => ({ headers: { Authorization: `Bearer ${token}` } });
const operator = (site, more) => bearer(jwt({ sub: `op-${site}`, role: 'operator', site, ...more }));
const viewer = bearer(jwt({ sub: 'eve', role: 'viewer' }));

let files;
let options;
let world;
let browser;
let page;
before(async () => {
  files = await folderOf({ 'jwt.secret': `${secret}\n` });
  const { out } = await sluice(['token', 'password'], { input: PASSWORD });
  const { out: hash } = await sluice(['token', 'hash'], { input: chief });
  const config = `
access:
  jwt: {algorithms: [HS256], secret: "\${file:${path.join(files, 'jwt.secret')}}"}
  tokens: {chief: {role: admin, hash: "${hash.trim()}"}}
  users: {alice: {role: admin, password: "${out.trim()}"}, bob: {role: operator, password: "${out.trim()}", claims: {site: south}}}
  roles: {operator: {bind: {site: site}}}
cors: {origins: ["https://app.example"], credentials: true}
hosts: [gateway.test]
trusted_proxies: [127.0.0.1]
`;
  const orders = await readFile(path.join(root, 'mappings/orders.yaml'), 'utf8');
  options = { mappings: { 'sites.yaml': SITES, 'orders.yaml': orders }, config };
  world = await World.start(options);
  browser = await launch();
  page = (await openPage(browser, `${world.base}/desk`)).page;
});
after(async () => {
  await browser?.close();
  await world?.stop();
  await rm(files, { recursive: true });
});

const publish = (site, cm, tank = 't1') => world.publish(`plant/${site}/${tank}/level`, { cm });
const login = (user, password, headers = {}) =>
  world.get('/login', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify({ user, password }),
  });
const cookieOf = (answer) => answer.headers.get('set-cookie').split(';')[0];
const ticketFor = async (options) => (await (await fetch(`${world.base}/ticket`, { method: 'POST', ...options })).json()).ticket;
const sites = (client) => client.blocks.filter((block) => block.event === 'level').map((b) => JSON.parse(b.data).site);

test('without credentials 401, with too few 403, and both say what is missing', async () => {
  for (const route of ['/levels', '/levels/now', '/levels/past', '/streams/sites.levels', '/streams/sites.levels/latest']) {
    const nobody = await world.get(route);
    assert.equal(nobody.status, 401, route);
    assert.match(nobody.headers.get('www-authenticate'), /^Bearer realm="sluice"$/);
    assert.equal(nobody.headers.get('content-type'), 'application/problem+json');
    const few = await world.get(route, bearer(jwt({ role: 'guest' })));
    assert.equal(few.status, 403, route);
    assert.equal(JSON.parse(few.text).detail, "this needs one of the roles 'operator', 'viewer'");
  }
  assert.equal((await world.open('/open')).status, 200);
});

test('tokens that are not to be trusted', async () => {
  const good = jwt({ role: 'viewer' });
  const [header, payload, signature] = good.split('.');
  const hostile = {
    'another key': jwt({ role: 'viewer' }, { key: 'x'.repeat(40) }),
    none: `${encode({ alg: 'none' })}.${payload}.`,
    'another payload': `${header}.${encode({ role: 'admin', exp: seconds() + 3600 })}.${signature}`,
    'an algorithm not configured': jwt({ role: 'viewer' }, { header: { alg: 'HS512' } }),
    truncated: good.slice(0, -4),
    'bad base64': `${header}.${payload}.${signature.slice(0, -1)}!`,
    huge: 'A'.repeat(3000),
    expired: jwt({ role: 'viewer', exp: seconds() - 61 }),
    'not yet': jwt({ role: 'viewer', nbf: seconds() + 120 }),
    'without an end': jwt({ role: 'viewer', exp: undefined }),
  };
  for (const [name, token] of Object.entries(hostile)) {
    const answer = await world.get('/levels/now', bearer(token));
    assert.equal(answer.status, 401, name);
    assert.match(answer.headers.get('www-authenticate'), /error="invalid_token"/, name);
  }
  assert.equal((await world.get('/levels/now', bearer(good))).status, 200);
});

test('two principals on one stream see only theirs: live, snapshot, poll, history, resume', async () => {
  await publish('north', 1);
  await publish('south', 2);
  await until('both levels', async () => JSON.parse((await world.get('/levels/now', viewer)).text).length === 2);
  const north = await world.open('/levels', operator('north'));
  const south = await world.open('/levels', operator('south'));
  const all = await world.open('/levels', viewer);
  for (const client of [north, south, all]) await client.snapshot();
  for (let cm = 10; cm < 16; cm += 1) await publish(cm % 2 ? 'south' : 'north', cm);
  const ids = async (client, last) => {
    await client.next((block) => block.event === 'level' && block.data.includes(`"cm":${last}}`));
    return client.blocks.filter((block) => block.event === 'level' && block.id).map((block) => block.id);
  };
  const [northIds, southIds, allIds] = [await ids(north, 14), await ids(south, 15), await ids(all, 15)];
  assert.ok(sites(north).every((site) => site === 'north') && sites(south).every((site) => site === 'south'));
  assert.deepEqual([northIds.length, southIds.length, allIds.length], [3, 3, 6]);
  assert.deepEqual(allIds, [0, 1, 2].flatMap((i) => [northIds[i], southIds[i]]));

  for (const route of ['/levels/now', '/levels/past', '/streams/sites.levels/latest']) {
    const { text } = await world.get(route, operator('south'));
    assert.ok(text.includes('south') && !text.includes('north'), text);
  }
  const again = await world.open('/levels', { ...operator('south'), lastEventId: northIds[0] });
  await again.next((block) => block.id === southIds[2]);
  assert.deepEqual(sites(again), ['south', 'south', 'south']);
  assert.ok(!again.body.includes('north') && !again.body.includes('event: gap'));
});

test('a claim that is missing shows nothing', async () => {
  const answer = await world.get('/levels/now', bearer(jwt({ role: 'operator' })));
  assert.equal(answer.status, 403);
  assert.match(answer.text, /the claims that the role 'operator' is bound to are missing/);
});

test('commands are bound alike', async () => {
  const sent = [];
  const device = await world.connect();
  device.on('message', (topic, payload) => sent.push([topic, payload.toString()]));
  await device.subscribeAsync('plant/+/set');
  const post = (site, options) =>
    world.get(`/sites/${site}/level`, {
      method: 'POST',
      body: '{"cm":5}',
      headers: { 'Content-Type': 'application/json', ...options?.headers },
    });
  assert.equal((await post('north')).status, 401);
  assert.equal((await post('north', viewer)).status, 403);
  assert.equal((await post('north', operator('south'))).status, 403);
  assert.equal((await post('south', operator('south'))).status, 202);
  assert.equal((await post('north', bearer(chief))).status, 202);
  await until('both commands', () => sent.length === 2);
  assert.deepEqual(sent, [['plant/south/set', '{"cm":5}'], ['plant/north/set', '{"cm":5}']]);
});

test('a token that expires ends the stream, and does not come back', async () => {
  // Its last minute is the leeway; what is left of that is the stream's.
  const late = operator('north', { exp: seconds() - 48 });
  const client = await world.open('/levels', late);
  await client.snapshot();
  const { data } = await client.next('expired');
  assert.equal(data, '{}');
  assert.equal(await client.end(), 'end');
  assert.equal(client.rest, '');
  const refused = await world.get('/levels', late);
  assert.equal(refused.status, 401);
  assert.match(refused.text, /the token has expired/);
});

test('a resume by somebody who lost the role replays nothing', async () => {
  const client = await world.open('/levels', viewer);
  await client.snapshot();
  await publish('north', 77);
  const { id } = await client.next((block) => block.event === 'level');
  client.close();
  await publish('north', 78);
  const lost = await world.get('/levels', { headers: { ...bearer(jwt({ role: 'guest' })).headers, 'Last-Event-ID': id } });
  assert.equal(lost.status, 403);
  assert.ok(!lost.text.includes('78') && !lost.headers.get('sluice-last-event-id'), lost.text);
  const moved = await world.open('/levels', { ...operator('south'), lastEventId: id });
  assert.equal(moved.status, 200);
  await publish('south', 79);
  await moved.next((block) => block.event === 'level');
  assert.deepEqual(sites(moved), ['south']);
});

test("npm's eventsource sends the header; its end at 401 is final", async () => {
  const source = (token) =>
    new EventSource(`${world.base}/levels`, {
      fetch: (url, init) => fetch(url, { ...init, headers: { ...init.headers, Authorization: `Bearer ${token}` } }),
    });
  const good = source(jwt({ role: 'viewer' }));
  const seen = [];
  good.addEventListener('level', (event) => seen.push(JSON.parse(event.data)));
  await until('events of the snapshot', () => seen.length > 0);
  good.close();
  const bad = source('nonsense');
  await until('the end', () => bad.readyState === EventSource.CLOSED);
});

test('a login sets a cookie that scripts do not see; a logout takes it away', async () => {
  const answer = await login('bob', PASSWORD);
  assert.equal(answer.status, 204, answer.text);
  const cookie = answer.headers.get('set-cookie');
  assert.match(cookie, /^sluice_session=[\w.-]+; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/);
  assert.match((await login('bob', PASSWORD, { 'X-Forwarded-Proto': 'https' })).headers.get('set-cookie'), /; Secure$/);
  const with_ = { headers: { Cookie: cookieOf(answer) } };
  const { status, text } = await world.get('/levels/now', with_);
  assert.equal(status, 200);
  assert.ok(text.includes('south') && !text.includes('north'), "bob's claims bind him too");
  const out = await world.get('/logout', { method: 'POST', ...with_ });
  assert.match(out.headers.get('set-cookie'), /^sluice_session=; Path=\/; Max-Age=0/);
  const form = await world.get('/login', { method: 'POST', body: new URLSearchParams({ user: 'bob', password: PASSWORD }) });
  assert.equal(form.status, 204);
});

test('wrong logins look alike and are limited', async () => {
  const away = { 'X-Forwarded-For': '192.0.2.66' };
  const wrong = await login('alice', 'wrong', away);
  const unknown = await login('nobody', 'wrong', away);
  assert.deepEqual([wrong.status, unknown.status], [401, 401]);
  assert.equal(wrong.text, unknown.text);
  const tries = await Promise.all(Array.from({ length: 20 }, (_, i) => login(`n${i}`, 'wrong', away)));
  const limited = tries.find(({ status }) => status === 429);
  assert.ok(Number(limited.headers.get('retry-after')) > 0);
  assert.equal((await login('bob', PASSWORD, { 'X-Forwarded-For': '192.0.2.67' })).status, 204);
  for (const body of ['', '{', '[]', '{"user":1,"password":2}']) {
    const answer = await world.get('/login', { method: 'POST', body, headers: { 'Content-Type': 'application/json' } });
    assert.equal(answer.status, 400, body);
  }
  assert.equal((await world.get('/login', { method: 'POST', body: 'x', headers: { 'Content-Type': 'text/plain' } })).status, 415);
});

test('a ticket opens one stream, once', async () => {
  const ticket = await ticketFor(operator('south'));
  const client = await world.open(`/levels?ticket=${ticket}`);
  assert.equal(client.status, 200);
  await client.snapshot();
  assert.ok(sites(client).length > 0 && sites(client).every((site) => site === 'south'));
  assert.equal((await world.get(`/levels/now?ticket=${ticket}`)).status, 401);
  assert.equal((await fetch(`${world.base}/ticket`, { method: 'POST' })).status, 401);
  assert.match((await world.get(`/levels/now?access_token=${chief}`)).text, /tokens in the address are not taken/);
});

test("the dashboard's orders: a browser with a cookie, the API with a token, others not", async () => {
  await world.publish('shop/orders/5', { totalAmount: 50.0, status: 'PENDING' }, { retain: true });
  assert.equal((await world.get('/api/stream-orders')).status, 401);
  assert.equal((await world.get('/api/stream-orders', viewer)).status, 403);
  const api = await world.open('/api/admin/stream/orders', bearer(chief));
  assert.equal((await api.next((block) => block.data)).data, '{"type":"connected"}');

  const before_ = await page.evaluate(async () => (await fetch('/api/stream-orders')).status);
  assert.equal(before_, 401);
  const status = await page.evaluate(async (password) => {
    const body = new URLSearchParams({ user: 'alice', password });
    return (await fetch('/login', { method: 'POST', body })).status;
  }, PASSWORD);
  assert.equal(status, 204);
  assert.equal(await page.evaluate(() => document.cookie), '');
  await page.evaluate(() => {
    globalThis.orders = [];
    globalThis.source = new EventSource('/api/stream-orders');
    for (const name of ['message', 'order', 'new_order', 'order_update']) {
      source.addEventListener(name, (event) => orders.push([name, JSON.parse(event.data)]));
    }
  });
  const seen = () => page.evaluate(() => orders);
  await until('the snapshot', async () => (await seen()).some(([name]) => name === 'order'));
  await world.publish('shop/orders/5', { totalAmount: 50.0, status: 'CONFIRMED' }, { retain: true });
  await until('the update', async () => (await seen()).some(([, data]) => data.status === 'CONFIRMED'));
  assert.deepEqual((await seen())[0], ['message', { type: 'connected' }]);
  await page.evaluate(() => source.close());
});

test('a browser with a ticket, without a cookie', async () => {
  const { page: other } = await openPage(browser, `${world.base}/desk`);
  const ticket = await ticketFor(bearer(chief));
  const open = (url) =>
    other.evaluate(
      (address) =>
        new Promise((resolve) => {
          const source = new EventSource(address);
          source.onmessage = (event) => (source.close(), resolve(event.data));
          source.onerror = () => (source.close(), resolve('refused'));
        }),
      url,
    );
  assert.equal(await open(`/api/stream-orders?ticket=${ticket}`), '{"type":"connected"}');
  assert.equal(await open(`/api/stream-orders?ticket=${ticket}`), 'refused');
  await other.context().close();
});

test('pages of listed origins may read and post, others neither', async () => {
  const from = (origin, more = {}) => ({ ...more, headers: { Origin: origin, ...more.headers } });
  const listed = await world.get('/levels/now', from('https://app.example', viewer));
  assert.equal(listed.headers.get('access-control-allow-origin'), 'https://app.example');
  assert.equal(listed.headers.get('access-control-allow-credentials'), 'true');
  assert.equal(listed.headers.get('vary'), 'Origin');
  const refused = await world.get('/levels/now', from('https://app.example'));
  assert.equal(refused.headers.get('access-control-allow-origin'), 'https://app.example', 'a page may read its 401');
  const stream = await world.open('/open', from('https://app.example'));
  assert.equal(stream.headers['access-control-allow-origin'], 'https://app.example');
  const other = await world.get('/levels/now', from('https://evil.example', viewer));
  assert.equal(other.headers.get('access-control-allow-origin'), null);

  const preflight = (origin) =>
    world.get('/sites/north/level', {
      method: 'OPTIONS',
      headers: { Origin: origin, 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Headers': 'content-type' },
    });
  const allowed = await preflight('https://app.example');
  assert.equal(allowed.status, 204);
  assert.match(allowed.headers.get('access-control-allow-methods'), /POST/);
  assert.match(allowed.headers.get('access-control-allow-headers'), /Authorization.*Content-Type.*Last-Event-ID/);
  assert.equal((await preflight('https://evil.example')).headers.get('access-control-allow-origin'), null);

  const cookie = cookieOf(await login('alice', PASSWORD));
  const post = (origin) =>
    world.get('/sites/north/level', {
      method: 'POST',
      body: '{"cm":1}',
      headers: { Origin: origin, Cookie: cookie, 'Content-Type': 'application/json' },
    });
  assert.equal((await post('https://evil.example')).status, 403);
  assert.equal((await post('https://app.example')).status, 202);
  assert.equal((await post(world.base)).status, 202);
});

test('the gateway answers to its own names, and says so safely', async () => {
  const named = async (host) => (await world.open('/open', { version: '1.0', headers: { Host: host } })).status;
  assert.equal(await named('x').catch(() => 400), 400, 'two Hosts');
  const { exchange } = await import('./support/raw_http.mjs');
  const ask = (host) => exchange(world.gateway.port, `GET /livez HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  assert.equal((await ask('gateway.test:1')).status, 200);
  const rebound = await ask('evil.example');
  assert.equal(rebound.status, 421);
  assert.match(rebound.text, /under 'hosts'/);
  const response = await world.get('/desk');
  assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
  assert.equal(response.headers.get('referrer-policy'), 'no-referrer');
  assert.match(response.headers.get('content-security-policy'), /default-src 'self'.*frame-ancestors 'none'/);
});

test('the inside is for admins, and no secret shows anywhere', async () => {
  for (const route of ['/metrics', '/api/status', '/mappings', '/mappings/errors']) {
    assert.equal((await world.get(route)).status, 401, route);
    assert.equal((await world.get(route, viewer)).status, 403, route);
    const { status, text } = await world.get(route, bearer(chief));
    assert.equal(status, 200, route);
    for (const word of [secret, chief, PASSWORD, '$y$', 'alice']) assert.ok(!text.includes(word), `${word} in ${route}`);
  }
  const metrics = (await world.get('/metrics', bearer(chief))).text;
  assert.match(metrics, /sluice_access_total\{result="forbidden"\} [1-9]/);
  assert.match(metrics, /sluice_cursor_ends_total\{reason="expired"\} [1-9]/);
  const line = await readFile(`/proc/${world.gateway.child.pid}/cmdline`, 'utf8');
  for (const word of [secret, chief, PASSWORD, '$y$', 'eyJ']) {
    assert.ok(!world.gateway.child.err.includes(word), `${word} in the log`);
    assert.ok(!line.includes(word), `${word} in ps`);
  }
});

test('a cookie outlives a restart', async () => {
  const cookie = cookieOf(await login('alice', PASSWORD));
  await world.restartGateway(options);
  assert.equal((await world.get('/api/status', { headers: { Cookie: cookie } })).status, 200);
  assert.equal((await world.get('/api/status', { headers: { Cookie: `${cookie}x` } })).status, 401);
});

test('admin.listen opens the inside at an address of its own', async () => {
  const other = await World.start({ config: 'admin: {listen: "127.0.0.1:0"}\n' });
  try {
    const url = /admin routes at (\S+)/.exec(other.gateway.child.err)[1];
    assert.equal((await fetch(`${url}/api/status`, { headers: { 'X-Forwarded-For': '192.0.2.1' } })).status, 200);
    assert.equal((await other.get('/api/status', { headers: { 'X-Forwarded-For': '192.0.2.1' } })).status, 401);
  } finally {
    await other.stop();
  }
});

test('sluice token makes what the gateway takes, and shows what it is', async () => {
  const key = path.join(files, 'jwt.secret');
  const made = await sluice(['token', 'make', '--key', key, '--sub', 'ann', '--role', 'operator', '--claim', 'site=south']);
  assert.equal(made.code, 0, made.err);
  assert.equal((await world.get('/levels/now', bearer(made.out.trim()))).status, 200);
  const shown = await sluice(['token', 'inspect', '--key', key], { input: made.out });
  assert.equal(shown.code, 0, shown.err);
  assert.match(shown.out, /payload: {.*"role":\["operator"\],"site":"south","sub":"ann"}/);
  assert.match(shown.out, /times: ok\nsignature: holds\n$/);
  const old = await sluice(['token', 'inspect'], { input: jwt({ exp: 1 }) });
  assert.equal(old.code, 1);
  assert.match(old.out, /exp: 1970-01-01T00:00:01Z\ntimes: the token has expired\nsignature: not looked at/);
  assert.equal((await sluice(['token', 'inspect'], { input: 'nonsense' })).code, 1);
  assert.equal((await sluice(['token', 'hash'], { input: 'short' })).code, 64);
  assert.equal((await sluice(['token', 'make', '--key', '/nowhere'])).code, 66);
  const fresh = (await sluice(['token', 'secret'])).out;
  assert.match(fresh, /^[\w-]{64}\n$/);
  const digest = crypto.createHash('sha256').update(fresh.trim()).digest('hex');
  assert.equal((await sluice(['token', 'hash'], { input: fresh })).out, `sha256:${digest}\n`);
});

test('the README: keys and a user as it says, and every error at its place', async () => {
  const folder = await folderOf({ 'sluice.yaml': example('access.yaml') });
  try {
    const commands = example('token').replaceAll('build/release/sluice', process.env.SLUICE_BIN ?? path.join(root, 'build/release/sluice'));
    const { run } = await import('./support/child.mjs');
    const ran = await run('sh', ['-ec', commands], { cwd: folder, input: PASSWORD });
    assert.equal(ran.code, 0, ran.err);
    const checked = await sluice(['check', path.join(folder, 'sluice.yaml')]);
    assert.equal(checked.code, 0, checked.err);
    for (const text of [checked.out, checked.err]) assert.ok(!text.includes('$y$'));
    await writeFile(path.join(folder, 'jwt.secret'), 'short\n');
    const weak = await sluice(['check', path.join(folder, 'sluice.yaml')]);
    assert.equal(weak.code, 78);
    assert.match(weak.err, /sluice\.yaml:\d+:\d+: '.*jwt\.secret' holds 5 bytes: a secret of HS256 has at least 32/);
  } finally {
    await rm(folder, { recursive: true });
  }
});
