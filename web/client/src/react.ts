// The client in React: state and newest values as hooks.

import { useSyncExternalStore } from 'react';
import type { Client, Snapshot } from './client';

/** State, reason, transport and the newest data by event name. */
export const useClient = <Events extends object>(client: Client<Events>): Snapshot<Events> =>
  useSyncExternalStore(client.subscribe, client.getSnapshot, client.getSnapshot);

/** The newest data of one event; undefined until it came. */
export function useEvent<Events extends object, Name extends keyof Events>(
  client: Client<Events>,
  name: Name,
): Events[Name] | undefined {
  const newest = () => client.getSnapshot().events[name];
  return useSyncExternalStore(client.subscribe, newest, newest);
}
