// The cell monitor: every event is a whole pack, so the page shows the newest of the pack chosen and forgets the rest.

import { createClient } from '/client.js';
import { byId, onceAFrame, Plot, showState } from '/shared/page.js';

const packs = new Map(); // name -> {data: the newest, past: [[Unix seconds, lowest, highest]]}
const PAST_KEPT = 900;
const plot = new Plot(byId('plot'), {
  lines: [
    { label: 'Lowest', color: '--low' },
    { label: 'Highest', color: '--high' },
  ],
  unit: 'mV',
});
let shown = new URLSearchParams(location.search).get('pack');
const LEAST_RANGE_MV = 20; // so that a balanced pack looks balanced

/** As many children as there are cells; those that stay are kept. */
function fit(list, count, make) {
  while (list.children.length > count) list.lastElementChild.remove();
  while (list.children.length < count) list.append(make(list.children.length));
}

function mapCell(index) {
  const cell = document.createElement('li');
  const number = document.createElement('small');
  number.textContent = `${index + 1}`;
  const aloud = document.createElement('span'); // what the dashed border says to the eye
  aloud.className = 'aloud';
  cell.append(number, document.createElement('span'), aloud);
  return cell;
}

function renderCells(data) {
  const balancing = new Set(data.balancing);
  byId('pack').textContent = data.pack;
  byId('count').textContent = data.cells.length;
  byId('min').textContent = data.min_mv ?? '–';
  byId('max').textContent = data.max_mv ?? '–';
  byId('delta').textContent = data.delta_mv ?? '–';
  byId('balancing').textContent = data.balancing.length || 'none';

  const range = Math.max(LEAST_RANGE_MV, data.delta_mv ?? 0);
  const bottom = (data.min_mv ?? 0) - range * 0.25;
  const top = bottom + range * 1.5;
  byId('scale-top').textContent = `${Math.round(top)} mV`;
  byId('scale-bottom').textContent = `${Math.round(bottom)} mV`;

  fit(byId('bars'), data.cells.length, () => document.createElement('i'));
  fit(byId('map'), data.cells.length, mapCell);
  data.cells.forEach((mv, index) => {
    const bar = byId('bars').children[index];
    bar.style.setProperty('--at', mv === null ? 0 : (mv - bottom) / (top - bottom));
    bar.classList.toggle('balancing', balancing.has(index));
    const cell = byId('map').children[index];
    cell.style.setProperty('--at', mv === null ? 0.5 : (mv - data.min_mv) / (data.delta_mv || 1));
    cell.classList.toggle('balancing', balancing.has(index));
    cell.children[1].textContent = mv === null ? 'no value' : `${mv} mV`;
    cell.children[2].textContent = balancing.has(index) ? 'balancing' : '';
  });
}

function choices() {
  const names = [...packs.keys()].sort();
  byId('packs').replaceChildren(...names.map((name) => new Option(name, name, name === shown, name === shown)));
  byId('pack-choice').classList.toggle('hidden', names.length < 2);
}

const draw = onceAFrame(() => {
  const pack = packs.get(shown);
  if (!pack) return;
  renderCells(pack.data);
  plot.show(...[0, 1, 2].map((column) => pack.past.map((point) => point[column])));
});

const client = createClient({
  streams: 'bms.cells',
  transport: ['sse', 'polling'],
  polled: { 'bms.cells': 'cell_data' },
});
showState(client, byId('connection-status'));

client.on('cell_data', (data) => {
  const isNew = !packs.has(data.pack);
  if (isNew) packs.set(data.pack, { past: [] });
  const pack = packs.get(data.pack);
  pack.data = data;
  pack.past.push([Date.now() / 1000, data.min_mv, data.max_mv]);
  if (pack.past.length > PAST_KEPT) pack.past.shift();
  shown ??= data.pack;
  if (isNew) choices();
  if (data.pack === shown) draw();
});

byId('packs').onchange = () => {
  shown = byId('packs').value;
  draw();
};
