// chapter: other programs
// Chapter 8: the JavaScript of the users' documents, unchanged, in node with npm's eventsource. (17: in browsers.)

import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { EventSource } from 'eventsource';
import { cellsStory, comebackStory, deskStory } from './support/document_stories.mjs';
import { until } from './support/until.mjs';
import { World } from './support/world.mjs';

const document_ = (name) => readFile(new URL(`documents/dashboards/${name}/client.js`, import.meta.url), 'utf8');
let world;
before(async () => (world = await World.start()));
after(() => world.stop());

/** Runs a document's script; {state, close}. */
async function runIt(name) {
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
    state: () => ({ ...seen, text: (id) => elements[id]?.textContent }),
    close: () => sources.forEach((source) => source.close()),
  };
}

for (const [title, name, story] of [
  ["the desk document's client works", 'desk', deskStory],
  ["the cell monitor document's client works", 'cells', cellsStory],
  [
    "the desk document's client comes back by itself when the gateway does",
    'desk',
    (_, sees) => comebackStory(world, sees, () => world.restartGateway()),
  ],
]) {
  test(title, async () => {
    const { state, close } = await runIt(name);
    await story(world, (what, fact) => until(what, () => fact(state())));
    close();
  });
}
