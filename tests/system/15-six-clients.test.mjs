// chapter: other programs
// Chapter 15: six programs that read event streams see the same events: type, data and last event ID, in each frame.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { launch } from './support/browser.mjs';
import { clients } from './support/event_clients.mjs';
import { EVENTS, FRAMES, MAPPING, message } from './support/mixed_events.mjs';
import { until } from './support/until.mjs';
import { World } from './support/world.mjs';

const EARLY = 100; // events that clients find when they come: the snapshot
const LIVE = 1000;
const LISTENED = [...EVENTS, 'checkpoint', 'gap', 'source', 'expired'];

const options = { mappings: MAPPING, config: 'limits: {backlog: 64MiB}\n' };
const messages = Array.from({ length: EARLY + LIVE }, (_, n) => message(n));
const inFrame = {
  event: ({ name, data }) => [name, data],
  data: ({ data }) => ['message', data],
  envelope: ({ name, data }) => ['message', `{"type":"${name}","data":${data},"timestamp":T}`],
};

let world;
let browser;
let epoch;
const open = {}; // {client: {frame: {seen, close}}}
before(async () => {
  world = await World.start(options);
  const publish = ({ topic, payload, retain }) => world.publish(topic, payload, { retain });
  await publish(messages[0]); // one that the broker has stored when the gateway starts
  await world.restartGateway(options);
  const { log } = await until('the stored message', async () => {
    const status = await world.gateway.status();
    return status.log.head === 1 && status;
  });
  epoch = log.epoch;
  for (const one of messages.slice(1, EARLY)) await publish(one);

  browser = await launch();
  for (const [name, openOne] of Object.entries(clients(browser))) {
    open[name] = {};
    for (const frame of FRAMES) open[name][frame] = await openOne(`${world.base}/mixed/${frame}`, LISTENED);
  }
  const greeted = async (client) => (await client.seen()).some(([type]) => type === 'checkpoint');
  for (const frames of Object.values(open)) {
    for (const client of Object.values(frames)) await until('the checkpoint', () => greeted(client));
  }
  for (const one of messages.slice(EARLY)) await publish(one);
});
after(async () => {
  for (const frames of Object.values(open)) for (const client of Object.values(frames)) await client.close();
  await browser?.close();
  await world?.stop();
});

/** The events in that frame, literally: the snapshot without ids, the checkpoint, then each with its own. */
const expected = (frame) => [
  ...messages.slice(0, EARLY).map((one) => [...inFrame[frame](one), '']),
  ['checkpoint', '', `${epoch}-${EARLY}`],
  ...messages.slice(EARLY).map((one, i) => [...inFrame[frame](one), `${epoch}-${EARLY + 1 + i}`]),
];

/** An envelope's time is the gateway's. */
const timeless = ([type, data, id]) => [type, data.replace(/"timestamp":\d+(\.\d+)?\}$/, '"timestamp":T}'), id];
const short = (event) => JSON.stringify(event)?.slice(0, 300);

for (const name of Object.keys(clients())) {
  test(`${name} sees each of ${EARLY + LIVE} mixed events, in every frame`, async () => {
    for (const frame of FRAMES) {
      const wanted = expected(frame);
      const seen = await until('the last event', async () => {
        const list = await open[name][frame].seen();
        return list.length >= wanted.length && list;
      });
      const got = frame === 'envelope' ? seen.map(timeless) : seen;
      wanted.forEach((event, i) => assert.equal(short(got[i]), short(event), `frame ${frame}, event ${i}`));
      assert.deepEqual(got, wanted);
    }
  });
}
