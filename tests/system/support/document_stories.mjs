// What happens to the devices of a document while its client runs, and what the client then shows. `sees(what, fact)`
// waits until the fact holds of its state: what its script called, and `text(id)`, an element's text.

let uptime = 0;
const stamp = () => (uptime += 1000);

export async function reading(world, raw_mm) {
  await world.publish('desk/a/range', { raw_mm, timestamp_ms: stamp() });
}

export async function deskStory(world, sees) {
  await sees('the connection', (state) => state.text('connection-status') === 'Connected');
  await reading(world, 1050);
  await sees('the height', (state) => state.text('height') > 90 && String(state.text('raw')) === '1050');
  await world.publish('desk/a/state', { state: 'MOVING_UP', target_cm: 110, timestamp_ms: stamp() });
  await sees('the movement', (state) => state.text('status') === 'MOVING_UP');
  await world.publish('desk/a/state', { state: 'IDLE', timestamp_ms: stamp() });
  await sees('its end', (state) => state.notifications.some((text) => /^Height reached: \d+ cm$/.test(text)));
  await world.publish('desk/a/preset/2', { label: 'Standing', height_cm: 110, action: 'saved' });
  await sees('the preset', (state) => state.text('preset-2') === 'Standing (110 cm)');
  const network = { ssid: 'MyNetwork', ip_address: '10.0.0.2', rssi_dbm: -65, timestamp_ms: stamp() };
  await world.publish('desk/a/wifi', { status: 'connected', ...network });
  await sees('the network', (state) => state.text('wifi-status') === 'Connected: MyNetwork (-65 dBm)');
  const error = { error_code: 'SENSOR_FAILURE', message: 'not responding', severity: 'critical', timestamp_ms: stamp() };
  await world.publish('desk/a/error', error);
  await sees('the error', (state) => state.disabled > 0 && state.alerts.some(([text]) => text === 'not responding'));
  await world.publish('desk/a/wifi', { status: 'disconnected', ...network });
  await sees('its loss', (state) => state.text('wifi-status') === 'Disconnected');
}

export async function cellsStory(world, sees) {
  for (const mv of [3312, 3313, 3314]) {
    await world.publish('bms/p1/cells', { cells: [mv, 3300], bal: [false, true] });
    await sees(`${mv} mV`, ({ packs }) => packs.at(-1)?.cells[0] === mv && packs.at(-1).balancing[0] === 1);
  }
}

/** The gateway goes and comes back; `again` brings it. */
export async function comebackStory(world, sees, again) {
  await sees('the connection', (state) => state.text('connection-status') === 'Connected');
  await world.gateway.stop();
  await sees('its loss', (state) => state.text('connection-status') === 'Reconnecting...');
  await again();
  await sees('the connection again', (state) => state.text('connection-status') === 'Connected');
  await reading(world, 1250);
  await sees('the height', (state) => String(state.text('raw')) === '1250');
}
