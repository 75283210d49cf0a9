// chapter: long
// Chapter 9: the simulated devices, and the pages that show them.

import assert from 'node:assert/strict';
import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { launch, openPage } from './support/browser.mjs';
import { Child, run } from './support/child.mjs';
import { assertNoReport, binary, folderOf, root, sluice } from './support/gateway.mjs';
import { SseClient } from './support/sse.mjs';
import { until } from './support/until.mjs';
import { World } from './support/world.mjs';

let world;
let browser;
const simulators = [];

/** `sluice simulate ARGS` on the world's broker. */
function simulate(...args) {
  const child = new Child(binary, ['simulate', ...args, '--mqtt', world.broker.url], { cwd: root });
  simulators.push(child);
  return child;
}

before(async () => {
  world = await World.start();
  browser = await launch();
  simulate('desk', '--no-auto');
  simulate('bms');
});
after(async () => {
  await browser.close();
  for (const child of simulators) {
    if (!child.ended) assert.deepEqual(await child.stop(), { code: 0, signal: null }, child.err);
    assertNoReport(child);
  }
  await world.stop();
});

test('the desk reports itself: height, state, network', async () => {
  const client = await world.open('/events?desk=a');
  const wanted = new Set(['height_update', 'status_change', 'wifi_status']);
  await until('all of it', () => {
    for (const block of client.blocks) wanted.delete(block.event);
    return wanted.size === 0;
  });
});

test('the desk obeys: it moves to where it is sent, and says each state', async () => {
  const client = await world.open('/events?desk=a');
  await client.next((block) => block.event === 'height_update' && block.id);
  assert.equal((await world.post('/desks/a/move', { height_cm: 118 })).status, 202);
  const states = [];
  const idle = await client.nextData((block) => {
    if (block.event !== 'status_change' || !block.id) return false;
    states.push(JSON.parse(block.data).new_state);
    return states.at(-1) === 'IDLE';
  });
  assert.deepEqual(states, ['MOVING_UP', 'STABILIZING', 'IDLE']);
  assert.ok(Math.abs(idle.current_height_cm - 118) <= 2, JSON.stringify(idle));
});

test('the desk keeps presets, and answers', async () => {
  const saved = await world.post('/preset/save', { slot: 4, label: 'Sofa', height_cm: 64 });
  assert.equal(saved.status, 200, saved.text);
  assert.deepEqual(JSON.parse(saved.text), { slot: 4, label: 'Sofa', height_cm: 64, action: 'saved' });
  const deleted = await world.post('/preset/delete', { slot: 4 });
  assert.equal(deleted.status, 200, deleted.text);
  assert.equal(JSON.parse(deleted.text).action, 'deleted');
});

test('a desk that loses its power is told by its last will', async () => {
  const desk = simulate('desk', '--count', '2');
  const client = await world.open('/desks/b/events');
  await client.next('height_update');
  desk.signal('SIGKILL');
  const error = await client.nextData((block) => block.event === 'error' && block.data.includes('WIFI_DISCONNECTED'));
  assert.equal(error.severity, 'warning');
});

test('the battery reports 16 cells, or as many as it is told', async () => {
  const client = await world.open('/api/cell_stream?pack=p1');
  assert.equal((await client.nextData()).cells.length, 16);
  for (const how of ['cell', 'pack', 'raw']) {
    const other = await World.start();
    const options = ['--cells', '200', '--publish', how, '--mqtt', other.broker.url];
    const child = new Child(binary, ['simulate', 'bms', ...options]);
    const cells = await other.open('/api/cell_stream');
    const whole = await cells.nextData((block) => block.data && JSON.parse(block.data).cells.length === 200);
    assert.ok(whole.min_mv > 2000 && whole.max_mv < 4500 && whole.delta_mv === whole.max_mv - whole.min_mv, how);
    assert.deepEqual(await child.stop(), { code: 0, signal: null });
    await other.stop();
  }
});

test('without a broker a simulator says so: exit code 69', async () => {
  const { code, err } = await sluice(['simulate', 'desk', '--mqtt', 'mqtt://127.0.0.1:1']);
  assert.equal(code, 69);
  assert.match(err, /127\.0\.0\.1:1/);
});

