// The client on one transport: events, states, resume, pauses.

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Client, createClient, type Options } from '../src/client';
import '../src/polling';
import { checkpoint, event, HELLO, list, never, serve, status, Stream } from './gateway';

interface Events {
  height: { cm: number };
  error: { code: string };
}

let client: Client<Events>;
let streams: Stream[];
const make = (options: Partial<Options> = {}) =>
  (client = createClient<Events>({ url: 'http://gateway', streams: 'desk', transport: 'sse', ...options }));
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

/** Every request gets a stream of its own, which greets. */
const serveStreams = () =>
  serve(() => {
    streams.push(new Stream(HELLO));
    return streams.at(-1)!.response;
  });

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  streams = [];
});
afterEach(() => {
  client?.close();
  vi.useRealTimers();
});

test('all streams come on one connection, with their parameters', async () => {
  const asked = serveStreams();
  make({ streams: { desk: { desk: 'a b' }, 'bms.cells': {}, scada: { tags: ['x', 'y'], interval: 'minute' } } });
  await pass(1);
  expect(asked.map(({ path }) => path)).toEqual(['/streams']);
  expect([...asked[0]!.parameters]).toEqual([
    ['names', 'bms.cells,desk,scada'],
    ['desk.desk', 'a b'],
    ['scada.interval', 'minute'],
    ['scada.tags[]', 'x'],
    ['scada.tags[]', 'y'],
  ]);
});

test('a listener gets data and event, by name or by stream and name', async () => {
  serveStreams();
  make({ streams: ['desk', 'desk.one'] });
  const seen: unknown[] = [];
  client.on('height', (data, { stream, id, snapshot }) => seen.push([data.cm, stream, id, snapshot]));
  client.on('desk.one.height' as 'height', (data) => seen.push(data.cm));
  await pass(1);
  streams[0]!.send(event('desk.height', { cm: 90 }) + checkpoint('e-1'));
  streams[0]!.send(event('desk.one.height', { cm: 91 }, 'e-2'));
  await pass(1);
  expect(seen).toEqual([[90, 'desk', '', true], [91, 'desk.one', 'e-2', false], 91]);
});

test('once is once, off is off, and a listener that throws is alone with it', async () => {
  serveStreams();
  make();
  const seen: string[] = [];
  const reported = vi.fn();
  vi.stubGlobal('reportError', reported);
  client.once('height', () => seen.push('once'));
  client.on('height', () => {
    throw new Error('mine');
  });
  const off = client.on('height', () => seen.push('off'));
  client.on('height', () => seen.push('on'));
  await pass(1);
  streams[0]!.send(event('desk.height', {}, 'e-1'));
  await pass(1);
  off();
  streams[0]!.send(event('desk.height', {}, 'e-2'));
  await pass(1);
  expect(seen).toEqual(['once', 'off', 'on', 'on']);
  expect(reported).toHaveBeenCalledTimes(2);
});

test("events named error are the application's; a broken connection is a state", async () => {
  serveStreams();
  make();
  const errors: unknown[] = [];
  client.on('error', (data) => errors.push(data.code));
  await pass(1);
  streams[0]!.send(event('desk.error', { code: 'SENSOR_FAILURE' }, 'e-1'));
  await pass(1);
  streams[0]!.break();
  await pass(1);
  expect(errors).toEqual(['SENSOR_FAILURE']);
  expect([client.state, client.reason]).toEqual(['reconnecting', 'network error']);
});

test('it resumes by id after the pause that the gateway asked for, and drops what it knows', async () => {
  const asked = serveStreams();
  make();
  const seen: number[] = [];
  client.on('height', ({ cm }) => seen.push(cm));
  await pass(1);
  streams[0]!.send(checkpoint('e-4') + event('desk.height', { cm: 5 }, 'e-5') + event('desk.height', { cm: 6 }, 'e-6'));
  await pass(1);
  streams[0]!.end();
  await pass(1998);
  expect([client.state, asked.length]).toEqual(['reconnecting', 1]);
  await pass(10);
  expect(client.state).toBe('open');
  expect(asked[1]!.parameters.get('lastEventId')).toBe('e-6');
  streams[1]!.send(event('desk.height', { cm: 6 }, 'e-6') + event('desk.height', { cm: 7 }, 'e-7'));
  await pass(1);
  expect(seen).toEqual([5, 6, 7]);
});

