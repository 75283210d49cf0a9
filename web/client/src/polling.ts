// The last way to the events, a file of its own: few pages ever need it.

import { ownAddress, withQuery } from './place';
import type { get as Get, Listener } from './transports';
import type { Settings, Wishes } from './types';

const WAIT_S = 25;

/** The newest values again and again; one stream alone is asked to answer when there is something new. */
export async function polling(
  wishes: Wishes,
  settings: Settings,
  on: Listener,
  get: typeof Get,
): Promise<void> {
  const names = Object.keys(wishes);
  const isOne = names.length === 1;
  const after: Record<string, string> = {};
  for (;;) {
    let next = Date.now() + settings.every;
    for (const name of names) {
      const known = after[name];
      const url = withQuery(
        ownAddress(settings.base, name, wishes, '/latest'),
        known && `after=${known}`,
        known && isOne && `wait=${WAIT_S}s`,
      );
      const response = await get(url, '*/*', on);
      const list = response.status === 200 ? [await response.json()].flat() : [];
      after[name] = response.headers.get('Sluice-Last-Event-ID') ?? '';
      on.alive();
      if (list.length && isOne) next = 0;
      for (const one of list) {
        // `as: events` lists say what they are; bare data do not.
        if (one?.event && one.id) on.block(one.event, one.data, one.id, { key: one.key, time: one.time, stream: name });
        else on.block(settings.bare?.[name] ?? 'message', one, undefined, { stream: name });
      }
    }
    on.block('checkpoint', '', after[names[0]!]);
    on.flush();
    await new Promise((resolve) => setTimeout(resolve, Math.max(200, next - Date.now())));
    if (on.signal.aborted) return;
  }
}
