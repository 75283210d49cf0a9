// The desk page: one stream for what happens, three POST routes for what the user wants.

import { createClient } from '/client.js';
import { byId, copyOf, onceAFrame, Plot, say, showState } from '/shared/page.js';

const desk = new URLSearchParams(location.search).get('desk') ?? 'a';
const SPAN_S = 60;
const LEAST_RANGE_CM = 10; // so that a resting desk's noise does not fill the plot
const plot = new Plot(byId('plot'), {
  lines: [
    { label: 'Height', color: '--accent' },
    { label: 'Target', color: '--warn', dash: [6, 4] },
  ],
  unit: 'cm',
  range: (low, high) => {
    const half = (Math.max(LEAST_RANGE_CM, high - low) * 1.2) / 2;
    return [(low + high) / 2 - half, (low + high) / 2 + half];
  },
});
let points = []; // [Unix seconds, height, target] of the last minute, oldest first
const presets = new Map(); // slot -> {label, height_cm}
let height = null;
let target = null;
let isLoaded = false; // what is stored

const STATES = {
  IDLE: ['good', 'Idle'],
  MOVING_UP: ['warn', 'Moving up'],
  MOVING_DOWN: ['warn', 'Moving down'],
  STABILIZING: ['warn', 'Stabilizing'],
  ERROR: ['bad', 'Error'],
};

const drawPlot = onceAFrame(() => plot.show(...[0, 1, 2].map((column) => points.map((point) => point[column]))));

function showHeight(data) {
  height = data.height_cm;
  byId('height').textContent = data.height_cm;
  byId('raw').textContent = data.raw_mm;
  byId('filtered').textContent = data.filtered_mm;
  const now = Date.now() / 1000;
  points = [...points.filter(([time]) => time > now - SPAN_S), [now, height, target]];
  drawPlot();
}

function showStatus(data) {
  target = data.target_height_cm;
  say(byId('status'), ...(STATES[data.new_state] ?? ['bad', data.new_state]));
  byId('target').textContent = target === null ? '' : `to ${target} cm`;
}

function showError(data) {
  const alert = copyOf('alert');
  alert.dataset.severity = data.severity;
  const severity = data.severity === 'critical' ? 'Critical' : 'Warning';
  alert.querySelector('span').textContent = `${severity}: ${data.message}`;
  alert.querySelector('button').onclick = () => alert.remove();
  byId('alerts').prepend(alert);
  while (byId('alerts').children.length > 5) byId('alerts').lastElementChild.remove();
}

function showWifi(data) {
  if (data.status === 'connected') {
    say(byId('wifi-status'), 'good', `Connected: ${data.ssid} (${data.rssi_dbm} dBm), ${data.ip_address}`);
  } else if (data.status === 'reconnecting') {
    say(byId('wifi-status'), 'warn', 'Reconnecting');
  } else {
    say(byId('wifi-status'), 'bad', 'Disconnected');
  }
}

const client = createClient({ streams: { desk: { desk: [desk] } }, transport: ['sse', 'polling'] });
showState(client, byId('connection-status'));
client.on('height_update', showHeight);
client.on('status_change', showStatus);
client.on('error', showError);
client.on('preset_updated', showPreset);
client.on('wifi_status', showWifi);
client.on('gap', () => (isLoaded = false));
client.on('checkpoint', () => loadState().catch(() => {})); // the connection's state says what is wrong

function showPreset({ slot, label, height_cm, action }) {
  if (action === 'deleted') presets.delete(slot);
  else presets.set(slot, { label, height_cm });
  byId('presets').replaceChildren(
    ...[...presets].sort(([a], [b]) => a - b).map(([slot, preset]) => {
      const item = copyOf('preset');
      const go = item.querySelector('.go');
      go.id = `preset-${slot}`;
      go.textContent = `${slot}. ${preset.label} (${preset.height_cm} cm)`;
      go.onclick = () => move(preset.height_cm);
      const remove = item.querySelector('.delete');
      remove.setAttribute('aria-label', `Delete preset ${slot}`);
      remove.onclick = () => post('/preset/delete', { desk, slot }, `Preset ${slot} deleted`);
      return item;
    }),
  );
}

/** Sends a command and says how it went. */
async function post(route, body, done) {
  byId('answer').textContent = 'Sending';
  try {
    const response = await fetch(route, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (response.ok) {
      byId('answer').textContent = done;
    } else {
      const problem = await response.json().catch(() => ({}));
      byId('answer').textContent = problem.detail ?? problem.title ?? `The gateway answered ${response.status}`;
    }
  } catch {
    byId('answer').textContent = 'The gateway cannot be reached';
  }
}

const reachable = (centimetres) => Math.min(130, Math.max(60, Math.round(centimetres)));

function move(centimetres) {
  const height_cm = reachable(centimetres);
  return post(`/desks/${encodeURIComponent(desk)}/move`, { height_cm }, `Moving to ${height_cm} cm`);
}

byId('up').onclick = () => height !== null && move(height + 5);
byId('down').onclick = () => height !== null && move(height - 5);
byId('move').onsubmit = (e) => {
  e.preventDefault();
  move(byId('move-height').valueAsNumber);
};
byId('save').onsubmit = (e) => {
  e.preventDefault();
  if (height === null) return;
  const slot = Number(byId('save-slot').value);
  const label = byId('save-label').value;
  post('/preset/save', { desk, slot, label, height_cm: reachable(height) }, `Preset ${slot} saved`);
};

/** Presets are told only when they change; what is stored now comes from the polling route, once. */
async function loadState() {
  if (isLoaded) return;
  const response = await fetch('/api/state');
  if (!response.ok) return;
  const latest = await response.json();
  isLoaded = true;
  const names = [...new Set(latest.map((event) => event.key.desk))].sort();
  for (const event of latest) {
    if (event.event === 'preset_updated' && event.key.desk === desk) showPreset(event.data);
  }
  if (names.length < 2) return;
  byId('desks').replaceChildren(...names.map((name) => new Option(name, name, name === desk, name === desk)));
  byId('desks').onchange = () => location.assign(`/desk?desk=${encodeURIComponent(byId('desks').value)}`);
  byId('desk-choice').classList.remove('hidden');
}

byId('desk-name').textContent = desk;
