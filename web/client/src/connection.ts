// One connection by one transport: told apart are that it opened, that it went quiet, and how it ended.

import { type Failure, get, type Listener, sse, websocket } from './transports';
import type { Settings, Transport, Wishes } from './types';

export interface Owner {
  settings: Settings;
  wishes: Wishes;
  /** ms of silence between two heartbeats, as far as known. */
  heartbeat: number;
  /** There are heartbeats to be seen. */
  beats: boolean;
  retry: number;
  /** The address and headers of a new connection. */
  plan(kind: Transport): Promise<[url: string, headers: Record<string, string>]>;
  opened(connection: Connection): void;
  quiet(connection: Connection, reason: string): void;
  block(connection: Connection, ...block: Parameters<Listener['block']>): void;
  flush(): void;
}

const LEAST_HEARTBEAT = 1000; // ms; a shorter silence says nothing about the gateway's setting

export class Connection implements Listener {
  readonly ended: Promise<void>;
  isOpen = false;
  isStale = false;
  /** Why it ended. */
  reason = '';
  response: Response | undefined; // that refused it
  /** The snapshot is being sent. */
  snapshot = false;
  headers = {};
  signal: AbortSignal;
  #abort = new AbortController();
  #timer: ReturnType<typeof setTimeout>;
  #last = Date.now();
  #silence = 0; // before what came last

  /** `patience`: ms in which its first bytes must come. */
  constructor(
    readonly owner: Owner,
    readonly kind: Transport,
    patience: number,
  ) {
    const { signal } = this.#abort;
    this.signal = signal;
    this.#timer = setTimeout(() => this.end(`${kind}: nothing came in ${patience / 1000} s`), patience);
    const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve));
    this.ended = Promise.race([this.#run(), aborted]).then(
      () => this.end('the connection ended'),
      (error: Failure) => {
        this.response = error.response;
        this.end(error.message);
      },
    );
  }

  /** Ends it; of several reasons the first counts. */
  end(reason: string): void {
    if (this.signal.aborted) return;
    this.reason = reason;
    clearTimeout(this.#timer);
    this.#abort.abort();
  }

  /** Looks whether it has been quiet for too long: timers sleep when the machine does. */
  check(): void {
    if (this.isOpen && Date.now() >= this.#last + this.#patience) this.#quiet();
  }

  async #run(): Promise<void> {
    const { owner, kind } = this;
    const [url, headers] = await owner.plan(kind);
    this.headers = headers;
    if (kind === 'polling') await (await import('./polling.js')).polling(owner.wishes, owner.settings, this, get);
    else await (kind === 'sse' ? sse : websocket)(url, this);
  }

  // What the transport tells; what comes after the end is no more heard.

  alive(): void {
    if (this.signal.aborted) return;
    const now = Date.now();
    this.#silence = now - this.#last;
    this.#last = now;
    this.#arm();
    if (this.isOpen) return;
    this.isOpen = true;
    this.#silence = 0;
    this.owner.opened(this);
  }

  /** The gateway sends a heartbeat when nothing else went out for its time: so that time is the silence before it. */
  beat(): void {
    if (this.#silence < LEAST_HEARTBEAT || this.signal.aborted) return;
    this.owner.heartbeat = this.#silence;
    this.owner.beats = true;
    this.#arm();
  }

  retry(ms: number): void {
    this.owner.retry = ms;
  }

  block(...[type, ...rest]: Parameters<Listener['block']>): void {
    if (this.signal.aborted) return;
    if (/(^|\.)heartbeat$/.test(type)) this.beat();
    this.owner.block(this, type, ...rest);
  }

  flush(): void {
    this.owner.flush();
  }

  get #patience(): number {
    return 2.5 * this.owner.heartbeat;
  }

  #arm(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#quiet(), this.#patience);
  }

  #quiet(): void {
    const reason = `nothing came for ${Math.round((Date.now() - this.#last) / 1000)} s`;
    this.isStale = true;
    this.owner.quiet(this, reason);
    this.end(reason);
  }
}