test('what a simulator cannot do is said: exit code 64', async () => {
  const complaint = async (...args) => {
    const { code, err } = await sluice(['simulate', ...args]);
    assert.equal(code, 64, err);
    return err.trim();
  };
  assert.equal(await complaint('tank'), "no device 'tank', expected one of: all battle bms desk orders scada");
  assert.equal(
    await complaint('desk', '--fault', 'leak@3s'),
    "desk cannot have the fault 'leak', expected one of: link_loss low_memory reboot sensor_failure stall",
  );
  assert.match(await complaint('desk', '--fault', 'stall'), /^--fault: fault 'stall' needs a name and a time: stall@30s/);
  assert.match(await complaint('desk', '--listen', '127.0.0.1:0'), /need --into pipeline$/);
  assert.match(await complaint('desk', '--into', 'pipeline', '--mqtt', 'mqtt://127.0.0.1:1'), /no broker between$/);
});

test('more devices than the system allows open files is said, with the remedy', async () => {
  const limited = 'ulimit -n 200; exec "$0" simulate desk --count 60';
  const { code, err } = await run('bash', ['-c', limited, binary]);
  assert.equal(code, 1, err);
  assert.equal(
    err.trim(),
    '60 devices need 244 open files, 3 each and some, but the limit is 200: raise it (ulimit -n 244), ' +
      'simulate at most 45, or use --into pipeline, which needs none',
  );
});

test('a fault cuts the link: the last will is told, and the desk comes back', async () => {
  const client = await world.open('/desks/c/events');
  const desks = simulate('desk', '--count', '3', '--fault', 'link_loss@2s+2s');
  await client.nextData((block) => block.event === 'error' && block.data.includes('WIFI_DISCONNECTED'));
  await client.nextData((block) => block.event === 'wifi_status' && JSON.parse(block.data).status === 'connected');
  assert.deepEqual(await desks.stop(), { code: 0, signal: null });
});

