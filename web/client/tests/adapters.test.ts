// The adapters in their frameworks.

import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { expect, test } from 'vitest';
import { effectScope } from 'vue';
import type { Client, Snapshot } from '../src/client';
import * as react from '../src/react';
import * as svelte from '../src/svelte';
import * as vue from '../src/vue';

interface Events {
  height: { cm: number };
}

/** A client of which only the store is there. */
function store() {
  let now: Snapshot<Events> = { state: 'connecting', reason: '', transport: undefined, events: {} };
  const watchers = new Set<() => void>();
  const client = {
    subscribe: (watcher: () => void) => (watchers.add(watcher), () => void watchers.delete(watcher)),
    getSnapshot: () => now,
  } as unknown as Client<Events>;
  const become = (next: Partial<Snapshot<Events>>) => {
    now = { ...now, ...next };
    for (const watcher of watchers) watcher();
  };
  return { client, become, watchers };
}

test('React', () => {
  const { client, become } = store();
  become({ state: 'open', events: { height: { cm: 95 } } });
  const Page = () => `${react.useClient(client).state}: ${react.useEvent(client, 'height')?.cm} cm`;
  expect(renderToString(createElement(Page))).toBe('open: 95 cm');
});

test('Vue', () => {
  const { client, become, watchers } = store();
  const scope = effectScope();
  const { now, height } = scope.run(() => ({ now: vue.useClient(client), height: vue.useEvent(client, 'height') }))!;
  expect([now.value.state, height.value]).toEqual(['connecting', undefined]);
  become({ state: 'open', events: { height: { cm: 95 } } });
  expect([now.value.state, height.value?.cm]).toEqual(['open', 95]);
  scope.stop();
  expect(watchers.size).toBe(0);
});

test('Svelte', () => {
  const { client, become, watchers } = store();
  const seen: unknown[] = [];
  const end = svelte.eventStore(client, 'height').subscribe((height) => seen.push(height?.cm));
  const states: string[] = [];
  svelte.clientStore(client).subscribe(({ state }) => states.push(state));
  become({ state: 'open' });
  become({ events: { height: { cm: 95 } } });
  expect(seen).toEqual([undefined, 95]);
  expect(states).toEqual(['connecting', 'open', 'open']);
  end();
  expect(watchers.size).toBe(1);
});
