// The plant: the newest value of every tag, and the trend of one.

import { createClient } from '/client.js';
import { byId, copyOf, onceAFrame, Plot, showState } from '/shared/page.js';

const TREND_KEPT = 2000;
const REFRESH_MS = 20_000; // minutes and hours: what ended since
const tags = new Map(); // "site tag" -> {site, tag, value, time, quality, row}
const trend = new Plot(byId('trend'), { lines: [{ label: 'Value', color: '--accent' }], unit: '' });
let shown = null; // the tag of the trend
let points = []; // [Unix seconds, value], oldest first

const client = createClient({ streams: 'scada', transport: ['sse', 'polling'], polled: { scada: 'data' } });
showState(client, byId('connection-status'));

client.on('data', (data) => {
  if (data.interval !== 'raw') return;
  const id = `${data.site} ${data.tag}`;
  const known = tags.get(id);
  if (known && known.time > data.time) return;
  tags.set(id, { quality: 'good', ...data, row: known?.row ?? addRow(data) });
  if (shown && id === `${shown.site} ${shown.tag}` && interval() === 'raw') addPoint(data);
  draw();
});

client.on('error', ({ site, tag, code, message }) => {
  for (const one of tags.values()) if (one.site === site && (tag === null || one.tag === tag)) one.quality = 'stale';
  const alert = copyOf('alert');
  alert.dataset.severity = code === 'SITE_OFFLINE' ? 'critical' : 'warning';
  alert.querySelector('span').textContent = message;
  alert.querySelector('button').onclick = () => alert.remove();
  byId('alerts').prepend(alert);
  while (byId('alerts').children.length > 5) byId('alerts').lastElementChild.remove();
  draw();
});

// The table.

function addRow({ site, tag }) {
  const row = copyOf('row');
  row.querySelector('.site').textContent = site;
  row.querySelector('.show').textContent = tag;
  row.querySelector('.show').setAttribute('aria-label', `Trend of ${tag}, site ${site}`);
  row.querySelector('.show').onclick = () => show({ site, tag });
  const after = [...byId('tags').children].find((other) => other.dataset.id > `${site} ${tag}`);
  row.dataset.id = `${site} ${tag}`;
  byId('tags').insertBefore(row, after ?? null);
  return row;
}

const draw = onceAFrame(() => {
  const wanted = byId('filter').value.toLowerCase();
  let count = 0;
  for (const [id, { value, time, quality, row }] of tags) {
    const isStale = quality === 'stale';
    row.querySelector('.value').textContent = value === null ? '–' : Number(value.toPrecision(6));
    row.querySelector('.time').textContent = new Date(time).toLocaleTimeString();
    row.querySelector('.quality').textContent = isStale ? 'stale' : 'good';
    row.classList.toggle('stale', isStale);
    row.classList.toggle('hidden', !id.toLowerCase().includes(wanted));
    if (!row.classList.contains('hidden')) count++;
  }
  byId('count').textContent = `${count} of ${tags.size}`;
  if (!shown && tags.size) show([...tags.values()][0]);
});
byId('filter').oninput = draw;

// The trend.

const interval = () => document.querySelector('[name=interval]:checked').value;
const drawTrend = onceAFrame(() => trend.show(points.map(([time]) => time), points.map(([, value]) => value)));

function addPoint({ time, value }) {
  if (points.at(-1)?.[0] > time / 1000) return;
  points.push([time / 1000, value]);
  if (points.length > TREND_KEPT) points.shift();
  drawTrend();
}

function show({ site, tag }) {
  shown = { site, tag };
  byId('trend-name').textContent = `${site}: ${tag}`;
  for (const row of byId('tags').children) {
    row.querySelector('.show').setAttribute('aria-current', row.dataset.id === `${site} ${tag}`);
  }
  return load();
}

/** What the gateway still has of the past; raw values go on from there as they come. */
async function load() {
  if (!shown) return;
  const { site, tag } = shown;
  const chosen = interval();
  const query = new URLSearchParams([['tags[]', tag], ['interval', chosen], ['limit', TREND_KEPT]]);
  const response = await fetch(`/api/sse/history?${query}`).catch(() => null);
  const list = response?.ok ? await response.json() : [];
  if (shown.tag !== tag || shown.site !== site || interval() !== chosen) return; // another one was chosen meanwhile
  points = [];
  for (const { event, data } of list) if (event === 'data' && data.site === site) addPoint(data);
  const what = { raw: 'values', minute: 'minutes', hour: 'hours' }[chosen];
  const note = response?.ok ? `${points.length} ${what} known` : 'The past is not available';
  if (byId('trend-note').textContent !== note) byId('trend-note').textContent = note;
  drawTrend();
}

for (const radio of document.querySelectorAll('[name=interval]')) radio.onchange = load;
setInterval(() => !document.hidden && interval() !== 'raw' && load(), REFRESH_MS);
