// chapter: other programs
// Chapter 27: the pages of the plant, the shop and the game, as their users see and use them.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch, openPage } from './support/browser.mjs';
import { sluice } from './support/gateway.mjs';
import { until } from './support/until.mjs';
import { World } from './support/world.mjs';

const PASSWORD = 'correct horse';
let world;
let browser;
before(async () => {
  const { out } = await sluice(['token', 'password'], { input: PASSWORD });
  const hash = out.trim();
  const config = `
access:
  users: {alice: {role: admin, password: "${hash}"}, bob: {role: operator, password: "${hash}"}}
`;
  world = await World.start({ config });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await world?.stop();
});

const text = (page, selector) => page.textContent(selector);
const shows = (page, selector, expected) =>
  until(`${selector} to be '${expected}'`, async () => (await text(page, selector)) === expected);

test('the plant: newest values, a trend with its past, and what went quiet is grey', async () => {
  await world.publish('scada/s1/temperature', '20');
  await world.publish('scada/s1/temperature', '22');
  const known = async () => (await world.getJson('/api/sse/latest')).some(({ value }) => value === 22);
  await until('both values in the gateway', known);
  const { page, complaints } = await openPage(browser, `${world.base}/scada`);
  await shows(page, '#connection-status', 'Connected');
  await shows(page, '#tags tr:nth-child(1) .value', '22');
  await shows(page, '#trend-name', 's1: temperature');
  await until('the past', async () => (await page.getAttribute('#trend', 'data-points')) === '2');
  assert.match(await page.getAttribute('#trend', 'aria-label'), /now 22.*lowest 20, highest 22/);

  await world.publish('plant/s1/batch', { metrics: { pressure: 3.1, temperature: 25 } });
  await shows(page, '#tags tr:nth-child(1) .show', 'pressure'); // in the order of their names
  await until('the trend', async () => (await page.getAttribute('#trend', 'data-points')) === '3');
  await page.getByRole('button', { name: 'Trend of pressure, site s1' }).click();
  await shows(page, '#trend-note', '1 values known');
  await page.getByLabel('Minutes').check();
  await shows(page, '#trend-note', '0 minutes known');

  await page.fill('#filter', 'temp');
  await until('the filter', async () => (await page.locator('#tags tr:visible').count()) === 1);
  await page.fill('#filter', '');
  await world.publish('plant/s1/status', 'online');
  await world.publish('plant/s1/status', 'offline');
  await until('the alert', async () => (await text(page, '#alerts')).includes('Site s1 is offline'));
  await until('the grey', async () => (await page.locator('#tags tr.stale').count()) === 2);
  await world.publish('scada/s1/temperature', '30');
  await shows(page, '#tags tr:nth-child(2) .quality', 'good');
  assert.deepEqual(complaints, []);
  await page.context().close();
});

const order = (id, payload) => world.publish(`shop/orders/${id}`, payload, { retain: true });

test('the shop: a login, the orders, those of one status, and a word for a new one', async () => {
  await order('100', { totalAmount: 9.5, status: 'PENDING' });
  await order('101', { totalAmount: 20, status: 'CONFIRMED' });
  const { page } = await openPage(browser, `${world.base}/orders`);
  await page.waitForSelector('#login-card:not(.hidden)');
  const login = async (user, password) => {
    await page.fill('[name=user]', user);
    await page.fill('[name=password]', password);
    await page.click('#login button');
  };
  await login('alice', 'wrong');
  await until('the refusal', async () => (await text(page, '#login-answer')).length > 0);
  await login('bob', PASSWORD);
  await shows(page, '#login-answer', 'You are logged in, but orders are for admins');
  await login('alice', PASSWORD);
  await shows(page, '#connection-status', 'Connected');
  const ids = () => page.locator('#orders td:first-child').allTextContents();
  await until('both orders', async () => (await ids()).join() === '101,100');
  assert.equal(await page.isVisible('#login-card'), false);

  await order('102', { totalAmount: 30, status: 'PENDING' });
  await shows(page, '#news', 'New order 102: $30.00');
  await order('100', { totalAmount: 9.5, status: 'CANCELLED' });
  await shows(page, '#orders tr:nth-child(3) .status', 'CANCELLED');
  assert.match(await text(page, '#orders tr:nth-child(3)'), /9\.50/);
  await page.selectOption('#filter', 'PENDING');
  await until('those that wait', async () => (await ids()).join() === '102');
  await shows(page, '#count', '1 of 3');

  await page.click('#logout');
  await page.waitForSelector('#login-card:not(.hidden)');
  assert.deepEqual(await ids(), []);
  await page.context().close();
});

