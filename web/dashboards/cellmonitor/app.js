// The cell monitor: every event is a whole pack, so the page shows the newest of the pack chosen and forgets the rest.

const byId = (id) => document.getElementById(id);
const packs = new Map(); // name -> newest data
let shown = new URLSearchParams(location.search).get('pack');
const LEAST_RANGE_MV = 20; // so that a balanced pack looks balanced

function say(is, text) {
  byId('connection-status').dataset.is = is;
  byId('connection-status').textContent = text;
}

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

function connectSSE() {
  const eventSource = new EventSource('/api/cell_stream');
  eventSource.onopen = () => say('good', 'Connected');
  eventSource.onmessage = (event) => {
    const data = JSON.parse(event.data);
    const known = packs.has(data.pack);
    packs.set(data.pack, data);
    shown ??= data.pack;
    if (!known) choices();
    if (data.pack === shown) renderCells(data);
  };
  eventSource.onerror = () => {
    say('bad', 'Reconnecting');
    // After a refusal EventSource does not come back by itself.
    if (eventSource.readyState === EventSource.CLOSED) setTimeout(connectSSE, 3000);
  };
  eventSource.addEventListener('source', (event) => {
    const { connected } = JSON.parse(event.data);
    say(connected ? 'good' : 'warn', connected ? 'Connected' : 'The gateway lost its broker');
  });
}

byId('packs').onchange = () => {
  shown = byId('packs').value;
  renderCells(packs.get(shown));
};
connectSSE();
