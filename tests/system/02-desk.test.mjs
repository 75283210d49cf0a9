// Chapter 2: the desk's contract, as its document promises it to a client.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { until, within } from './support/until.mjs';
import { World } from './support/world.mjs';

const HEIGHT = '{"height_cm":95,"raw_mm":1050,"filtered_mm":1050,"timestamp_ms":12345678}';
const WIFI = { status: 'connected', ssid: 'MyNetwork', ip_address: '192.168.1.100', rssi_dbm: -65, timestamp_ms: 9 };
let world;
let stuck; // a client of desk b, whose movement never ends

before(async () => {
  world = await World.start();
  stuck = await world.open('/desks/b/events');
  await stuck.snapshot();
  await world.publish('desk/b/state', { state: 'MOVING_UP', target_cm: 110, timestamp_ms: 3 });
});
after(() => world.stop());

/** A client that has seen its snapshot: what comes from now on is live. */
async function live(path = '/events?desk=a') {
  const client = await world.open(path);
  await client.snapshot();
  return client;
}

/** Answers the desk's commands as firmware would, until `stop`. */
async function firmware(answer) {
  const client = await world.connect();
  client.on('message', (topic, payload) => answer(topic, JSON.parse(payload)));
  await client.subscribeAsync(['desk/+/cmd/preset', 'desk/+/cmd/move'], { qos: 1 });
  return client;
}

test('a reading becomes a height_update with its fields in order', async () => {
  const client = await live();
  await world.publish('desk/a/range', '{"raw_mm":1050,"timestamp_ms":12345678}');
  assert.equal((await client.next('height_update')).data, HEIGHT);
});

test('of many readings at once the newest wins', async () => {
  const client = await live();
  const readings = Array.from({ length: 40 }, (_, n) => ({ raw_mm: 1040, timestamp_ms: 20_000_000 + n }));
  await Promise.all(readings.map((reading) => world.publish('desk/a/range', reading)));
  await client.next((block) => block.event === 'height_update' && JSON.parse(block.data).timestamp_ms === 20_000_039);
  const sent = client.blocks.filter((block) => block.event === 'height_update').length;
  assert.ok(sent < 40, `${sent} of 40 readings were sent`);
});

test('a transition carries both states, and no target when idle', async () => {
  const client = await live();
  await world.publish('desk/a/state', { state: 'MOVING_UP', target_cm: 110, timestamp_ms: 12345678 }, { retain: true });
  await world.publish('desk/a/state', { state: 'MOVING_UP', target_cm: 110, timestamp_ms: 12345679 }, { retain: true });
  await world.publish('desk/a/state', { state: 'IDLE', target_cm: null, timestamp_ms: 12358789 }, { retain: true });
  const up = await client.nextData('status_change');
  const idle = await client.nextData('status_change');
  assert.deepEqual([up.new_state, up.target_height_cm], ['MOVING_UP', 110]);
  assert.deepEqual([idle.previous_state, idle.new_state, idle.target_height_cm], ['MOVING_UP', 'IDLE', null]);
  assert.deepEqual(Object.keys(idle), [
    'previous_state',
    'new_state',
    'target_height_cm',
    'current_height_cm',
    'timestamp_ms',
  ]);
});

test("the firmware's own errors pass through", async () => {
  const client = await live();
  const error = { error_code: 'LOW_MEMORY', message: 'heap below 50 KB', severity: 'warning', timestamp_ms: 5 };
  await world.publish('desk/a/error', error);
  assert.deepEqual(await client.nextData('error'), error);
});

test('a desk without calibration is told once', async () => {
  const client = await live('/desks/z/events');
  await world.publish('desk/z/range', { raw_mm: 1050, timestamp_ms: 1 });
  await world.publish('desk/z/range', { raw_mm: 1050, timestamp_ms: 2 });
  const error = await client.nextData('error');
  assert.deepEqual([error.error_code, error.severity], ['UNCALIBRATED', 'warning']);
  await world.publish('desk/z/error', { error_code: 'LOW_MEMORY', message: 'm', severity: 'warning', timestamp_ms: 6 });
  assert.equal((await client.nextData('error')).error_code, 'LOW_MEMORY');
});

