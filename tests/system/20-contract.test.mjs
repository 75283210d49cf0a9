// Chapter 20: a running gateway publishes the contract of its mappings.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sluice } from './support/gateway.mjs';
import { until } from './support/until.mjs';
import { World } from './support/world.mjs';

let world;
before(async () => (world = await World.start()));
after(() => world.stop());

const schema = (language) => fetch(`${world.base}/schema/${language}`);

test('each language is at its route, with its media type', async () => {
  const types = {
    ts: 'text/plain; charset=utf-8',
    'json-schema': 'application/schema+json',
    openapi: 'application/openapi+json',
    asyncapi: 'application/vnd.aai.asyncapi+json',
  };
  for (const [language, type] of Object.entries(types)) {
    const response = await schema(language);
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('content-type'), type);
    assert.ok((await response.text()).length > 1000);
  }
});

test('it says what `sluice types` says, less what needs a role', async () => {
  const whole = JSON.parse((await sluice(['types', '--lang', 'openapi', 'mappings/'])).out);
  const published = await (await schema('openapi')).json();
  const needsRole = ([, item]) => Object.values(item).some(({ responses }) => responses[401]);
  const open = Object.entries(whole.paths).filter((entry) => !needsRole(entry));
  assert.ok(open.length < Object.keys(whole.paths).length);
  assert.deepEqual(published.paths, Object.fromEntries(open));
  assert.deepEqual(Object.keys(published.components.schemas).filter((name) => name.startsWith('orders.')), []);
});

test('a poll answers what the contract says: the fields, and no others', async () => {
  await world.publish('desk/a/wifi', '{"status":"connected","ssid":"n","ip_address":null,"rssi_dbm":-60,"timestamp_ms":1}');
  const listed = await until('the value', async () => {
    const list = await world.getJson('/api/state?desk=a');
    return list.length > 0 && list;
  });
  const document = await (await schema('openapi')).json();
  const { anyOf } = document.paths['/api/state'].get.responses[200].content['application/json'].schema.items;
  const described = anyOf.find(({ properties }) => properties.event.const === 'wifi_status');
  assert.deepEqual(Object.keys(listed[0]).sort(), Object.keys(described.properties).sort());
  assert.deepEqual(Object.keys(listed[0].key), Object.keys(described.properties.key.properties));
  assert.deepEqual(Object.keys(listed[0].data), document.components.schemas['desk.wifi_status'].required);
});

test('another language is not there', async () => {
  assert.equal((await schema('cobol')).status, 404);
});