test('all simulators feed the gateway without a broker, and commands reach them', async (t) => {
  const folder = await folderOf({});
  await cp(path.join(root, 'mappings'), folder, { recursive: true });
  const orders = await readFile(path.join(folder, 'orders.yaml'), 'utf8');
  await writeFile(path.join(folder, 'orders.yaml'), orders.replaceAll(/^ *access: admin\n/gm, ''));
  const args = ['simulate', 'all', '--into', 'pipeline', '--listen', '127.0.0.1:0', '--mappings', folder];
  const child = new Child(binary, [...args, '--no-auto', '--tags', '45', '--rate', '5'], { cwd: root });
  t.after(async () => {
    if (!child.ended) child.signal('SIGKILL');
    await rm(folder, { recursive: true });
  });
  const base = await until('the gateway to listen', () => {
    if (child.ended) throw new Error(`it ended: ${child.err}`);
    return /listening on (http:\/\/\S+)/.exec(child.err)?.[1];
  });
  assert.equal((await fetch(`${base}/readyz`)).status, 200);
  assert.equal((await (await fetch(`${base}/api/status`)).json()).broker.url, 'simulated devices');

  const streams = {
    '/api/cell_stream?pack=p3': (block) => block.data && JSON.parse(block.data).cells?.length === 16,
    '/api/sse/stream?tags[]=line1_raw_level': (block) => block.event === 'data' && block.data.includes('"site":"s1"'),
    '/api/sse/stream?tags[]=line2/chlorine': (block) => block.event === 'data' && block.data.includes('"site":"s3"'),
    '/api/admin/stream/orders': 'new_order',
    '/battle/events': (block) => block.data?.includes('"battle_update"'),
  };
  for (const [stream, wanted] of Object.entries(streams)) {
    const client = await SseClient.open(base + stream);
    await client.next(wanted);
    client.close();
  }

  const desk = await SseClient.open(`${base}/events`);
  const post = (route, body) =>
    fetch(base + route, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
  assert.equal((await post('/desks/a/move', { height_cm: 80 })).status, 202);
  await desk.next((block) => block.event === 'status_change' && block.data.includes('"new_state":"MOVING_UP"'));
  const saved = await post('/preset/save', { slot: 4, label: 'Sofa', height_cm: 64 });
  assert.equal(saved.status, 200);
  assert.equal((await saved.json()).label, 'Sofa');
  desk.close();
  const status = await (await fetch(`${base}/api/status`)).json();
  assert.equal(status.failures, 0, await (await fetch(`${base}/mappings/errors`)).text());
  assert.deepEqual(await child.stop(), { code: 0, signal: null }, child.err);
  assertNoReport(child);
});

const text = (page, selector) => page.textContent(selector);

test('the desk page shows the desk, and moves it', async () => {
  const { page, complaints } = await openPage(browser, `${world.base}/desk`);
  await until('a height', async () => Number(await text(page, '#height')) > 50);
  await until('a curve', async () => Number(await page.getAttribute('#plot', 'data-points')) > 3);
  await until('the state', async () => (await text(page, '#status')) === 'Idle');
  await until('the network', async () => (await text(page, '#wifi-status')).startsWith('Connected: '));

  await page.fill('#move-height', '80');
  await page.click('#move button.main');
  await until('the movement', async () => (await text(page, '#status')).startsWith('Moving'));
  await until('the target', async () => (await text(page, '#target')) === 'to 80 cm');
  await until('the arrival', async () => (await text(page, '#status')) === 'Idle');
  assert.ok(Math.abs(Number(await text(page, '#height')) - 80) <= 2);

  await page.selectOption('#save-slot', '5');
  await page.fill('#save-label', '<b>Reading</b>');
  await page.click('#save button');
  await until('the preset', async () => (await page.locator('#preset-5').count()) === 1);
  assert.match(await text(page, '#preset-5'), /^5\. <b>Reading<\/b> \(\d+ cm\)$/);
  await page.reload();
  await until('the preset again', async () => (await page.locator('#preset-5').count()) === 1);
  await page.getByRole('button', { name: 'Delete preset 5' }).click();
  await until('its end', async () => (await page.locator('#preset-5').count()) === 0);

  const error = { error_code: 'LOW_MEMORY', message: 'heap below 50 KB', severity: 'warning', timestamp_ms: 5 };
  await world.publish('desk/a/error', error);
  await until('the alert', async () => (await text(page, '#alerts')).includes('Warning: heap below 50 KB'));
  assert.deepEqual(complaints, []);
  await page.context().close();
});

test('the cell monitor shows every cell, and which are balancing', async () => {
  const { page, complaints } = await openPage(browser, `${world.base}/cellmonitor`);
  await until('the cells', async () => (await page.locator('#map li').count()) === 16);
  assert.equal(await page.locator('#bars i').count(), 16);
  assert.match(await text(page, '#map li'), /^1\d{4} mV/);
  assert.ok(Number(await text(page, '#max')) >= Number(await text(page, '#min')));

  await world.publish('bms/p9/cells', { cells: [3300, 3310, 3320], bal: [false, false, true] });
  await page.selectOption('#packs', 'p9');
  await until('the other pack', async () => (await text(page, '#pack')) === 'p9');
  assert.equal(await text(page, '#delta'), '20');
  assert.equal(await text(page, '#map li.balancing'), '33320 mVbalancing');
  assert.deepEqual(complaints, []);
  await page.context().close();
});

for (const [what, options] of [
  ['a phone', { viewport: { width: 360, height: 740 }, colorScheme: 'light' }],
  ['a dark desktop', { viewport: { width: 1400, height: 900 }, colorScheme: 'dark' }],
]) {
  test(`the pages fit ${what}, need no pointer, and load nothing from elsewhere`, async () => {
    for (const path of ['/', '/desk', '/cellmonitor']) {
      const { page, complaints } = await openPage(browser, undefined, options);
      const asked = [];
      page.on('request', (request) => asked.push(request.url()));
      await page.goto(world.base + path);
      await until('live data', async () => /\d/.test(await text(page, 'main')));
      const { wide, unnamed, back } = await page.evaluate(() => ({
        wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
        unnamed: [...document.querySelectorAll('button, input, select')].filter(
          (e) => !(e.textContent.trim() || e.getAttribute('aria-label') || e.labels?.length),
        ).length,
        back: getComputedStyle(document.body).backgroundColor,
      }));
      assert.equal(wide, 0, `${path} scrolls sideways by ${wide} px`);
      assert.equal(unnamed, 0, `${path} has a control without a name`);
      assert.equal(back, options.colorScheme === 'dark' ? 'rgb(18, 21, 27)' : 'rgb(246, 247, 249)');
      await page.keyboard.press('Tab');
      assert.ok(['A', 'BUTTON', 'SELECT'].includes(await page.evaluate(() => document.activeElement.tagName)), path);
      assert.ok(asked.every((url) => url.startsWith(world.base)), asked.join());
      assert.deepEqual(complaints, []);
      await page.context().close();
    }
  });
}
