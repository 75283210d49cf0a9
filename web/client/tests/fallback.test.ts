// From WebSocket to Server-Sent Events to polling, and up again.

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Client, createClient, type Options } from '../src/client';
import '../src/polling';
import { checkpoint, event, HELLO, list, never, serve, status, Stream, stubWebSocket } from './gateway';

let client: Client<{ height: { cm: number } }>;
const make = (options: Partial<Options> = {}) =>
  (client = createClient({ url: 'http://gateway', streams: 'desk', share: false, ...options }));
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const stored = new Map<string, string>();

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  stored.clear();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
  });
});
afterEach(() => {
  client?.close();
  vi.useRealTimers();
});

const polled = (id: string, cm: number) => [{ event: 'height', id, time: 1, key: {}, data: { cm } }];

test('a WebSocket is first, and carries envelopes', async () => {
  const sockets = stubWebSocket();
  serve(never);
  make();
  await pass(1);
  expect(sockets[0]!.url).toBe('ws://gateway/streams/desk');
  sockets[0]!.onopen!();
  const seen: unknown[] = [];
  client.on('height', (data, { id, key, time }) => seen.push([data, id, key, time]));
  sockets[0]!.send({ type: 'checkpoint', id: 'e-1', data: '' });
  sockets[0]!.send({ type: 'height', id: 'e-2', key: { desk: 'a' }, data: { cm: 7 }, timestamp: 1.5 });
  await pass(1);
  expect(seen).toEqual([[{ cm: 7 }, 'e-2', { desk: 'a' }, 1500]]);
  expect([client.state, client.transport]).toEqual(['open', 'websocket']);
});

test('a WebSocket has a ticket for the token, and resumes by id', async () => {
  const sockets = stubWebSocket();
  const asked = serve(({ path }) => (path === '/ticket' ? Response.json({ ticket: 't1', expires_in: 30 }) : never()));
  make({ streams: { battle: { game: 'g1' } }, auth: () => 'abc' });
  await pass(1);
  expect(asked[0]).toMatchObject({ path: '/ticket', method: 'POST', headers: { Authorization: 'Bearer abc' } });
  expect(sockets[0]!.url).toBe('ws://gateway/streams/battle?game=g1&ticket=t1');
  sockets[0]!.onopen!();
  sockets[0]!.send({ type: 'checkpoint', id: 'e-5', data: '' });
  sockets[0]!.onclose!({ code: 1001, reason: 'going away' });
  await pass(1);
  expect([client.state, client.reason]).toEqual(['reconnecting', 'the connection ended']);
  await pass(3000);
  expect(sockets[1]!.url).toBe('ws://gateway/streams/battle?game=g1&lastEventId=e-5&ticket=t1');
});

test('a quiet WebSocket is opened anew without a word: pages do not see its pings', async () => {
  const sockets = stubWebSocket();
  serve(never);
  make({ heartbeat: 1000 });
  await pass(1);
  sockets[0]!.onopen!();
  await pass(1);
  const changed = vi.fn();
  client.subscribe(changed);
  for (let i = 1; i < 4; i++) {
    await pass(2501);
    expect(sockets.length).toBe(i + 1);
    sockets[i]!.onopen!();
  }
  expect([client.state, client.transport, changed.mock.calls.length]).toEqual(['open', 'websocket', 0]);
});

test('several streams go by Server-Sent Events: a WebSocket carries one', async () => {
  const sockets = stubWebSocket();
  serve(() => new Stream(HELLO).response);
  make({ streams: ['desk', 'bms'] });
  await pass(60_000);
  expect([client.state, client.transport, sockets.length]).toEqual(['open', 'sse', 0]);
});

test('WebSocket refused, streaming collected by a proxy: polls within 5 s, and says why', async () => {
  const sockets = stubWebSocket();
  serve(({ path }) => (path === '/streams' ? new Stream().response : list(polled('e-1', 3), 'e-1')));
  make();
  await pass(1);
  sockets[0]!.onclose!({ code: 1006, reason: '' });
  await pass(2100);
  expect(client.getSnapshot()).toMatchObject({
    state: 'fallback',
    reason: 'sse: nothing came in 2 s',
    transport: 'polling',
    events: { height: { cm: 3 } },
  });
});

