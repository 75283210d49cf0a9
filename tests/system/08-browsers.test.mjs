// Chapter 8: the JavaScript of the users' documents, unchanged, in a browser and in node.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { EventSource } from 'eventsource';
import { launch, openPage } from './support/browser.mjs';
import { until } from './support/until.mjs';
import { World } from './support/world.mjs';

const document_ = (name) => readFile(new URL(`documents/${name}`, import.meta.url), 'utf8');
let world;
let browser;
before(async () => {
  world = await World.start();
  browser = await launch();
});
after(async () => {
  await browser.close();
  await world.stop();
});

/** Runs a document's script with npm's eventsource; {seen, elements, close}. */
async function runInNode(name) {
  const sources = [];
  const seen = { notifications: [], alerts: [], disabled: 0, packs: [], thrown: [] };
  class Here extends EventSource {
    constructor(path) {
      super(world.base + path);
      sources.push(this);
    }
    // The document's 'error' listener throws when it meets EventSource's own error, which has no data. A browser
    // reports that and goes on; node would end.
    addEventListener(type, listener) {
      super.addEventListener(type, (event) => {
        try {
          listener(event);
        } catch (error) {
          seen.thrown.push(error);
        }
      });
    }
  }
  const elements = {};
  const page = { getElementById: (id) => (elements[id] ??= { textContent: '', disabled: true }) };
  const given = {
    EventSource: Here,
    document: page,
    console: { log() {}, error() {} },
    showNotification: (text) => seen.notifications.push(text),
    showAlert: (...alert) => seen.alerts.push(alert),
    disableMovementControls: () => (seen.disabled += 1),
    renderCells: (data) => seen.packs.push(data),
  };
  new Function(...Object.keys(given), await document_(name))(...Object.values(given));
  return {
    state: async () => ({ ...seen, text: (id) => elements[id]?.textContent }),
    close: () => sources.forEach((source) => source.close()),
  };
}

/** Runs it in Chromium, on a page of the gateway's origin. */
async function runInChromium(name) {
  const { page } = await openPage(browser);
  const body = (await document_('page.html')) + `<script>${await document_(name)}</script>`;
  await page.route('**/document.html', (route) => route.fulfill({ contentType: 'text/html', body }));
  await page.goto(`${world.base}/document.html`);
  const state = async () => {
    const { seen, texts } = await page.evaluate(() => ({
      seen,
      texts: Object.fromEntries([...document.querySelectorAll('[id]')].map((e) => [e.id, e.textContent])),
    }));
    return { ...seen, text: (id) => texts[id] };
  };
  return { state, close: () => page.context().close() };
}

for (const [where, runIn] of [
  ['npm eventsource', runInNode],
  ['Chromium', runInChromium],
]) {
  test(`the desk document's client works in ${where}`, async () => {
    const client = await runIn('desk.js');
    const sees = (what, fact) => until(what, async () => fact(await client.state()));
    await sees('the connection', (state) => state.text('connection-status') === 'Connected');

    await world.publish('desk/a/range', { raw_mm: 1050, timestamp_ms: 1 });
    await sees('the height', (state) => state.text('height') > 90 && String(state.text('raw')) === '1050');
    await world.publish('desk/a/state', { state: 'MOVING_UP', target_cm: 110, timestamp_ms: 2 });
    await sees('the movement', (state) => state.text('status') === 'MOVING_UP');
    await world.publish('desk/a/state', { state: 'IDLE', timestamp_ms: 3 });
    await sees('its end', (state) => state.notifications.some((text) => /^Height reached: \d+ cm$/.test(text)));
    await world.publish('desk/a/preset/2', { label: 'Standing', height_cm: 110, action: 'saved' });
    await sees('the preset', (state) => state.text('preset-2') === 'Standing (110 cm)');
    const wifi = { status: 'connected', ssid: 'MyNetwork', ip_address: '10.0.0.2', rssi_dbm: -65, timestamp_ms: 4 };
    await world.publish('desk/a/wifi', wifi);
    await sees('the network', (state) => state.text('wifi-status') === 'Connected: MyNetwork (-65 dBm)');
    const error = { error_code: 'SENSOR_FAILURE', message: 'not responding', severity: 'critical', timestamp_ms: 5 };
    await world.publish('desk/a/error', error);
    await sees('the error', (state) => state.disabled > 0 && state.alerts.some(([text]) => text === 'not responding'));
    await world.publish('desk/a/wifi', { ...wifi, status: 'disconnected' });
    await sees('its loss', (state) => state.text('wifi-status') === 'Disconnected');
    await client.close();
  });

  test(`the cell monitor document's client works in ${where}`, async () => {
    const client = await runIn('cells.js');
    const shows = (mv) => until(`${mv} mV`, async () => (await client.state()).packs.at(-1)?.cells[0] === mv);
    for (const mv of [3312, 3313, 3314]) {
      await world.publish('bms/p1/cells', { cells: [mv, 3300], bal: [false, true] });
      await shows(mv);
    }
    await client.close();
  });

  test(`the desk document's client in ${where} comes back by itself when the gateway does`, async () => {
    const client = await runIn('desk.js');
    const sees = (what, fact) => until(what, async () => fact(await client.state()));
    await sees('the connection', (state) => state.text('connection-status') === 'Connected');
    await world.restartGateway();
    await sees('the connection again', (state) => state.text('connection-status') === 'Connected');
    await world.publish('desk/a/range', { raw_mm: 1250, timestamp_ms: 9 });
    await sees('the height', (state) => String(state.text('raw')) === '1250');
    await client.close();
  });
}