test('the last will is a lost connection', async () => {
  const client = await live();
  await world.publish('desk/a/wifi', WIFI, { retain: true });
  assert.deepEqual(await client.nextData('wifi_status'), WIFI);
  await world.publish('desk/a/online', 'offline', { retain: true });
  const wifi = await client.nextData('wifi_status');
  assert.deepEqual([wifi.status, wifi.ssid, wifi.ip_address, wifi.rssi_dbm], ['disconnected', null, null, null]);
  assert.equal((await client.nextData('error')).error_code, 'WIFI_DISCONNECTED');
  await world.publish('desk/a/online', 'online', { retain: true });
  await world.publish('desk/a/wifi', WIFI, { retain: true });
  assert.equal((await client.nextData('wifi_status')).status, 'connected');
});

test('a silent sensor is a failure', async () => {
  const client = await live();
  await world.publish('desk/a/range', { raw_mm: 1050, timestamp_ms: 77 });
  const error = await client.nextData((block) => block.event === 'error' && block.data.includes('SENSOR_FAILURE'));
  assert.deepEqual([error.severity, error.timestamp_ms], ['critical', 77]);
});

test('who connects gets the current state, but no stored presets', async () => {
  const live_ = await live();
  await world.publish('desk/a/preset/3', { label: 'Sitting', height_cm: 72, action: 'saved' }, { retain: true });
  assert.deepEqual(await live_.nextData('preset_updated'), {
    slot: 3,
    label: 'Sitting',
    height_cm: 72,
    action: 'saved',
  });
  const client = await world.open('/events?desk=a');
  const names = (await client.snapshot()).map((block) => block.event).sort();
  assert.deepEqual(names, ['height_update', 'status_change', 'wifi_status']);
});

test('a query and a path choose the desk, in each way that a list is written', async () => {
  await world.publish('desk/b/wifi', { ...WIFI, ssid: 'of b' }, { retain: true });
  await stuck.next('wifi_status');
  const ssids = async (path) => {
    const snapshot = await (await world.open(path)).snapshot();
    return snapshot.filter((block) => block.event === 'wifi_status').map((block) => JSON.parse(block.data).ssid).sort();
  };
  assert.deepEqual(await ssids('/events?desk=b'), ['of b']);
  assert.deepEqual(await ssids('/desks/b/events'), ['of b']);
  assert.deepEqual(await ssids('/streams/desk?desk=b'), ['of b']);
  for (const query of ['', '?desk=a,b', '?desk=a&desk=b', '?desk[]=a&desk[]=b', '?desk%5B%5D=a&desk%5B%5D=b']) {
    assert.deepEqual(await ssids(`/events${query}`), ['MyNetwork', 'of b'], query);
  }
  assert.deepEqual(await ssids('/events?desk=nobody'), []);
});

test('polling gives the latest events, and 304 while nothing changed', async () => {
  const answer = await world.get('/api/state?desk=a');
  assert.equal(answer.headers.get('content-type'), 'application/json');
  const events = JSON.parse(answer.text);
  assert.deepEqual(events.map((event) => event.event).sort(), [
    'height_update',
    'preset_updated',
    'status_change',
    'wifi_status',
  ]);
  const preset = events.find((event) => event.event === 'preset_updated');
  assert.deepEqual(preset.key, { desk: 'a', slot: 3 });
  assert.deepEqual(preset.data, { slot: 3, label: 'Sitting', height_cm: 72, action: 'saved' });
  assert.match(preset.id, /^[a-z0-9]+-\d+$/);
  const again = await world.get('/api/state?desk=a', { headers: { 'If-None-Match': answer.headers.get('etag') } });
  assert.equal(again.status, 304);
  assert.deepEqual(await world.getJson('/streams/desk/latest?desk=a'), events);
});

test('a move is published and answered 202', async () => {
  const moves = [];
  const desk = await firmware((topic, payload) => moves.push([topic, payload]));
  const answer = await world.post('/desks/a/move', { height_cm: 110 });
  assert.equal(answer.status, 202);
  await until('the command', () => moves.length > 0);
  assert.deepEqual(moves, [['desk/a/cmd/move', { target_cm: 110 }]]);
  await desk.endAsync();
});

