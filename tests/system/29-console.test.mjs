// chapter: long, other programs
// Chapter 29: the console and its login, as those who run a gateway see and use them.

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { seriousFindings } from './support/axe.mjs';
import { launch, openPage } from './support/browser.mjs';
import { Gateway, sluice } from './support/gateway.mjs';
import { MAPPING } from './support/ticks.mjs';
import { until } from './support/until.mjs';
import { World } from './support/world.mjs';

const PASSWORD = 'correct horse';
const MOST_BYTES = 40_000; // of the console, compressed
const PAGES = ['live', 'streams', 'mapping', 'errors'];
const DASHBOARDS = ['desk', 'cellmonitor', 'scada', 'orders', 'battle'];

let world; // open to everyone on this machine
let guarded; // somebody has a role
let browser;
before(async () => {
  const { out } = await sluice(['token', 'password'], { input: PASSWORD });
  const hash = out.trim();
  const config = `
access:
  users: {alice: {role: admin, password: "${hash}"}, bob: {role: operator, password: "${hash}"}}
`;
  world = await World.start({ config: 'limits: {payload: 64KiB}\n' });
  guarded = await World.start({ config });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await world?.stop();
  await guarded?.stop();
});

const text = (page, selector) => page.textContent(selector);
const shows = (page, selector, expected) =>
  until(`${selector} to be '${expected}'`, async () => (await text(page, selector)) === expected);
const says = (page, selector, pattern) =>
  until(`${selector} to say ${pattern}`, async () => pattern.test(await text(page, selector)));

/** The console at one of its pages, once it has its first answer. */
async function openConsole(at = '', options = {}) {
  const opened = await openPage(browser, `${world.base}/${at}`, options);
  await says(opened.page, '#version', /^Sluice \d/);
  return opened;
}

/** Heights of a desk until the fact holds. */
let height = 700;
const heightsUntil = (what, fact) =>
  until(what, async () => {
    height = height > 1200 ? 700 : height + 10; // each is news
    await world.publish('desk/a/range', { raw_mm: height, timestamp_ms: height });
    return fact();
  });

test('the front page shows the way of the data, and nothing red while all is well', async () => {
  const { page, complaints } = await openConsole();
  await shows(page, '#broker', `Connected to ${world.broker.url}`);
  const { mappings, streams } = await world.gateway.status();
  await shows(page, '#at-rules small', `${mappings.rules} rules`);
  await shows(page, '#at-streams b', String(streams.length));
  for (const place of ['#at-broker', '#at-rules', '#at-events']) {
    await heightsUntil(`a rate at ${place}`, async () => Number((await text(page, `${place} b`)).replace(',', '')) > 0);
  }
  const points = async () => (await page.getAttribute('#rate-curve polyline', 'points')).split(' ').length;
  await heightsUntil('a curve', async () => (await points()) > 1);
  const client = await world.open('/events');
  await until('the client', async () => Number(await text(page, '#at-clients b')) >= 1);
  await shows(page, '#at-streams small', '1 with clients');
  client.close();
  assert.equal(await page.isVisible('#alarms'), false);
  assert.equal(await page.title(), 'Live – Sluice');
  assert.deepEqual(complaints, []);
  await page.context().close();
});