test('a gap is told, and the values after it are a snapshot', async () => {
  serveStreams();
  make();
  const seen: unknown[] = [];
  client.on('gap', (gap) => seen.push(gap.reason));
  client.on('height', ({ cm }, { snapshot }) => seen.push([cm, snapshot]));
  await pass(1);
  streams[0]!.send(checkpoint('e-4'));
  streams[0]!.end();
  await pass(2000);
  const gap = { reason: 'expired', from: 'e-4', to: 'e-90', missed: null };
  streams[1]!.send(event('gap', gap) + event('desk.height', { cm: 8 }) + checkpoint('e-90'));
  streams[1]!.send(event('desk.height', { cm: 9 }, 'e-91'));
  await pass(1);
  expect(seen).toEqual(['expired', [8, true], [9, false]]);
});

test('a gap in the middle brings the newest values, and nothing live is lost meanwhile', async () => {
  serveStreams();
  make();
  const seen: unknown[] = [];
  client.on('gap', (gap) => seen.push(gap.reason));
  client.on('height', ({ cm }) => seen.push(cm));
  await pass(1);
  streams[0]!.send(checkpoint('e-4') + event('gap', { reason: 'slow', from: 'e-4', to: 'e-9', missed: 5 }, 'e-9'));
  await pass(1100);
  expect(streams.length).toBe(2); // one more for a moment
  streams[0]!.send(event('desk.height', { cm: 10 }, 'e-10') + event('desk.height', { cm: 11 }, 'e-11'));
  await pass(1);
  streams[1]!.send(event('desk.height', { cm: 10 }) + checkpoint('e-10'));
  await pass(1);
  expect(seen).toEqual(['slow', 10, 11]);
});

test('it is stale after 2.5 heartbeats of silence, as long as the gateway’s are, and looks again at once', async () => {
  const asked = serveStreams();
  make();
  await pass(1);
  await pass(4000);
  streams[0]!.send(': heartbeat\n\n'); // so they come every 4 s
  await pass(9999);
  expect(client.state).toBe('open');
  const states: string[] = [];
  client.subscribe(() => states.push(client.state));
  await pass(10);
  expect(states).toEqual(['stale', 'open']);
  expect(asked.length).toBe(2);
});

test('a heartbeat event counts as one', async () => {
  serveStreams();
  make();
  await pass(1);
  await pass(3000);
  streams[0]!.send(event('desk.heartbeat', {}));
  await pass(7600);
  expect(streams.length).toBe(2);
});

test('pauses grow with full jitter while the gateway fails, and end when it is back', async () => {
  const times: number[] = [];
  serve(() => {
    times.push(Date.now());
    return status(502);
  });
  make();
  await pass(60_000);
  expect(client.state).toBe('reconnecting');
  expect(client.reason).toBe('the gateway answered 502');
  const pauses = times.slice(1, 7).map((time, i) => time - times[i]!);
  expect(pauses).toEqual([2000, 4000, 8000, 15_000, 15_000, 15_000]); // half of 2 s * 2^n, at most 30 s
  serveStreams();
  await pass(15_000);
  expect(client.state).toBe('open');
});

test('Retry-After is obeyed', async () => {
  const asked = serve(() => status(503, { 'Retry-After': '40' }));
  make();
  await pass(39_000);
  expect(asked.length).toBe(1);
  await pass(1100);
  expect(asked.length).toBe(2);
});

test('an event that two of the streams carry is one of each, wherever the connection breaks', async () => {
  const asked = serveStreams();
  make({ streams: ['desk', 'one'] });
  const seen: unknown[] = [];
  client.on('height', ({ cm }, { stream }) => seen.push([stream, cm]));
  await pass(1);
  streams[0]!.send(checkpoint('e-4') + event('desk.height', { cm: 5 }, 'e-5-1'));
  streams[0]!.end();
  await pass(2001);
  expect(asked[1]!.parameters.get('lastEventId')).toBe('e-5-1');
  streams[1]!.send(event('one.height', { cm: 5 }, 'e-5'));
  await pass(1);
  expect(seen).toEqual([['desk', 5], ['one', 5]]);
});

test('a broker that came back while the page was away is told of', async () => {
  serveStreams();
  make();
  const seen: boolean[] = [];
  client.on('source', ({ connected }) => seen.push(connected));
  await pass(1);
  streams[0]!.send(event('source', { connected: false, since: 1 }));
  await pass(1);
  streams[0]!.end();
  await pass(2010);
  expect(seen).toEqual([false, true]);
});

