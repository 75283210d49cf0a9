// What the application holds: listeners by event name, and a store of the newest values and the connection's state.

import { isSeen, type Parameters, query, whole } from './place';
import { alone, shared } from './share';
import type { Condition, Settings, State, StreamEvent, Told, ToHub, ToTab, Transport, Wishes } from './types';

export interface Options {
  /** The gateway's address; the page's own origin when absent. */
  url?: string;
  /** Public names of streams, with their parameters: `['desk']`, `{scada: {tags: ['level'], interval: 'minute'}}`. */
  streams: string | readonly string[] | Readonly<Record<string, Parameters>>;
  /** Gives a bearer token, asked before each connection. Without it the login's cookie counts. */
  auth?: () => string | Promise<string>;
  /** The transports to try, best first; `auto` is WebSocket (for one stream alone), Server-Sent Events, polling. */
  transport?: 'auto' | Transport | readonly Transport[];
  /**
   * One connection for all tabs: by default, unless there is `auth`. With `auth` give a text that stands for the user:
   * clients with the same text share a connection, opened with the token of either.
   */
  share?: boolean | string;
  /** The address of tabs.js, which `share` needs; found by itself beside client.js. */
  tabs?: string;
  /** ms between heartbeats, until the client has learnt it. */
  heartbeat?: number;
  /** By stream, the event that its poll's bare data stand for (`poll: {as: data}` and `as: latest`). */
  polled?: Readonly<Record<string, string>>;
  /** ms between two polls that wait for nothing. */
  every?: number;
  /** ms until a better transport is tried again the first time. */
  probe?: number;
}

/** The newest of what is known; another object after each change, the same until then. */
export interface Snapshot<Events extends object> extends Condition {
  /** The newest data by event name. */
  readonly events: Readonly<Partial<Events>>;
}

export type Listener<Data> = (data: Data, event: StreamEvent<Data>) => void;
type Known<Events extends object> = Omit<Told, keyof Events> & Events;
type Name<Events extends object> = keyof Known<Events> & string;

/** `Events` is the interface of that name that `sluice types --lang ts` prints. */
export interface Client<Events extends object = Record<string, unknown>> {
  /** Calls for each event of that name, `height_update`, or of one stream's, `desk.height_update`; ends when called. */
  on<N extends Name<Events>>(name: N, listener: Listener<Known<Events>[N]>): () => void;
  on<N extends Name<Events>>(name: `${string}.${N}`, listener: Listener<Known<Events>[N]>): () => void;
  once<N extends Name<Events>>(name: N, listener: Listener<Known<Events>[N]>): () => void;
  once<N extends Name<Events>>(name: `${string}.${N}`, listener: Listener<Known<Events>[N]>): () => void;
  off<N extends Name<Events>>(name: N | `${string}.${N}`, listener: Listener<never>): void;
  /** Calls after changes of the snapshot, once for all that came together; ends when called. */
  subscribe(changed: () => void): () => void;
  getSnapshot(): Snapshot<Events>;
  readonly state: State;
  /** Why the state is what it is, in words. */
  readonly reason: string;
  readonly transport: Transport | undefined;
  close(): void;
}

const AUTO: readonly Transport[] = ['websocket', 'sse', 'polling'];
const REMEMBERED_MS = 3_600_000;

function wishesOf(streams: Options['streams']): Wishes {
  const list = typeof streams === 'string' ? [streams] : streams;
  const pairs = Array.isArray(list) ? list.map((name) => [name, {}]) : Object.entries(list);
  if (!pairs.length) throw new Error('name a stream');
  return Object.fromEntries(pairs.map(([name, parameters]) => [name, query(parameters)]).sort());
}

/** The transport that last got through to that gateway from here, not long ago. */
const remembered = (base: string): Transport | undefined => {
  try {
    const { transport, at } = JSON.parse(localStorage.getItem(`sluice ${base}`)!);
    return Date.now() - at < REMEMBERED_MS ? transport : undefined;
  } catch {
    return undefined;
  }
};

const remember = (base: string, transport: Transport) => {
  try {
    localStorage.setItem(`sluice ${base}`, JSON.stringify({ transport, at: Date.now() }));
  } catch {
    // Without storage the next page finds out by itself.
  }
};