test('the live tail filters, pauses, and comes back to the newest', async () => {
  const { page, complaints } = await openConsole();
  await page.selectOption('#stream', 'desk');
  await shows(page, '#tail-state', 'Connected');
  await world.publish('desk/a/wifi', { status: 'connected', ssid: 'x', rssi_dbm: -50, timestamp_ms: 1 });
  await heightsUntil('rows', async () => (await page.locator('#events tr').count()) > 1);
  await page.fill('#filter', 'height_update');
  await heightsUntil('rows of heights only', async () => {
    const kinds = await page.locator('#events td:nth-child(2)').allTextContents();
    return kinds.length > 5 && kinds.every((kind) => kind === 'height_update');
  });
  assert.match(await text(page, '#events td:nth-child(3)'), /^[a-z0-9]+-\d+$/);
  assert.ok(JSON.parse(await text(page, '#events td:nth-child(4)')).height_cm > 50);

  await page.click('#pause');
  const seen = Number(await text(page, '#seen'));
  await heightsUntil('events to come in unseen', async () => Number(await text(page, '#seen')) > seen + 5);
  const first = await text(page, '#events td:nth-child(3)');
  await page.click('#pause');
  await until('the rows to move on', async () => (await text(page, '#events td:nth-child(3)')) !== first);
  await page.fill('#filter', 'nothing has this');
  await until('no rows', async () => (await page.locator('#events tr').count()) === 0);
  await page.click('#stop');
  await shows(page, '#tail-state', 'Stopped');
  assert.deepEqual(complaints, []);
  await page.context().close();
});

test('a stream with parameters says which it needs, and is tailed with them', async () => {
  const { page } = await openConsole('#/live?stream=desk.one_desk');
  await shows(page, '#tail-state', "Refused: parameter 'desk' is missing");
  await page.fill('#parameters', 'desk=a');
  await page.press('#parameters', 'Enter');
  await shows(page, '#tail-state', 'Connected');
  await heightsUntil('rows', async () => (await page.locator('#events tr').count()) > 0);
  await page.context().close();
});

test('a stream tells how to read it, its newest value and its schema', async () => {
  const { page, complaints } = await openConsole('#/streams');
  const names = await page.locator('#streams .name').allTextContents();
  assert.deepEqual(names, (await world.gateway.status()).streams.map(({ name }) => name));
  const desk = page.locator('#streams > li').nth(names.indexOf('desk'));
  await heightsUntil('a height', async () => /height_update/.test((await world.get('/streams/desk/latest')).text));
  await desk.locator('summary').click();
  assert.equal(await desk.locator('.curl').textContent(), `curl -N ${world.base}/events`);
  await until('the sample', async () => {
    await desk.locator('.again').click();
    return /"raw_mm": \d+/.test(await desk.locator('.sample').textContent());
  });
  await desk.locator('.schema caption', { hasText: 'height_update' }).waitFor();
  const row = await desk.locator('.schema tbody tr').first().locator('th, td').allTextContents();
  assert.deepEqual(row, ['height_cm', 'integer 0..200 cm', 'Calculated desk height']);

  // What is to be copied does what it says.
  const script = await desk.locator('.script').textContent();
  const heard = [];
  page.on('console', (message) => heard.push(message.text()));
  const body = script.replace(/import (\{.*\}) from ('.*');/, 'const $1 = await import($2);');
  await page.evaluate(`(async () => { ${body} })()`);
  await heightsUntil('the script to hear heights', () => heard.some((line) => line.startsWith('height_update ')));

  const [tail] = await desk.locator('.follow').all();
  await tail.click();
  await shows(page, '#tail-state', 'Connected');
  assert.equal(await page.inputValue('#stream'), 'desk');
  assert.deepEqual(complaints, []);
  await page.context().close();
});

test('a message that fails shows in the strip, at its rule, and as it came', async () => {
  const { page, complaints } = await openConsole();
  await world.publish('desk/b/range', 'no <b>JSON</b>');
  await says(page, '#alarms', /Messages fail in desk\/\{desk\}\/range/);
  await page.click('#alarms a');
  await until('the errors', async () => (await page.locator('#errors > li').count()) >= 2); // two rules want it
  assert.equal(await page.evaluate(() => document.activeElement.id), 'errors-title');
  const error = page.locator('#errors > li').first();
  assert.match(await error.locator('.message').textContent(), /not JSON/);
  assert.match(await error.locator('.where').textContent(), /desk\.yaml:\d+:\d+$/);
  assert.equal(await error.locator('.topic').textContent(), 'desk/b/range');
  assert.equal(await error.locator('.payload').textContent(), 'no <b>JSON</b>');
  await page.fill('#errors-filter', 'nothing has this');
  await shows(page, '#no-errors', 'None matches the filter.');

  await page.getByRole('link', { name: 'Mapping' }).click();
  const failing = await page.locator('#failing tr').first().locator('td').allTextContents();
  assert.match(failing[0], /^desk\/\{desk\}\/range -> /);
  assert.equal(failing[2], '1');
  assert.ok((await page.locator('#files li').allTextContents()).some((file) => file.endsWith('desk.yaml')));
  assert.deepEqual(complaints, []);
  await page.context().close();
});

