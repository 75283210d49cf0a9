// The client in Svelte: state and newest values as stores, read with `$`.

import type { Client, Snapshot } from './client';

export interface Store<Value> {
  subscribe(run: (value: Value) => void): () => void;
}

const store = <Value>(client: Client<never>, read: () => Value): Store<Value> => ({
  subscribe(run) {
    let last = read();
    run(last);
    return client.subscribe(() => {
      const now = read();
      if (now !== last) run((last = now));
    });
  },
});

/** State, reason, transport and the newest data by event name. */
export const clientStore = <Events extends object>(client: Client<Events>): Store<Snapshot<Events>> =>
  store(client as unknown as Client<never>, client.getSnapshot);

/** The newest data of one event; undefined until it came. */
export const eventStore = <Events extends object, Name extends keyof Events>(
  client: Client<Events>,
  name: Name,
): Store<Events[Name] | undefined> =>
  store(client as unknown as Client<never>, () => client.getSnapshot().events[name]);
