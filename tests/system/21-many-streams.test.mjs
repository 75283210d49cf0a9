// Chapter 21: several streams on one connection.

import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { after, before, test } from 'node:test';
import { launch, openPage } from './support/browser.mjs';
import { exchange } from './support/raw_http.mjs';
import { until } from './support/until.mjs';
import { World } from './support/world.mjs';

const MAPPINGS = {
  'plant.yaml': `events:
  level: {tank: text, value: number}
  alarm: {tank: text, text: text}
rules:
  - topic: plant/{tank}/level
    payload: {value: number}
    emit: level
  - topic: plant/{tank}/alarm
    payload: {text: text}
    emit: alarm
streams:
  tanks:
    path: /tanks/{tank}
    events: [level, alarm]
    on_connect: level
  all:
    events: [level, alarm]
    frame: envelope
    hello: welcome
  secret:
    events: alarm
    access: operator
`,
  'weather.yaml': `events:
  wind: {place: text, speed: number}
rules:
  - topic: weather/{place}
    payload: {speed: number}
    emit: wind
streams:
  weather:
    events: wind
    query: {place: [text]}
    when: query.place == null or place in query.place
    on_connect: wind
`,
};
const token = crypto.randomBytes(32).toString('base64url');
const bearer = { Authorization: `Bearer ${token}` };

let world;
before(async () => {
  const hash = crypto.createHash('sha256').update(token).digest('hex');
  const config = `access:\n  tokens: {op: {role: operator, hash: "sha256:${hash}"}}\n`;
  world = await World.start({ mappings: MAPPINGS, config });
});
after(() => world.stop());

test('two streams, each with its parameters, come with their names, one hello, one checkpoint', async () => {
  await world.publish('plant/a/level', { value: 1 });
  await world.publish('plant/b/level', { value: 2 });
  await world.publish('weather/north', { speed: 3 });
  await world.publish('weather/south', { speed: 4 });
  await until('all to be there', async () => (await world.getJson('/streams/weather/latest')).length === 2);
  const client = await world.open('/streams?names=plant.tanks,weather,plant.all&plant.tanks.tank=a&weather.place=north');
  assert.equal(client.status, 200);
  const checkpoint = await client.next('checkpoint');
  const shown = client.blocks.filter((block) => block.event && block !== checkpoint);
  assert.deepEqual(
    shown.map(({ event, id, data }) => [event, id, data.replace(/"timestamp":[\d.]+/, '"timestamp":0')]),
    [
      ['plant.all.welcome', undefined, '{"type":"welcome","data":{},"timestamp":0}'],
      ['plant.tanks.level', undefined, '{"tank":"a","value":1}'],
      ['weather.wind', undefined, '{"place":"north","speed":3}'],
    ],
  );

  await world.publish('plant/b/level', { value: 5 }); // of plant.all alone
  await world.publish('weather/south', { speed: 6 }); // of none
  await world.publish('plant/a/level', { value: 7 }); // of two
  const b = await client.next('plant.all.level');
  assert.equal(JSON.parse(b.data).data.value, 5);
  const first = await client.next('plant.tanks.level');
  const second = await client.next('plant.all.level');
  assert.equal(first.id, `${second.id}-1`);
  assert.equal(JSON.parse(first.data).value, 7);
  assert.equal(JSON.parse(second.data).type, 'level');
  assert.ok(!client.body.includes('south'));
});

test('who is cut between the two blocks of an event goes on between them', async () => {
  const path = '/streams?names=plant.tanks,plant.all&plant.tanks.tank=a';
  const live = await world.open(path);
  await live.next('checkpoint');
  await world.publish('plant/a/alarm', { text: 'high' });
  const first = await live.next('plant.tanks.alarm');
  const second = await live.next('plant.all.alarm');
  await world.publish('plant/a/alarm', { text: 'higher' });
  await live.next('plant.all.alarm');

  const back = await world.open(path, { lastEventId: first.id });
  await back.next((block) => block.data?.includes('higher') && block.event === 'plant.all.alarm');
  const got = back.blocks.filter((block) => block.id).map((block) => [block.event, block.id]);
  assert.deepEqual(got[0], ['plant.all.alarm', second.id]);
  assert.deepEqual(
    got.slice(1).map(([event]) => event),
    ['plant.tanks.alarm', 'plant.all.alarm'],
  );
  const on = await world.open(path, { lastEventId: second.id });
  await on.next((block) => block.data?.includes('higher'));
  assert.ok(!on.body.includes('"high"'));
});

test('a browser hears them all, each by its name', async () => {
  const browser = await launch();
  try {
    const { page } = await openPage(browser, `${world.base}/`);
    await page.evaluate(() => {
      window.seen = [];
      const source = new EventSource('/streams?names=plant.all,weather');
      source.onopen = () => window.seen.push('open');
      for (const name of ['plant.all.level', 'weather.wind']) {
        source.addEventListener(name, (event) => window.seen.push(`${name} ${event.lastEventId.split('-')[1] ?? ''}`));
      }
    });
    const seen = () => page.evaluate(() => window.seen);
    await until('the connection', async () => (await seen()).includes('open'));
    await world.publish('plant/a/level', { value: 21 });
    await world.publish('weather/north', { speed: 22 });
    const live = await until('both', async () => {
      const numbered = (await seen()).filter((one) => /\d$/.test(one));
      return numbered.length === 2 && numbered;
    });
    assert.match(live[0], /^plant\.all\.level /);
    assert.match(live[1], /^weather\.wind /);
  } finally {
    await browser.close();
  }
});

test('what is wrong with a request is said before any byte', async () => {
  const answer = async (query, options) => {
    const { status, text } = await world.get(`/streams${query}`, options);
    return `${status} ${JSON.parse(text).detail}`;
  };
  assert.equal(await answer(''), '400 names is missing: which streams, as in names=one,two');
  assert.equal(await answer('?names=weather,'), '400 names has an empty name: write names=one,two');
  assert.equal(await answer('?names=weather,rain'), "404 names: no stream is called 'rain'");
  assert.equal(
    await answer('?names=weather&names=weather'),
    "400 names has 'weather' twice: ask for each stream once",
  );
  assert.equal(await answer('?names=plant.tanks'), "400 plant.tanks: parameter 'tank' is missing");
  assert.match(await answer('?names=weather,plant.secret'), /^401 /);
  assert.match(await answer('?names=weather,plant.secret', { headers: { Authorization: 'Bearer x' } }), /^401 /);
  const allowed = await world.open('/streams?names=weather,plant.secret', { headers: bearer });
  assert.equal(allowed.status, 200);
  const head = await exchange(world.gateway.port, 'HEAD /streams?names=weather HTTP/1.1\r\nHost: localhost\r\n\r\n');
  assert.equal(head.status, 200);
  assert.match(head.text, /text\/event-stream/);
});

test('one ticket opens all streams of a connection', async () => {
  const { text } = await world.get('/ticket', { method: 'POST', headers: bearer });
  const { ticket } = JSON.parse(text);
  const client = await world.open(`/streams?names=plant.secret,plant.all,weather&ticket=${ticket}`);
  assert.equal(client.status, 200);
  await client.next('checkpoint');
  await world.publish('plant/c/alarm', { text: 'secret' });
  assert.equal((await client.next('plant.secret.alarm')).data, '{"tank":"c","text":"secret"}');
});