export function createClient<Events extends object = Record<string, unknown>>(options: Options): Client<Events> {
  const { auth, share = !auth, transport = 'auto' } = options;
  const page = globalThis.location?.origin;
  const base = new URL(options.url ?? '/', page).href.replace(/[/?#]+$/, '');
  const settings: Settings & { share: string | boolean } = {
    base,
    order: [...(transport === 'auto' ? AUTO : [transport].flat())] as Transport[],
    heartbeat: options.heartbeat ?? 30_000,
    token: !!auth,
    every: options.every ?? 2000,
    probe: options.probe ?? 15_000,
    share,
  };
  const wishes = wishesOf(options.streams);

  const listeners = new Map<string, Set<Listener<never>>>();
  const watchers = new Set<() => void>();
  let condition: Condition = { state: 'connecting', reason: '', transport: undefined };
  let events: Record<string, unknown> = {};
  let snapshot: Snapshot<Events> | undefined;
  let position = ''; // all up to here was told
  let joined = ''; // the same, when the hub in use was joined
  let isTelling = false;

  function changed(): void {
    snapshot = undefined;
    if (isTelling) return;
    isTelling = true;
    queueMicrotask(() => {
      isTelling = false;
      for (const watcher of [...watchers]) guarded(watcher);
    });
  }

  function become(now: Condition): void {
    if (condition.state === 'closed' || JSON.stringify(now) === JSON.stringify(condition)) return;
    condition = now;
    if (now.transport && /^(open|fallback)$/.test(now.state)) remember(base, now.transport);
    changed();
  }

  function tell(event: StreamEvent): void {
    const { type, stream, data, id } = event;
    if (id && isSeen(id, joined)) return;
    events = { ...events, [type]: data };
    changed();
    for (const name of [type, `${stream}.${type}`]) {
      for (const listener of [...(listeners.get(name) ?? [])]) guarded(listener as Listener<unknown>, data, event);
    }
  }

  const joining = (): ToHub => {
    joined = whole(position);
    return { say: 'join', wishes, position: joined, start: remembered(base), bare: options.polled };
  };

  const take = async (message: ToTab) => {
    if (condition.state === 'closed') return;
    if (message.say === 'condition') return become(message.condition);
    if (message.say === 'token') return send({ say: 'token', token: await auth!() });
    for (const event of message.events) tell(event);
    position = message.position;
  };
  // Another's bundle is no worker of ours: there the address must be told.
  const script = options.tabs ?? (/\/client\.js$/.test(import.meta.url) && new URL('tabs.js', import.meta.url).href);
  const send = share && script ? shared(settings, script, joining, take, auth!) : alone(settings, take, auth!);

  const world = globalThis as Partial<Pick<Window, 'addEventListener'>>;
  const ended = new AbortController();
  const happenings: Record<string, (event: Event) => void> = {
    online: () => send({ say: 'network', online: true }),
    offline: () => send({ say: 'network', online: false }),
    // The tab goes away, or into the cache of pages, and perhaps comes back.
    pagehide: () => send({ say: 'leave' }),
    pageshow: (event) => (event as PageTransitionEvent).persisted && send(joining()),
    // Timers slept: look at once.
    visibilitychange: () => document.hidden || !navigator.onLine || send({ say: 'network', online: true }),
  };
  for (const name in happenings) world.addEventListener?.(name, happenings[name]!, ended);
  send(joining());

  const client: Client<Events> = {
    on(name: string, listener: Listener<never>) {
      if (!listeners.has(name)) listeners.set(name, new Set());
      listeners.get(name)!.add(listener);
      return () => client.off(name as never, listener);
    },
    once(name: string, listener: Listener<never>) {
      const end = client.on(name as never, ((data: never, event: never) => (end(), listener(data, event))) as never);
      return end;
    },
    off: (name, listener) => void listeners.get(name)?.delete(listener),
    subscribe(watcher) {
      watchers.add(watcher);
      return () => void watchers.delete(watcher);
    },
    getSnapshot: () => (snapshot ??= { ...condition, events: events as Partial<Events> }),
    get state() {
      return condition.state;
    },
    get reason() {
      return condition.reason;
    },
    get transport() {
      return condition.transport;
    },
    close() {
      if (condition.state === 'closed') return;
      ended.abort();
      send({ say: 'leave' });
      become({ state: 'closed', reason: '', transport: undefined });
      listeners.clear();
    },
  };
  return client;
}

/** A fault of the application's is its own: it is reported, and the next listener has its turn. */
function guarded<Given extends unknown[]>(call: (...given: Given) => void, ...given: Given): void {
  try {
    call(...given);
  } catch (error) {
    (globalThis.reportError ?? console.error)(error);
  }
}
