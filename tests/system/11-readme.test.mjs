// Chapter 11: the README's examples, as they stand there.

import assert from 'node:assert/strict';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { after, test } from 'node:test';
import { EventSource } from 'eventsource';
import { Child, run } from './support/child.mjs';
import { folderOf, root, sluice } from './support/gateway.mjs';
import { example, readme } from './support/readme.mjs';
import { until } from './support/until.mjs';
import { World } from './support/world.mjs';

const files = await folderOf({
  'sluice.yaml': example('sluice.yaml'),
  'climate.yaml': example('climate.yaml'),
});
after(() => rm(files, { recursive: true }));

test('the configuration and the mapping are accepted', async () => {
  for (const name of ['sluice.yaml', 'climate.yaml']) {
    const { code, err } = await sluice(['check', path.join(files, name)]);
    assert.equal(code, 0, err);
  }
});

test('what is published is what curl shows, and what the page gets', async () => {
  const world = await World.start({ mappings: { 'climate.yaml': example('climate.yaml') } });
  try {
    const command = example('curl').replace('http://127.0.0.1:8080', world.base).replace('curl -N', 'exec curl -sN');
    const curl = new Child('sh', ['-c', command]);
    await until('the checkpoint', () => curl.out.includes('checkpoint'));

    const document = { title: '' };
    let source;
    const Here = function (url) {
      return (source = new EventSource(world.base + url));
    };
    new Function('EventSource', 'document', example('javascript'))(Here, document);
    await until('the page to be connected', () => source.readyState === EventSource.OPEN);

    const publish = example('publish').replaceAll('mosquitto_pub', `mosquitto_pub -p ${world.broker.port}`);
    assert.equal((await run('sh', ['-ec', publish])).code, 0);
    const plain = (text) => text.replace(/^retry: \d+/, 'retry: 0').replace(/^id: \w+-/gm, 'id: epoch-').trim();
    const events = () => curl.out.match(/event: temperature\ndata: .*\n\n/g) ?? [];
    await until('both events', () => events().length === 2);
    assert.equal(plain(curl.out), plain(example('events')));
    await until("the page's title", () => document.title === 'attic: 23.1 °C');
    source.close();
    await curl.stop();
  } finally {
    await world.stop();
  }
});

test('every command and route that it names is there', async () => {
  const world = await World.start();
  try {
    for (const [, route] of readme.matchAll(/^\| `(\/[a-z/]+)` \|/gm)) {
      assert.equal((await world.get(route)).status, 200, route);
    }
    for (const [, link] of readme.matchAll(/\]\(([\w/.]+)\)/g)) await readFile(path.join(root, link));
  } finally {
    await world.stop();
  }
});
