// Many tabs on one hub: connections as they are opened, and what each tab is told.

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Hub } from '../src/hub';
import type { Settings, StreamEvent, ToTab, Wishes } from '../src/types';
import { type Asked, checkpoint, event, HELLO, serve, status, Stream } from './gateway';

const settings: Settings = {
  base: 'http://gateway',
  order: ['sse'],
  heartbeat: 30_000,
  token: false,
  every: 2000,
  probe: 15_000,
};
let hub: Hub;
let asked: Asked[];
let streams: Stream[];
const pass = (ms = 1) => vi.advanceTimersByTimeAsync(ms);

/** A tab that shows these streams. */
class Tab {
  events: StreamEvent[] = [];
  states: string[] = [];
  tokens = 0;
  position = '';
  constructor(
    readonly id: string,
    wishes: Wishes,
    position = '',
  ) {
    hub.hear(id, { say: 'join', wishes, position }, (message: ToTab) => {
      if (message.say === 'events') {
        this.events.push(...message.events);
        this.position = message.position;
      } else if (message.say === 'condition') {
        this.states.push(message.condition.state);
      } else {
        this.tokens++;
        hub.hear(id, { say: 'token', token: id }, () => {});
      }
    });
  }
  get seen(): [stream: string, type: string, data: unknown][] {
    return this.events.filter(({ type }) => type !== 'checkpoint').map(({ stream, type, data }) => [stream, type, data]);
  }
}

const names = () => asked.map(({ parameters }) => parameters.get('names'));

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  streams = [];
  asked = serve(() => {
    streams.push(new Stream(HELLO));
    return streams.at(-1)!.response;
  });
  hub = new Hub({ ...settings });
});
afterEach(() => vi.useRealTimers());

test('tabs that come together share one connection', async () => {
  const one = new Tab('1', { desk: '' });
  const two = new Tab('2', { bms: '' });
  await pass();
  expect(names()).toEqual(['desk,bms']);
  streams[0]!.send(event('desk.height', 1, 'e-1') + event('bms.cells', 2, 'e-2'));
  await pass();
  expect(one.seen).toEqual([['desk', 'height', 1]]);
  expect(two.seen).toEqual([['bms', 'cells', 2]]);
});

test('a later tab gets its snapshot on a connection of a moment, and misses nothing meanwhile', async () => {
  const one = new Tab('1', { desk: '' });
  await pass();
  streams[0]!.send(checkpoint('e-5'));
  const two = new Tab('2', { desk: '' });
  await pass();
  expect(streams.length).toBe(2);
  streams[0]!.send(event('desk.height', 6, 'e-6') + event('desk.height', 7, 'e-7'));
  await pass();
  streams[1]!.send(event('desk.height', 6) + checkpoint('e-6'));
  await pass();
  streams[0]!.send(event('desk.height', 8, 'e-8'));
  await pass();
  expect(one.seen.map(([, , data]) => data)).toEqual([6, 7, 8]);
  expect(two.seen.map(([, , data]) => data)).toEqual([6, 7, 8]);
  expect(two.states.at(-1)).toBe('open');
  expect(streams.length).toBe(2);
});

test('a tab with other streams joins them to the connection, which goes on where both are', async () => {
  const one = new Tab('1', { desk: '' });
  await pass();
  streams[0]!.send(checkpoint('e-9'));
  await pass();
  const two = new Tab('2', { bms: 'pack=p1' });
  await pass();
  streams[1]!.send(event('bms.cells', 1) + checkpoint('e-7')); // behind the first
  await pass();
  expect(names()).toEqual(['desk', 'bms', 'desk,bms']);
  expect(asked[2]!.parameters.get('lastEventId')).toBe('e-7');
  expect(asked[2]!.parameters.get('bms.pack')).toBe('p1');
  streams[2]!.send(event('desk.height', 8, 'e-8') + event('bms.cells', 9, 'e-9') + event('desk.height', 10, 'e-10'));
  await pass();
  expect(one.seen).toEqual([['desk', 'height', 10]]);
  expect(two.seen.map(([, , data]) => data)).toEqual([1, 9]);
});

test('streams that join in the middle of an event that several carry take nothing from it', async () => {
  const one = new Tab('1', { a: '', b: '' });
  await pass();
  streams[0]!.send(checkpoint('e-4') + event('a.x', 5, 'e-5-1'));
  await pass();
  new Tab('2', { c: '' });
  await pass();
  streams[1]!.send(checkpoint('e-5'));
  await pass();
  expect(asked[2]!.parameters.get('lastEventId')).toBe('e-4');
  streams[2]!.send(event('a.x', 5, 'e-5-1') + event('b.x', 5, 'e-5'));
  await pass();
  expect(one.seen).toEqual([['a', 'x', 5], ['b', 'x', 5]]);
});

test('the same stream with other parameters has a connection of its own', async () => {
  new Tab('1', { desk: 'desk=a' });
  new Tab('2', { desk: 'desk=b' });
  await pass();
  expect(asked.map(({ parameters }) => parameters.get('desk.desk'))).toEqual(['a', 'b']);
});

test('streams that nobody shows any more are left out, and the last tab closes the connection', async () => {
  new Tab('1', { desk: '' });
  new Tab('2', { bms: '' });
  await pass();
  streams[0]!.send(checkpoint('e-3'));
  await pass();
  hub.leave('2');
  await pass();
  expect(names()).toEqual(['desk,bms', 'desk']);
  expect(asked[1]!.parameters.get('lastEventId')).toBe('e-3');
  hub.leave('1');
  await pass(600_000);
  expect(asked.length).toBe(2);
});

test('one tab’s streams that are refused do not take the others with them', async () => {
  asked = serve(({ parameters }) => {
    if (parameters.get('names')!.includes('orders')) return status(403);
    streams.push(new Stream(HELLO));
    return streams.at(-1)!.response;
  });
  const one = new Tab('1', { desk: '' });
  const two = new Tab('2', { orders: '' });
  await pass();
  expect([one.states.at(-1), two.states.at(-1)]).toEqual(['open', 'closed']);
  expect(names()).toEqual(['desk,orders', 'desk', 'orders']);
});

test('tabs that follow from another hub go on from the oldest of their positions', async () => {
  hub = new Hub(settings, 100);
  new Tab('1', { desk: '' }, 'e-12');
  new Tab('2', { desk: '' }, 'e-10');
  await pass(101);
  expect(asked.map(({ parameters }) => parameters.get('lastEventId'))).toEqual(['e-10']);
  const late = new Tab('3', { desk: '' }, 'e-11');
  await pass();
  expect(late.events[0]).toMatchObject({ type: 'gap', data: { reason: 'unknown', from: 'e-11' } });
});

test('a token is asked of a tab', async () => {
  hub = new Hub({ ...settings, token: true });
  const tab = new Tab('ann', { desk: '' });
  await pass();
  expect([tab.tokens, asked[0]!.headers.Authorization]).toEqual([1, 'Bearer ann']);
});
