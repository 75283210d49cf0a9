// One lasting link to the gateway: some streams, one connection at a time, made again for as long as it is wanted.

import { Connection, type Owner } from './connection';
import { isSeen, joinedAddress, ownAddress, whole, withQuery } from './place';
import type { Condition, Settings, State, StreamEvent, Told, Transport, Wishes } from './types';

export interface LinkListener {
  events(events: StreamEvent[]): void;
  condition(condition: Condition): void;
  /** A token of the page that shows these streams. */
  token(): string | Promise<string>;
}

const TRY_MS = 2000; // for one of several transports, so that the last one still has its turn within 5 s
const LAST_TRY_MS = 10_000;
const LONGEST_PAUSE = 30_000;
const LONGEST_PROBE = 300_000;
const MOST_POLLED = 10_000; // ids kept
const CONTROLS = /^(gap|checkpoint|source|expired)$/;

interface Envelope {
  type: string;
  timestamp: number;
  key?: unknown;
  data?: unknown;
}

export class Link implements Owner {
  heartbeat: number;
  beats = false;
  retry = 1000 + Math.random() * 2000; // until the gateway says one
  condition: Condition = { state: 'connecting', reason: '', transport: undefined };
  /** Serves only those with the same wishes. */
  alone = false;
  isClosed = false;
  #connection: Connection | undefined;
  #better: Connection | undefined; // opened while a worse one was in use: takes over
  #probing: ReturnType<typeof setTimeout> | undefined;
  #prober: Connection | undefined;
  #batch: StreamEvent[] = [];
  #seen: Record<string, string> = {}; // stream -> newest id
  #polled = new Set<string>(); // ids that polls brought before the stream did
  #at: number;
  #wake: () => void = () => {};
  #strikes = 0;
  #isCutOff = false; // the gateway, from its broker
  #online = true;
  #held: StreamEvent[] | undefined; // what is live while a snapshot is fetched
  #pause: ReturnType<typeof setTimeout> | undefined;
  #moment: Link | undefined;

  constructor(
    readonly settings: Settings,
    public wishes: Wishes,
    public position: string,
    private readonly on: LinkListener,
    start?: Transport,
  ) {
    this.heartbeat = settings.heartbeat;
    this.#at = Math.max(0, settings.order.indexOf(start!));
  }