test('both swallowed without an answer: polls within 5 s all the same', async () => {
  stubWebSocket();
  serve(({ path }) => (path === '/streams' ? never() : list(polled('e-1', 3), 'e-1')));
  make();
  await pass(4900);
  expect([client.state, client.transport]).toEqual(['fallback', 'polling']);
});

test('what works is remembered, and a better way is tried again', async () => {
  let isOpen = false;
  const streams: Stream[] = [];
  const asked = serve(({ path }) => {
    if (path !== '/streams') return list(polled('e-9', 9), 'e-9');
    if (!isOpen) return never();
    streams.push(new Stream(HELLO));
    return streams.at(-1)!.response;
  });
  const transport = ['sse', 'polling'] as const;
  make({ transport });
  await pass(2100);
  expect(client.state).toBe('fallback');
  client.close();

  asked.length = 0;
  const seen: number[] = [];
  make({ transport });
  client.on('height', ({ cm }) => seen.push(cm));
  await pass(100);
  expect(client.state).toBe('fallback');
  expect(asked.map(({ path }) => path)).toEqual(['/streams/desk/latest']);

  isOpen = true;
  await pass(15_000);
  expect([client.state, client.transport]).toEqual(['open', 'sse']);
  const count = asked.length;
  streams[0]!.send(event('desk.height', { cm: 9 }, 'e-9') + event('desk.height', { cm: 10 }, 'e-10'));
  await pass(60_000);
  expect(seen).toEqual([9, 10]);
  expect(asked.slice(count).some(({ path }) => path.endsWith('/latest'))).toBe(false);
  expect(JSON.parse([...stored.values()][0]!).transport).toBe('sse');
});

test('coming up resumes where the stream was left, so that what polls skipped comes too', async () => {
  const streams: Stream[] = [];
  let isBlocked = false;
  const asked = serve(({ path }) => {
    if (path !== '/streams') return list(polled('e-7', 7), 'e-7');
    if (isBlocked) return Promise.reject(new TypeError('blocked'));
    streams.push(new Stream(HELLO));
    return streams.at(-1)!.response;
  });
  make({ transport: ['sse', 'polling'] });
  const seen: number[] = [];
  client.on('height', ({ cm }) => seen.push(cm));
  await pass(1);
  streams[0]!.send(event('desk.height', { cm: 5 }, 'e-5'));
  await pass(1);
  isBlocked = true;
  streams[0]!.end();
  await pass(2100);
  expect([client.state, seen]).toEqual(['fallback', [5, 7]]);
  isBlocked = false;
  await pass(15_000);
  expect(asked.filter(({ path }) => path === '/streams').at(-1)!.parameters.get('lastEventId')).toBe('e-5');
  streams[1]!.send(event('desk.height', { cm: 6 }, 'e-6') + event('desk.height', { cm: 7 }, 'e-7'));
  await pass(1);
  expect(seen).toEqual([5, 7, 6]);
});

test('a proxy that collects after the start: stale twice, then polling', async () => {
  serve(({ path }) => (path === '/streams' ? new Stream(HELLO + checkpoint('e-1')).response : list([], 'e-1')));
  make({ transport: ['sse', 'polling'], heartbeat: 2000 });
  await pass(10_100);
  expect([client.state, client.transport]).toEqual(['fallback', 'polling']);
});

test('an error that a server tells is not the transport’s fault', async () => {
  const asked = serve(({ path }) => (path === '/streams' ? status(502) : list([], 'e-1')));
  make({ transport: ['sse', 'polling'] });
  await pass(3000);
  expect(asked.every(({ path }) => path === '/streams')).toBe(true);
  await pass(10_000);
  expect(client.state).toBe('fallback');
});

test('a gateway that is away fails all transports, and the best is tried first when it is back', async () => {
  serve(() => Promise.reject(new TypeError('Failed to fetch')));
  make({ transport: ['sse', 'polling'] });
  await pass(30_000);
  expect([client.state, client.reason]).toEqual(['reconnecting', 'Failed to fetch']);
  serve(({ path }) => (path === '/streams' ? new Stream(HELLO).response : list([], 'e-1')));
  await pass(30_000);
  expect([client.state, client.transport]).toEqual(['open', 'sse']);
});
