// The live tail of one stream: what is on the wire, newest first, filtered and paused by whoever looks.

import { Tail } from '/console/tail.js';
import { timeOf } from '/console/words.js';
import { byId, make, onceAFrame, put, say } from '/shared/dom.js';

const KEPT = 500;
const SHOWN = 200;
let tail = null;
let blocks = []; // the newest, oldest first: {time, event, id, data} or {time, comment}
let seen = 0;

/** The names to choose from; the choice stays. */
export function offerStreams(names) {
  const select = byId('stream');
  const options = [...select.options].slice(1); // the first says: choose
  if (options.map(({ value }) => value).join() === names.join()) return;
  const chosen = select.value;
  options.forEach((option) => option.remove());
  select.append(...names.map((name) => make('option', { value: name }, name)));
  select.value = names.includes(chosen) ? chosen : '';
}

/** Follows a stream; `parameters` are those of its route: "desk=a". */
export function follow(name, parameters = '') {
  stop();
  clear();
  if (![...byId('stream').options].some(({ value }) => value === name)) {
    byId('stream').append(make('option', { value: name }, name));
  }
  byId('stream').value = name;
  byId('parameters').value = parameters;
  if (!name) return;
  byId('stop').disabled = byId('pause').disabled = false;
  say(byId('tail-state'), 'warn', 'Connecting');
  const query = parameters && `?${new URLSearchParams(parameters)}`;
  tail = new Tail(`/streams/${encodeURIComponent(name)}${query}`, {
    block: add,
    state: (is, text) => say(byId('tail-state'), is, text),
  });
}

export function stop() {
  if (!tail) return;
  tail.stop();
  tail = null;
  byId('stop').disabled = byId('pause').disabled = true;
  pause(false);
  say(byId('tail-state'), '', 'Stopped');
}

function add(block) {
  seen += 1;
  blocks.push({ time: new Date(), ...block });
  if (blocks.length > KEPT) blocks.shift();
  draw();
}

const isPaused = () => byId('pause').getAttribute('aria-pressed') === 'true';

function pause(on) {
  byId('pause').setAttribute('aria-pressed', on);
  if (!on) draw();
}

function clear() {
  blocks = [];
  seen = 0;
  draw();
}

const draw = onceAFrame(() => {
  put(byId('seen'), seen);
  if (isPaused()) return;
  const wanted = byId('filter').value.toLowerCase();
  const rows = blocks.filter((block) => matches(block, wanted)).slice(-SHOWN).reverse();
  byId('events').replaceChildren(...rows.map((block) => (block.row ??= row(block))));
});

function matches({ event, id, data, comment }, wanted) {
  if (comment !== undefined) return byId('comments').checked && comment.toLowerCase().includes(wanted);
  return `${event} ${id} ${data}`.toLowerCase().includes(wanted);
}

function row({ time, event, id, data, comment }) {
  const isComment = comment !== undefined;
  const texts = [timeOf(time), ...(isComment ? ['', '', `: ${comment}`] : [event, id, data])];
  return make('tr', { className: isComment ? 'comment' : '' }, ...texts.map((text) => make('td', {}, text)));
}

const choose = () => follow(byId('stream').value, byId('parameters').value.trim());
byId('stream').onchange = choose;
byId('parameters').onchange = () => byId('stream').value && choose();
byId('stop').onclick = stop;
byId('clear').onclick = clear;
byId('pause').onclick = () => pause(!isPaused());
byId('filter').oninput = draw;
byId('comments').onchange = draw;