  get #names(): string[] {
    return Object.keys(this.wishes);
  }

  get #isOne(): boolean {
    return !this.#names[1];
  }

  /** Other streams from now on; who joins has seen all up to `position`. Nothing is lost or doubled. */
  want(wishes: Wishes, position = ''): void {
    if (JSON.stringify(wishes) === JSON.stringify(this.wishes)) return;
    // Parts of an event are counted in the streams asked for.
    this.position = whole(this.position);
    for (const name in wishes) if (!(name in this.wishes) && position) this.#seen[name] = position;
    if (position && isSeen(position, this.position)) this.position = position;
    this.wishes = wishes;
    this.#connection?.end(AGAIN);
  }

  /** The browser says that there is a network again, or none. It may be wrong about this gateway, so that is tried. */
  network(online: boolean): void {
    this.#online = online;
    if (!online) this.#connection?.end('the browser is offline');
    this.#connection?.check();
    this.#wake();
  }

  /** For good; told only with a reason. */
  close(reason = ''): void {
    this.isClosed = true;
    if (reason) this.#say('closed', reason, undefined);
    this.#stopProbing();
    clearTimeout(this.#pause);
    this.#moment?.close();
    this.#connection?.end(reason);
    this.#wake();
  }

  async run(): Promise<void> {
    const { order } = this.settings;
    let failures = 0;
    let hasRenewed = false; // the token, since the last connection
    while (!this.isClosed) {
      if (!this.#serves(this.#at)) this.#at++;
      const isLast = this.#at === order.length - 1;
      const mine = this.#better ?? new Connection(this, order[this.#at]!, isLast ? LAST_TRY_MS : TRY_MS);
      this.#better = undefined;
      this.#connection = mine;
      await mine.ended;
      const { isOpen, reason, response } = mine;
      const status = response?.status ?? 0;
      if (this.#better) {
        this.#at = order.indexOf((this.#better as Connection).kind);
        continue;
      }
      if (isOpen) {
        failures = 0;
        hasRenewed = false;
      }
      if (reason === AGAIN) continue;
      if (status === 401 && this.settings.token && !hasRenewed) {
        hasRenewed = true;
        continue;
      }
      if (status >= 400 && status < 500 && ![408, 425, 429].includes(status)) return this.close(reason);

      if (mine.isStale) {
        // A proxy that collects what it passes on looks like this.
        if (this.condition.state === 'stale' && ++this.#strikes > 1 && !isLast) {
          this.#strikes = 0;
          this.#at++;
        }
        continue;
      }
      const after = response?.headers.get('Retry-After');
      let pause = this.retry;
      if (!isOpen) {
        // An error that a server tells is not the transport's fault, at first.
        if (!isLast && !after && (!status || failures > 1)) {
          this.condition = { ...this.condition, reason };
          this.#at++;
          continue;
        }
        failures++;
        this.#at = 0;
        pause = Math.random() * Math.min(LONGEST_PAUSE, pause * 2 ** failures);
      }
      if (after) pause = Math.max(pause, +after * 1000 || Date.parse(after) - Date.now() || 0);
      this.#say(this.#online ? 'reconnecting' : 'offline', reason, mine.kind);
      await this.#sleep(pause);
    }
  }

  // What connections ask and tell.

  async plan(kind: Transport): Promise<[url: string, headers: Record<string, string>]> {
    const { settings, wishes, position } = this;
    const { base } = settings;
    const url = kind === 'websocket' ? ownAddress(base, this.#names[0]!, wishes) : joinedAddress(base, wishes);
    const headers: Record<string, string> = {};
    let ticket: string | undefined;
    if (settings.token) {
      headers.Authorization = `Bearer ${await this.on.token()}`;
      if (kind === 'websocket') {
        // A WebSocket sends no headers.
        ticket = (await (await fetch(`${base}/ticket`, { method: 'POST', headers })).json()).ticket;
      }
    }
    return [withQuery(url, position && `lastEventId=${encodeURIComponent(position)}`, ticket && `ticket=${ticket}`), headers];
  }

  opened(connection: Connection): void {
    const { kind } = connection;
    connection.snapshot = !this.position || kind === 'polling';
    const index = this.settings.order.indexOf(kind);
    if (connection === this.#prober) {
      this.#better = connection;
      this.#connection!.end('');
      this.#wake();
    }
    this.#stopProbing();
    if (this.#serves(index - 1)) this.#probe(index - 1, this.settings.probe);
    this.#say(index && kind === 'polling' ? 'fallback' : 'open', index ? this.condition.reason : '', kind);
    // The gateway says only that its broker is away.
    if (this.#isCutOff) this.block(connection, 'source', { connected: true, since: 0 });
  }

  quiet(connection: Connection, reason: string): void {
    // The heartbeats of a WebSocket are pings, which pages do not see: a quiet one is silently looked at.
    if (connection.kind !== 'websocket' || this.beats) this.#say('stale', reason, connection.kind);
  }

  block(
    connection: Connection,
    wire: string,
    data: unknown,
    id?: string,
    more: { key?: unknown; time?: number; stream?: string } = {},
  ): void {
    let { stream = '', key, time } = more;
    let type = wire;
    if (!stream) {
      for (const name of this.#names) if (wire.startsWith(`${name}.`) && name.length > stream.length) stream = name;
      if (stream) type = wire.slice(stream.length + 1);
      else if (this.#isOne && !CONTROLS.test(wire)) stream = this.#names[0]!;
    }
    const envelope = data as Envelope;
    if (envelope?.type === type && typeof envelope.timestamp === 'number') {
      time = envelope.timestamp * 1000;
      key ??= envelope.key;
      data = envelope.data ?? {};
    }

    const isPolled = connection.kind === 'polling';
    const isCheckpoint = type === 'checkpoint' && !stream;
    if (id && !isPolled) this.position = id;
    if (id && !isCheckpoint) {
      if (isSeen(id, this.#seen[stream]) || this.#polled.has(id)) return;
      if (!isPolled) this.#seen[stream] = id;
      else if (this.#polled.size < MOST_POLLED) this.#polled.add(id);
    }
    if (type === 'gap' && !id) connection.snapshot = true;
    const snapshot = connection.snapshot && (!id || isPolled);
    if (isCheckpoint) {
      connection.snapshot = false;
      if (id && !isPolled) for (const name of this.#names) this.#seen[name] = id;
    }
    const event: StreamEvent = { type, stream, data, id: id ?? '', snapshot };
    if (key) event.key = key as Record<string, unknown>;
    if (time) event.time = time;
    this.#batch.push(event);
    if (type === 'source' && !stream) this.#isCutOff = !(data as Told['source']).connected;
  }

  flush(): void {
    if (!this.#batch.length) return;
    const batch = this.#batch;
    this.#batch = [];
    if (this.#held) this.#held.push(...batch);
    else this.on.events(batch);
    if (batch.some(({ type, stream, id }) => type === 'gap' && !stream && id)) this.#refresh();
  }

  // The rest.

  #say(state: State, reason: string, transport: Transport | undefined): void {
    this.condition = { state, reason, transport };
    this.on.condition(this.condition);
  }

  /** Events are missing in the middle: the newest values instead, while what is live waits. */
  #refresh(): void {
    if (this.#held) return;
    this.#held = [];
    // All clients hear of a gap at once: they ask one after the other.
    this.#pause = setTimeout(() => {
      this.#moment = fetchSnapshot(this.settings, this.wishes, {
        ...this.on,
        condition: () => {},
        done: (position) => {
          const held = this.#held!.filter(({ id }) => !isSeen(id, position));
          this.#held = undefined;
          if (held.length) this.on.events(held);
        },
      });
    }, Math.random() * this.retry);
  }

  /** A WebSocket carries one stream only. */
  #serves(index: number): boolean {
    const kind = this.settings.order[index];
    return !!kind && (kind !== 'websocket' || this.#isOne);
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => (clearTimeout(timer), resolve());
    });
  }

  /** Later, tries a better transport beside the one in use; `opened` lets it take over. */
  #probe(index: number, delay: number): void {
    const { order } = this.settings;
    this.#probing = setTimeout(async () => {
      const mine = (this.#prober = new Connection(this, order[index]!, LAST_TRY_MS));
      await mine.ended;
      if (this.#prober !== mine) return;
      const next = (this.#serves(index - 1) ? index : order.indexOf(this.#connection!.kind)) - 1;
      this.#probe(next, Math.min(LONGEST_PROBE, delay * 2));
    }, delay);
  }

  #stopProbing(): void {
    clearTimeout(this.#probing);
    if (this.#prober !== this.#better) this.#prober?.end('');
    this.#prober = undefined;
  }
}

const AGAIN = 'asked for anew';

/** The newest values of streams, on a connection of a moment; `done` gets the position that they stand for. */
export function fetchSnapshot(
  settings: Settings,
  wishes: Wishes,
  on: LinkListener & { done(position: string): void },
): Link {
  const link: Link = new Link(settings, wishes, '', {
    ...on,
    events(events) {
      const end = events.findIndex(({ type, stream }) => type === 'checkpoint' && !stream);
      on.events(end < 0 ? events : events.slice(0, end + 1));
      if (end < 0) return;
      link.close();
      on.done(events[end]!.id);
    },
  });
  void link.run();
  return link;
}
