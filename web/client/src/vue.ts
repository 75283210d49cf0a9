// The client in Vue: state and newest values as refs, for as long as the component lives.

import { type ComputedRef, computed, onScopeDispose, type ShallowRef, shallowRef } from 'vue';
import type { Client, Snapshot } from './client';

/** State, reason, transport and the newest data by event name. */
export function useClient<Events extends object>(client: Client<Events>): Readonly<ShallowRef<Snapshot<Events>>> {
  const now = shallowRef(client.getSnapshot());
  onScopeDispose(client.subscribe(() => (now.value = client.getSnapshot())));
  return now;
}

/** The newest data of one event; undefined until it came. */
export function useEvent<Events extends object, Name extends keyof Events>(
  client: Client<Events>,
  name: Name,
): ComputedRef<Events[Name] | undefined> {
  const now = useClient(client);
  return computed(() => now.value.events[name]);
}
