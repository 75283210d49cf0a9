// chapter: long, other programs
// Chapter 17: the JavaScript of the users' five documents, unchanged, in Chromium and in Firefox. Each page shows its
// data; documents/ has the scripts as they stand, and what each document leaves to its reader in given.js.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Chromium } from './support/chromium.mjs';
import { cellsStory, comebackStory, deskStory } from './support/document_stories.mjs';
import { Firefox } from './support/firefox.mjs';
import { sluice } from './support/gateway.mjs';
import { until } from './support/until.mjs';
import { World } from './support/world.mjs';

const PASSWORD = 'correct horse battery';

let options;
let world;
before(async () => {
  const { out } = await sluice(['token', 'password'], { input: PASSWORD });
  const config = `access: {users: {alice: {role: admin, password: "${out.trim()}"}}}\n`;
  const pages = fileURLToPath(new URL('documents', import.meta.url));
  options = { config, args: ['--web-root', pages] };
  world = await World.start(options);
});
after(() => world?.stop());

for (const Browser of [Chromium, Firefox]) {
  describe(Browser.name, () => {
    let browser;
    before(async () => (browser = await Browser.launch()));
    after(() => browser?.close());

    /** The page of that document: what it has `seen`, its elements' texts, and a wait for a fact about both. */
    async function open(name) {
      const page = await browser.open(`${world.base}/${name}`);
      const state = async () => {
        const [seen, texts] = await page.evaluate(
          '[seen, Object.fromEntries([...document.querySelectorAll("[id]")].map((e) => [e.id, e.textContent]))]',
        );
        return { ...seen, text: (id) => texts[id] };
      };
      const sees = (what, fact) => until(what, async () => fact(await state()));
      return { page, sees, close: () => page.close() };
    }

    test('the desk shows height, state, presets, network and errors', async () => {
      const { sees, close } = await open('desk');
      await deskStory(world, sees);
      await close();
    });

    for (const [name, how] of [
      ['cells', 'by its stream'],
      ['cells-polled', 'by polling, as before it'],
    ]) {
      test(`the cell monitor renders each new array, ${how}`, async () => {
        const { sees, close } = await open(name);
        await cellsStory(world, sees);
        await close();
      });
    }

    test('the chart gets the values of its tags', async () => {
      const { sees, close } = await open('scada');
      await sees('the connection', ({ logged }) => logged.includes('SSE connected'));
      for (const value of [21.5, 23.5]) {
        await world.publish('scada/s1/temperature', String(value));
        await world.publish('scada/s1/flow', String(value)); // no tag of this page
        await sees(`${value}`, ({ points }) => points.at(-1)?.value === value);
      }
      await sees('no other tag', ({ points }) => points.every(({ tag }) => tag === 'temperature'));
      await close();
    });

    test("the chart document's line for the browser's console connects", async () => {
      const { page, close } = await open('scada-console');
      await until('the connection', async () => (await page.evaluate('eventSource.readyState')) === 1);
      await close();
    });

    test('the order dashboard gets orders and their updates after a login, and nothing before', async () => {
      const stranger = await open('orders');
      await stranger.sees('the refusal', ({ errors }) => errors > 0);
      const login = `fetch('/login', {method: 'POST', body: new URLSearchParams({user: 'alice', password: '${PASSWORD}'})})`;
      assert.equal(await stranger.page.evaluate(`${login}.then((answer) => answer.status)`), 204);
      await stranger.close();

      const { sees, close } = await open('orders');
      await sees('the connection', ({ logged }) => logged.some((text) => text.endsWith('Connected to real-time updates')));
      const id = `${Browser.name}-1`;
      await world.publish(`shop/orders/${id}`, { totalAmount: 50.0, status: 'PENDING' }, { retain: true });
      await sees('the new order', ({ list }) => list.some((order) => order.id === id && order.totalAmount === 50));
      await sees('its notification', ({ notifications }) => notifications.includes(`New order #${id}`));
      await world.publish(`shop/orders/${id}`, { totalAmount: 50.0, status: 'CONFIRMED' }, { retain: true });
      await sees('the update', ({ statuses }) => statuses[id] === 'CONFIRMED');
      await close();
    });

    test('the game follows state, battles and notifications where no WebSocket gets through', async () => {
      const game = `g-${Browser.name}`;
      await world.publish(`game/${game}/state/party`, { hp: 10 }, { retain: true });
      const { sees, close } = await open(`battle?game=${game}`);
      await sees('the transport', ({ logged }) => logged.includes('Connected using sse'));
      await sees('the state on connecting', ({ states }) => states.some((one) => one.game === game && one.state.party.hp === 10));
      await world.publish(`game/${game}/state/party`, { hp: 9 }, { retain: true });
      await sees('its change', ({ states }) => states.some((one) => one.game === game && one.state.party.hp === 9));
      await world.publish(`game/${game}/battle`, { round: 1, log: ['hit'], finished: false });
      await sees('the battle', ({ battles }) => battles.some((one) => one.game === game && one.log[0] === 'hit'));
      await world.publish('game/notify', { level: 'info', text: `to all of ${game}` });
      await sees('the notification', ({ notifications }) => notifications.some(({ text }) => text === `to all of ${game}`));
      await sees('no message of a kind unknown to it', ({ warned }) => warned.every((text) => !text.startsWith('Unknown')));
      await close();
    });

    test('the game falls back to polling where no stream gets through either', async () => {
      const { sees, close } = await open('battle?streams=none');
      await sees('the transport', ({ logged }) => logged.includes('Connected using polling'));
      await world.publish(`game/p-${Browser.name}/state/map`, { zone: 3 }, { retain: true });
      await sees('the state', ({ states }) => states.at(-1)?.game === `p-${Browser.name}`);
      await close();
    });

    test('the desk comes back by itself when the gateway does', async () => {
      const { sees, close } = await open('desk');
      await comebackStory(world, sees, () => world.restartGateway(options));
      await close();
    });
  });
}
