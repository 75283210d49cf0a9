// Six programs that read event streams, each as its users would write it: open(url, names) resolves to {seen, close},
// where seen() lists [type, data, last event ID] of every event so far. `names`: the events that somebody listens for.

import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { EventSource as NpmEventSource } from 'eventsource';
import { createEventSource } from 'eventsource-client';
import { EventSource as UndiciEventSource } from 'undici';
import { openPage } from './browser.mjs';
import { StrictEventStream } from './strict_event_stream.mjs';

/** Those with the browsers' interface. `error` also names their own trouble, which has no data. */
const byEventSource = (EventSource) => async (url, names) => {
  const list = [];
  const source = new EventSource(url);
  const listen = (event) => event.data === undefined || list.push([event.type, event.data, event.lastEventId]);
  for (const name of names) source.addEventListener(name, listen);
  return { seen: () => list, close: () => source.close() };
};

/** Tells an event's own id only; the position is the source's. */
async function byEventSourceClient(url) {
  const list = [];
  const onMessage = ({ event, data }) => list.push([event ?? 'message', data, source.lastEventId ?? '']);
  const source = createEventSource({ url, onMessage });
  return { seen: () => list, close: () => source.close() };
}

async function byCurl(url) {
  const stream = new StrictEventStream();
  const curl = spawn('curl', ['-sN', url], { stdio: ['ignore', 'pipe', 'inherit'] });
  let fault = null;
  curl.stdout.on('data', (bytes) => {
    try {
      stream.take(bytes);
    } catch (error) {
      fault ??= error;
    }
  });
  const seen = () => {
    if (fault) throw fault;
    return stream.seen;
  };
  const close = () => new Promise((resolve) => (curl.on('close', resolve), curl.kill()));
  return { seen, close };
}

const FOLDER = path.dirname(createRequire(import.meta.url).resolve('@microsoft/fetch-event-source/package.json'));
const MODULE = '/fetch-event-source/';

/** A page of the gateway's origin, in a window of its own: a browser has six connections a host. */
async function pageOf(browser, url) {
  const { page } = await openPage(browser);
  const { origin } = new URL(url);
  await page.route(`${origin}/clients.html`, (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }));
  // The package's modules import each other without an extension, as bundlers like it.
  await page.route(`${origin}${MODULE}*`, (route) => {
    const name = path.basename(new URL(route.request().url()).pathname, '.js');
    return route.fulfill({ contentType: 'text/javascript', path: path.join(FOLDER, 'lib/esm', `${name}.js`) });
  });
  await page.goto(`${origin}/clients.html`);
  return page;
}

const inPage = async (browser, url, open, given) => {
  const page = await pageOf(browser, url);
  await page.evaluate(open, { url, ...given });
  let list = [];
  const seen = async () => {
    list = list.concat(await page.evaluate((from) => globalThis.list.slice(from), list.length));
    return list;
  };
  return { seen, close: () => page.context().close() };
};

const byChromium = (browser) => (url, names) =>
  inPage(
    browser,
    url,
    ({ url: address, names: all }) => {
      globalThis.list = [];
      const source = new EventSource(address);
      const listen = (event) => event.data === undefined || list.push([event.type, event.data, event.lastEventId]);
      for (const name of all) source.addEventListener(name, listen);
    },
    { names },
  );

/** It also tells what is no event: a block without data, such as a comment's. And it tells an event's own id only. */
const byFetchEventSource = (browser) => (url) =>
  inPage(
    browser,
    url,
    async ({ url: address, module }) => {
      const { fetchEventSource } = await import(module);
      globalThis.list = [];
      let position = '';
      const onmessage = ({ event, data, id }) => {
        if (event === '' && data === '' && id === '') return;
        position = id || position;
        list.push([event || 'message', data, position]);
      };
      fetchEventSource(address, { onmessage, openWhenHidden: true });
    },
    { module: `${MODULE}index.js` },
  );

/** {name: open}. */
export const clients = (browser) => ({
  "Chromium's EventSource": byChromium(browser),
  'npm eventsource': byEventSource(NpmEventSource),
  undici: byEventSource(UndiciEventSource),
  'eventsource-client': byEventSourceClient,
  '@microsoft/fetch-event-source': byFetchEventSource(browser),
  'curl and the standard': byCurl,
});