test("a preset is saved and deleted with the firmware's answer", async () => {
  const desk = await firmware((topic, { slot, label = '', height_cm = 0, action }) => {
    world.publish(`${topic.split('/cmd/')[0]}/preset/${slot}`, { label, height_cm, action }, { retain: true });
  });
  const saved = await world.post('/preset/save', { slot: 2, label: 'Standing', height_cm: 110 });
  assert.equal(saved.status, 200);
  assert.equal(saved.text.trim(), '{"slot":2,"label":"Standing","height_cm":110,"action":"saved"}');
  const deleted = await world.post('/preset/delete', { desk: 'a', slot: 2 });
  assert.equal(deleted.status, 200);
  assert.equal(JSON.parse(deleted.text).action, 'deleted');
  await desk.endAsync();
});

test('a command that is wrong is refused before anything is published', async () => {
  const seen = [];
  const desk = await firmware((topic) => seen.push(topic));
  const statusOf = async (...request) => (await world.post(...request)).status;
  assert.equal(await statusOf('/preset/save', 'not json'), 400);
  assert.equal(await statusOf('/desks/a%2Fb/move', { height_cm: 90 }), 400, 'a level must not hold a slash');
  assert.equal(await statusOf('/desks/%2B/move', { height_cm: 90 }), 400, 'a level must not be a wildcard');
  assert.equal(await statusOf('/preset/save', { slot: 9, label: 'Too high', height_cm: 110 }), 422);
  assert.equal(await statusOf('/preset/save', { slot: 1, label: 'x', height_cm: 110, more: 1 }), 422);
  assert.equal(await statusOf('/preset/save', { slot: 1 }), 422);
  assert.equal(await statusOf('/preset/save', '[]'), 422);
  assert.equal(await statusOf('/preset/save', '{"slot":1}', { 'Content-Type': 'text/plain' }), 415);
  assert.equal(await statusOf('/preset/save', `"${'x'.repeat(70_000)}"`), 413);
  assert.equal(await statusOf('/desks/a/move', { height_cm: 100 }), 202);
  await until('the one that is right', () => seen.length > 0);
  assert.deepEqual(seen, ['desk/a/cmd/move']);
  await desk.endAsync();
});

test('a refusal is a problem document that says what was expected', async () => {
  const answer = await world.post('/preset/save', { slot: 9, label: 'Too high', height_cm: 110 });
  assert.equal(answer.headers.get('content-type'), 'application/problem+json');
  const problem = JSON.parse(answer.text);
  assert.equal(problem.status, 422);
  assert.match(problem.detail, /slot/);
  assert.match(problem.detail, /9/);
});

test('a desk that does not answer is 504', async () => {
  assert.equal((await world.post('/preset/save', { slot: 2, label: 'Standing', height_cm: 110 })).status, 504);
});

test('unknown paths are 404, wrong methods 405 with what is allowed, HEAD has no body', async () => {
  assert.equal((await world.get('/nothing/here')).status, 404);
  const wrong = await world.get('/preset/save');
  assert.equal(wrong.status, 405);
  assert.match(wrong.headers.get('allow'), /POST/);
  const posted = await world.post('/events', {});
  assert.equal(posted.status, 405);
  assert.match(posted.headers.get('allow'), /GET/);
  const head = await world.get('/events', { method: 'HEAD' });
  assert.equal(head.status, 200);
  assert.equal(head.headers.get('content-type'), 'text/event-stream');
  assert.equal(head.text, '');
});

test('a stream without events breathes', async () => {
  const client = await live('/desks/nobody/events');
  await client.next((block) => block.comments.includes('heartbeat'));
});

test('a movement that does not end in 30 s is an error', async () => {
  const error = await stuck.nextData((block) => block.event === 'error' && block.data.includes('MOVEMENT_TIMEOUT'));
  assert.deepEqual([error.severity, error.message], ['critical', 'Desk b did not reach 110 cm in 30 s']);
});

test('while the broker is away commands are 503 at once and every stream says so', async () => {
  const client = await live();
  await world.broker.halt();
  const away = JSON.parse((await client.next('source')).data);
  assert.equal(away.connected, false);
  assert.equal((await world.post('/desks/a/move', { height_cm: 110 })).status, 503);
  assert.equal((await world.get('/readyz')).status, 503);
  assert.equal((await world.get('/livez')).status, 200);
  await world.broker.resume();
  const back = JSON.parse((await client.next('source')).data);
  assert.equal(back.connected, true);
  await within('/readyz to be 200 again', world.gateway.ready());
  await world.publish('desk/a/range', { raw_mm: 1050, timestamp_ms: 88 });
  await client.next((block) => block.event === 'height_update');
});