test('what is left out is told when it happens, and counted', async () => {
  const { page } = await openConsole();
  await world.publish('desk/a/range', 'x'.repeat(70_000));
  await says(page, '#alarms', /Within the last minute: messages above limits\.payload/);
  await says(page, '#losses', /messages above limits\.payload: 1/);
  await page.context().close();
});

test('a broker that goes away is told, and that it came back', async () => {
  const { page } = await openConsole();
  await world.broker.halt();
  await says(page, '#alarms', new RegExp(`The broker ${world.broker.url} is away`));
  await shows(page, '#broker', `Not connected to ${world.broker.url}`);
  await world.broker.resume();
  await shows(page, '#broker', `Connected to ${world.broker.url}`);
  assert.doesNotMatch(await text(page, '#alarms'), /is away/);
  await page.context().close();
});

test('mapping files that are refused, and a gateway that goes away and comes back', async (t) => {
  const small = await World.start({ mappings: MAPPING });
  t.after(() => small.stop());
  const file = path.join(small.gateway.folder, 'ticks.yaml');
  const { page } = await openPage(browser, `${small.base}/#/mapping`);
  await shows(page, '#reload', 'Unchanged since the start');
  await writeFile(file, MAPPING['ticks.yaml'].replace('emit: tick', 'emit: tock'));
  await says(page, '#alarms', /files were refused.*ticks\.yaml:6:\d+: /);
  await says(page, '#reload', /^Refused on .* 1 attempt, 1 refused\.$/);
  await says(page, '#reload-errors', /tock/);
  await writeFile(file, `${MAPPING['ticks.yaml']}# again\n`);
  await says(page, '#reload', /^Changed on .* 2 attempts, 1 refused\.$/);
  assert.equal(await page.isVisible('#alarms'), false);
  assert.equal(await page.locator('#reload-errors li').count(), 0);

  const { port: listen } = small.gateway;
  await small.gateway.stop();
  await says(page, '#alarms', /The gateway does not answer/);
  await shows(page, '#broker', 'The gateway does not answer');
  small.gateway = await Gateway.start({ broker: small.broker, mappings: MAPPING, listen });
  await shows(page, '#broker', `Connected to ${small.broker.url}`);
  assert.equal(await page.isVisible('#alarms'), false);
  await page.context().close();
});

async function logIn(page, user, password) {
  await page.fill('#user', user);
  await page.fill('#password', password);
  await page.press('#password', 'Enter');
}

test('where a role is needed the console offers a login, goes on after it, and logs out', async () => {
  const { page } = await openPage(browser, `${guarded.base}/#/mapping`);
  await page.waitForSelector('#to-login:visible');
  assert.equal(await page.isVisible('main'), false);
  await page.click('#to-login');
  await logIn(page, 'alice', 'wrong');
  await shows(page, '#answer', 'Not logged in: the user or the password is wrong');
  assert.equal(await page.inputValue('#password'), '');

  await logIn(page, 'bob', PASSWORD);
  await shows(page, '#refused-why', 'You are logged in, but not as an admin.');
  await page.click('#to-login');
  await logIn(page, 'alice', PASSWORD);
  await page.waitForSelector('#mapping-title:visible'); // where the user wanted to be
  await says(page, '#rules', /^\d+$/);
  assert.equal(await text(page, '#user'), 'alice');
  assert.equal(await page.isVisible('#refused'), false);

  await page.click('#logout');
  await page.waitForSelector('#to-login:visible');
  assert.equal(await page.isVisible('#logout'), false);
  await page.context().close();
});