test('what is refused is not asked again', async () => {
  const asked = serve(() => status(403));
  make();
  await pass(600_000);
  expect([client.state, client.reason]).toEqual(['closed', 'the gateway answered 403']);
  expect(asked.length).toBe(1);
});

test('a token is asked for anew with each connection, and once more after 401', async () => {
  const answers = [status(401), new Stream(HELLO).response];
  const asked = serve(() => answers.shift() ?? never());
  let count = 0;
  make({ auth: () => `token-${++count}` });
  await pass(1);
  expect(asked.map(({ headers }) => headers.Authorization)).toEqual(['Bearer token-1', 'Bearer token-2']);
  expect(client.state).toBe('open');
});

test('a second 401 is the end', async () => {
  const asked = serve(() => status(401));
  make({ auth: async () => 'old' });
  await pass(60_000);
  expect([client.state, asked.length]).toEqual(['closed', 2]);
});

test('envelopes are opened', async () => {
  serveStreams();
  make({ streams: 'battle' });
  const seen: unknown[] = [];
  client.on('battle.height' as 'height', (data, { time, type }) => seen.push([data, time, type]));
  await pass(1);
  streams[0]!.send(event('battle.height', { type: 'height', data: { cm: 1 }, timestamp: 1.5 }, 'e-1'));
  await pass(1);
  expect(seen).toEqual([[{ cm: 1 }, 1500, 'height']]);
});

test('the snapshot is the same object until something changed, and changes are told once', async () => {
  serveStreams();
  make();
  await pass(1);
  const changed = vi.fn();
  const off = client.subscribe(changed);
  const before = client.getSnapshot();
  expect(client.getSnapshot()).toBe(before);
  streams[0]!.send(event('desk.height', { cm: 1 }, 'e-1') + event('desk.height', { cm: 2 }, 'e-2'));
  await pass(1);
  expect(changed).toHaveBeenCalledTimes(1);
  expect(client.getSnapshot()).not.toBe(before);
  expect(client.getSnapshot()).toMatchObject({ state: 'open', transport: 'sse', events: { height: { cm: 2 } } });
  off();
  client.close();
  await pass(1);
  expect(changed).toHaveBeenCalledTimes(1);
  expect(client.getSnapshot().state).toBe('closed');
});

test('without network it says offline, and comes back the moment there is one', async () => {
  const happen: Record<string, () => void> = {};
  vi.stubGlobal('addEventListener', (name: string, listener: () => void) => (happen[name] = listener));
  serveStreams();
  make();
  await pass(1);
  serve(() => Promise.reject(new TypeError('Failed to fetch')));
  happen.offline!();
  await pass(20_000);
  expect(client.state).toBe('offline');
  const asked = serveStreams();
  happen.online!();
  await pass(1);
  expect([client.state, asked.length]).toEqual(['open', 1]);
});

test('closed, it asks for nothing more', async () => {
  const asked = serve(() => status(500));
  make();
  await pass(10);
  client.close();
  const count = asked.length;
  await pass(600_000);
  expect(asked.length).toBe(count);
});

test('polling brings each value once', async () => {
  const values = [{ event: 'height', id: 'e-1', time: 5, key: { desk: 'a' }, data: { cm: 1 } }];
  const asked = serve(({ parameters }) =>
    parameters.get('after') === 'e-1' ? list([], 'e-1') : list(values, 'e-1'),
  );
  make({ transport: 'polling' });
  const seen: unknown[] = [];
  client.on('height', (data, { key, snapshot, time }) => seen.push([data.cm, key, snapshot, time]));
  await pass(10_000);
  expect(seen).toEqual([[1, { desk: 'a' }, true, 5]]);
  expect(asked[0]!.path).toBe('/streams/desk/latest');
  expect(asked[1]!.parameters.get('wait')).toBe('25s');
  expect(asked.length).toBeLessThan(9); // a gateway that does not wait is not asked without end
});

test('polling knows what bare data are, and waits for the first', async () => {
  const answers = [status(404, { 'Sluice-Last-Event-ID': 'e-0' }), list({ cm: 4 }, 'e-1')];
  serve(() => answers.shift() ?? never());
  make({ transport: 'polling', polled: { desk: 'height' } });
  await pass(5000);
  expect(client.getSnapshot()).toMatchObject({ state: 'open', events: { height: { cm: 4 } } });
});
