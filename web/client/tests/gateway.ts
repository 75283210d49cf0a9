// A gateway made of nothing: fetch and WebSocket as a page sees them, answered by the test.

import { vi } from 'vitest';

export interface Asked {
  path: string;
  parameters: URLSearchParams;
  headers: Record<string, string>;
  method: string;
}

/** A response whose body the test writes as time goes by. */
export class Stream {
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  readonly response: Response;

  constructor(text = '') {
    const body = new ReadableStream<Uint8Array>({ start: (controller) => void (this.#controller = controller) });
    this.response = new Response(body, { headers: { 'Content-Type': 'text/event-stream' } });
    if (text) this.send(text);
  }

  send(text: string): void {
    this.#controller.enqueue(new TextEncoder().encode(text));
  }

  end(): void {
    this.#controller.close();
  }

  break(): void {
    this.#controller.error(new TypeError('network error'));
  }
}

export const HELLO = 'retry: 2000\n: ok\n\n';
export const event = (name: string, data: unknown, id?: string) =>
  `${id ? `id: ${id}\n` : ''}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
export const checkpoint = (id: string) => `event: checkpoint\nid: ${id}\ndata:\n\n`;
export const never = () => new Promise<Response>(() => {});
export const status = (code: number, headers: Record<string, string> = {}) => new Response('', { status: code, headers });
export const list = (values: unknown, position: string) =>
  Response.json(values, { headers: { 'Sluice-Last-Event-ID': position } });

type Answer = (asked: Asked) => Response | Promise<Response>;

/** Answers each request of the page; what was asked is kept. */
export function serve(answer: Answer): Asked[] {
  const all: Asked[] = [];
  vi.stubGlobal('fetch', async (address: string, init: RequestInit = {}) => {
    const url = new URL(address);
    const asked = {
      path: url.pathname,
      parameters: url.searchParams,
      headers: init.headers as Record<string, string>,
      method: init.method ?? 'GET',
    };
    all.push(asked);
    return answer(asked);
  });
  return all;
}

export class Socket {
  static all: Socket[] = [];
  onopen?: () => void;
  onclose?: (close: { code: number; reason: string }) => void;
  onmessage?: (message: { data: string }) => void;
  isClosed = false;

  constructor(readonly url: string) {
    Socket.all.push(this);
  }

  send(envelope: object): void {
    this.onmessage?.({ data: JSON.stringify(envelope) });
  }

  close(): void {
    this.isClosed = true;
  }
}

export function stubWebSocket(): Socket[] {
  Socket.all = [];
  vi.stubGlobal('WebSocket', Socket);
  return Socket.all;
}