test('the game: the state by sections, the battle by rounds, notifications, and another game', async () => {
  await world.publish('game/g1/state/party', { hp: 10, name: '<i>Ann</i>' }, { retain: true });
  const { page, complaints } = await openPage(browser, `${world.base}/battle?game=g1`);
  await shows(page, '#connection-status', 'Connected');
  await shows(page, '#sections h3', 'party');
  assert.equal(await text(page, '#sections dl'), 'hp10name<i>Ann</i>');

  await world.publish('game/g1/state/map', { zone: 3 }, { retain: true });
  await until('the other section', async () => (await page.locator('#sections article').count()) === 2);
  await world.publish('game/g1/battle', { round: 1, log: ['hit'], finished: false });
  await shows(page, '#log li:first-child', 'Round 1: hit');
  await shows(page, '#outcome', 'Fighting');
  await world.publish('game/g1/battle', { round: 2, log: ['miss', 'fall'], finished: true });
  await shows(page, '#log li:first-child', 'Round 2: fall');
  await shows(page, '#outcome', 'Finished');
  await world.publish('game/notify', { level: 'warning', text: 'Restart at noon' });
  await until('the notification', async () => (await text(page, '#notifications')).includes('Restart at noon'));
  await page.getByRole('button', { name: 'Dismiss' }).click();
  assert.equal(await page.locator('.alert').count(), 0);

  await world.publish('game/g2/battle', { round: 7, log: [] });
  await page.selectOption('#games', 'g2');
  await shows(page, '#round', '7');
  assert.deepEqual(complaints, []);
  await page.context().close();
});

for (const [what, options] of [
  ['a phone', { viewport: { width: 360, height: 740 }, colorScheme: 'light' }],
  ['a dark desktop', { viewport: { width: 1400, height: 900 }, colorScheme: 'dark' }],
]) {
  test(`the pages fit ${what}, need no pointer, and load nothing from elsewhere`, async () => {
    for (const path of ['/scada', '/battle', '/orders']) {
      const { page } = await openPage(browser, undefined, options);
      const asked = [];
      const refused = [];
      page.on('request', (request) => asked.push(request.url()));
      page.on('console', (message) => /Content Security/.test(message.text()) && refused.push(message.text()));
      await page.goto(world.base + path);
      await until('the page', async () => (await text(page, '#connection-status')) !== 'Connecting');
      const { wide, unnamed } = await page.evaluate(() => ({
        wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
        unnamed: [...document.querySelectorAll('button, input, select')].filter(
          (e) => !(e.textContent.trim() || e.getAttribute('aria-label') || e.labels?.length),
        ).length,
      }));
      assert.equal(wide, 0, `${path} scrolls sideways by ${wide} px`);
      assert.equal(unnamed, 0, `${path} has a control without a name`);
      await page.keyboard.press('Tab');
      assert.notEqual(await page.evaluate(() => document.activeElement.tagName), 'BODY', path);
      assert.ok(asked.every((url) => url.startsWith(world.base)), asked.join());
      assert.deepEqual(refused, []);
      await page.context().close();
    }
  });
}

test('five pages of one browser share their connection', async () => {
  await until('the tests before to be gone', async () => (await admin()).clients === 0);
  const context = await browser.newContext();
  for (const path of ['/scada', '/battle', '/cellmonitor', '/desk']) {
    const page = await context.newPage();
    await page.goto(world.base + path);
    await shows(page, '#connection-status', 'Connected');
  }
  await until('one connection', async () => (await admin()).clients === 1);
  await world.publish('bms/p1/cells', { cells: [3300, 3310], bal: [false, true] });
  await shows(context.pages()[2], '#delta', '10');
  await world.publish('desk/a/range', { raw_mm: 1050, timestamp_ms: 1 });
  await shows(context.pages()[3], '#height', '95');
  await context.close();
});

/** The status, which is an admin's. */
let cookie;
async function admin() {
  if (!cookie) {
    const body = JSON.stringify({ user: 'alice', password: PASSWORD });
    const answer = await world.get('/login', { method: 'POST', body, headers: { 'Content-Type': 'application/json' } });
    cookie = answer.headers.get('set-cookie').split(';')[0];
  }
  return JSON.parse((await world.get('/api/status', { headers: { Cookie: cookie } })).text);
}
