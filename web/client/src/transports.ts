// The ways to the events. Each runs until its connection ends, and throws when it did not come to be.

import { WireReader } from './wire';

const POSITION = 'Sluice-Last-Event-ID';
const STREAM = 'text/event-stream';

/** Why a connection did not come to be, or broke. */
export class Failure extends Error {
  constructor(
    reason: string,
    readonly response?: Response,
  ) {
    super(reason);
  }
}

/** What a transport tells while it runs. */
export interface Listener {
  signal: AbortSignal;
  headers: Record<string, string>;
  /** Something came. */
  alive(): void;
  /** What came was a heartbeat. */
  beat(): void;
  retry(ms: number): void;
  block(type: string, data: unknown, id?: string, more?: { key?: unknown; time?: number; stream?: string }): void;
  /** All that came together was told. */
  flush(): void;
}

export async function get(url: string, accept: string, on: Listener): Promise<Response> {
  const { signal, headers } = on;
  const response = await fetch(url, { signal, cache: 'no-store', headers: { ...headers, Accept: accept } });
  // `as: latest` has no value yet: 404, with a position.
  if (response.ok || (response.status === 404 && response.headers.has(POSITION))) return response;
  throw new Failure(`the gateway answered ${response.status}`, response);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export async function sse(url: string, on: Listener): Promise<void> {
  const response = await get(url, STREAM, on);
  const type = response.headers.get('Content-Type');
  if (!type?.startsWith(STREAM)) throw new Failure(`${type} is no event stream`);
  const wire = new WireReader(
    (block) => on.block(block.type, parse(block.data), block.id),
    () => on.beat(),
  );
  const body = response.body!.getReader();
  for (;;) {
    const { done, value } = await body.read();
    if (done) return;
    on.alive();
    wire.push(value);
    if (wire.retry) on.retry(wire.retry);
    on.flush();
  }
}

export function websocket(url: string, on: Listener): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url.replace(/^http/, 'ws'));
    on.signal.onabort = () => socket.close();
    socket.onopen = () => {
      socket.onclose = () => resolve();
      on.alive();
    };
    socket.onmessage = (message) => {
      const { type, data = '', id, key, timestamp } = JSON.parse(message.data);
      on.alive();
      on.block(type, data, id, { key, time: timestamp * 1000 });
      on.flush();
    };
    socket.onclose = () => reject(new Failure('no WebSocket gets through'));
  });
}
