// The desk page: one EventSource for what happens, three POST routes for what the user wants.

import { Plot } from '/desk/plot.js';

const desk = new URLSearchParams(location.search).get('desk') ?? 'a';
const byId = (id) => document.getElementById(id);
const plot = new Plot(byId('curve'), byId('target-line'));
const presets = new Map(); // slot -> {label, height_cm}
let height = null;
let target = null;

const STATES = {
  IDLE: ['good', 'Idle'],
  MOVING_UP: ['warn', 'Moving up'],
  MOVING_DOWN: ['warn', 'Moving down'],
  STABILIZING: ['warn', 'Stabilizing'],
  ERROR: ['bad', 'Error'],
};

function say(id, is, text) {
  byId(id).dataset.is = is;
  byId(id).textContent = text;
}

function handleHeightUpdate(e) {
  const data = JSON.parse(e.data);
  height = data.height_cm;
  byId('height').textContent = data.height_cm;
  byId('raw').textContent = data.raw_mm;
  byId('filtered').textContent = data.filtered_mm;
  plot.add(data.height_cm, target);
}

function handleStatusChange(e) {
  const data = JSON.parse(e.data);
  target = data.target_height_cm;
  say('status', ...(STATES[data.new_state] ?? ['bad', data.new_state]));
  byId('target').textContent = target === null ? '' : `to ${target} cm`;
}

function handleError(e) {
  if (!(e instanceof MessageEvent)) return; // EventSource's own error has the same name, and no data
  const data = JSON.parse(e.data);
  const alert = byId('alert').content.firstElementChild.cloneNode(true);
  alert.dataset.severity = data.severity;
  const severity = data.severity === 'critical' ? 'Critical' : 'Warning';
  alert.querySelector('span').textContent = `${severity}: ${data.message}`;
  alert.querySelector('button').onclick = () => alert.remove();
  byId('alerts').prepend(alert);
  while (byId('alerts').children.length > 5) byId('alerts').lastElementChild.remove();
}

function handlePresetUpdated(e) {
  showPreset(JSON.parse(e.data));
}

function handleWifiStatus(e) {
  const data = JSON.parse(e.data);
  if (data.status === 'connected') {
    say('wifi-status', 'good', `Connected: ${data.ssid} (${data.rssi_dbm} dBm), ${data.ip_address}`);
  } else if (data.status === 'reconnecting') {
    say('wifi-status', 'warn', 'Reconnecting');
  } else {
    say('wifi-status', 'bad', 'Disconnected');
  }
}

function connect() {
  const eventSource = new EventSource(`/events?desk=${encodeURIComponent(desk)}`);
  eventSource.onopen = () => {
    say('connection-status', 'good', 'Connected');
    loadState().catch(() => {}); // the stream says what is wrong
  };
  eventSource.onerror = (e) => {
    if (e instanceof MessageEvent) return;
    say('connection-status', 'bad', 'Reconnecting');
    // After a refusal EventSource does not come back by itself.
    if (eventSource.readyState === EventSource.CLOSED) setTimeout(connect, 3000);
  };
  eventSource.addEventListener('height_update', handleHeightUpdate);
  eventSource.addEventListener('status_change', handleStatusChange);
  eventSource.addEventListener('error', handleError);
  eventSource.addEventListener('preset_updated', handlePresetUpdated);
  eventSource.addEventListener('wifi_status', handleWifiStatus);
  eventSource.addEventListener('source', (e) => {
    const { connected } = JSON.parse(e.data);
    say('connection-status', connected ? 'good' : 'warn', connected ? 'Connected' : 'The gateway lost its broker');
  });
}

function showPreset({ slot, label, height_cm, action }) {
  if (action === 'deleted') presets.delete(slot);
  else presets.set(slot, { label, height_cm });
  byId('presets').replaceChildren(
    ...[...presets].sort(([a], [b]) => a - b).map(([slot, preset]) => {
      const item = byId('preset').content.firstElementChild.cloneNode(true);
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

/** Presets are told only when they change; what is stored now comes from the polling route. */
async function loadState() {
  const response = await fetch('/api/state');
  if (!response.ok) return;
  const latest = await response.json();
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
connect();