test('a login leads nowhere but to this gateway', async () => {
  for (const to of ['https://elsewhere.example/', '//elsewhere.example/', '/\\elsewhere.example', 'http://[']) {
    const { page } = await openPage(browser, `${guarded.base}/login.html?to=${encodeURIComponent(to)}`);
    await logIn(page, 'alice', PASSWORD);
    await page.waitForURL(`${guarded.base}/`);
    await page.context().close();
  }
});

for (const colorScheme of ['light', 'dark']) {
  test(`axe finds nothing serious on the console, the login and the dashboards, ${colorScheme}`, async () => {
    await world.publish('bms/p1/cells', { cells: [3300, 3310], bal: [false, true] });
    await world.publish('scada/s1/temperature', '20');
    await world.publish('desk/b/range', 'no JSON');
    const { page } = await openConsole('', { colorScheme });
    await page.selectOption('#stream', 'desk');
    await heightsUntil('rows', async () => (await page.locator('#events tr').count()) > 0);
    await page.waitForSelector('#alarms:visible');
    for (const name of PAGES) {
      await page.click(`#pages a[href="#/${name}"]`);
      if (name === 'streams') {
        await page.locator('#streams summary').nth(2).click();
        await page.waitForSelector('.schema table');
      }
      assert.deepEqual(await seriousFindings(page), [], name);
    }
    await page.goto(`${world.base}/login.html`);
    assert.deepEqual(await seriousFindings(page), [], 'login');
    for (const name of DASHBOARDS) {
      await page.goto(`${world.base}/${name}`);
      await until('the page', async () => (await text(page, '#connection-status')) !== 'Connecting');
      assert.deepEqual(await seriousFindings(page), [], name);
    }
    await page.goto(guarded.base);
    await page.waitForSelector('#to-login:visible');
    assert.deepEqual(await seriousFindings(page), [], 'the refusal');
    await page.context().close();
  });
}

test('every page fits a phone, and is reached by keyboard', async () => {
  const { page, complaints } = await openConsole('', { viewport: { width: 360, height: 740 } });
  await world.publish('desk/b/range', `no JSON ${'long'.repeat(200)}`);
  for (const name of PAGES) {
    await page.focus(`#pages a[href="#/${name}"]`);
    await page.keyboard.press('Enter');
    await page.waitForSelector(`#${name}-title:visible`);
    assert.equal(await page.getAttribute(`#pages a[href="#/${name}"]`, 'aria-current'), 'page');
    if (name === 'streams') await page.locator('#streams summary').nth(2).press('Enter');
    if (name === 'errors') await says(page, '#errors', /longlong/);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.equal(wide, 0, `${name} scrolls sideways by ${wide} px`);
  }
  await page.goBack();
  await page.waitForSelector('#mapping-title:visible');
  assert.deepEqual(complaints, []);
  await page.context().close();
});

test('the whole console is small, and comes from the gateway alone', async () => {
  const { page, complaints } = await openPage(browser);
  const loaded = [];
  page.on('requestfinished', (request) => loaded.push(request));
  await page.goto(`${world.base}/login.html`);
  await page.goto(world.base);
  await says(page, '#version', /^Sluice \d/);
  assert.ok(loaded.every((request) => request.url().startsWith(world.base)));
  const files = [...new Set(loaded.map((request) => new URL(request.url()).pathname))].filter(
    (name) => !/^\/(api|mappings|metrics)/.test(name),
  );
  assert.ok(files.includes('/console/app.js') && files.includes('/console/login.js'), files.join());
  let bytes = 0;
  for (const name of files) bytes += gzipSync((await world.get(name)).text).length;
  assert.ok(bytes < MOST_BYTES, `${bytes} bytes in ${files.length} files`);
  assert.deepEqual(complaints, []);
  await page.context().close();
});
