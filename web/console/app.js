// The console: what the gateway serves, as /api/status says, and the live tail of one stream.

import { Tail } from '/console/tail.js';

const KEPT = 500;
const ASK_MS = 2000;
const byId = (id) => document.getElementById(id);
const streams = new Map(); // name -> its list item

function say(id, is, text) {
  byId(id).dataset.is = is;
  byId(id).textContent = text;
}

// What the gateway serves.

let before = null; // {messages, at}: for the rate

async function ask() {
  try {
    const response = await fetch('/api/status', { cache: 'no-store' });
    if (!response.ok) throw new Error(`the gateway answered ${response.status}`);
    show(await response.json());
  } catch (error) {
    say('broker', 'bad', `No status: ${error.message}`);
  }
}

function show(status) {
  const { connected, url } = status.broker;
  say('broker', connected ? 'good' : 'bad', `${connected ? 'Connected to' : 'Not connected to'} ${url}`);
  const now = { messages: status.messages, at: performance.now() };
  if (before) {
    const rate = ((now.messages - before.messages) / (now.at - before.at)) * 1000;
    byId('rate').textContent = Math.max(0, Math.round(rate));
  }
  before = now;
  byId('version').textContent = `${status.version}, up ${duration(status.uptime_ms)}`;
  byId('clients').textContent = status.clients;
  byId('messages').textContent = status.messages;
  byId('failures').textContent = status.failures;
  byId('log').textContent = `${status.log.epoch}-${status.log.first} to ${status.log.head}`;
  byId('rules').textContent = `${status.mappings.rules} in ${status.mappings.files.length} files`;
  byId('no-streams').classList.toggle('hidden', status.streams.length > 0);

  for (const stream of status.streams) {
    if (!streams.has(stream.name)) streams.set(stream.name, addStream(stream));
    const clients = stream.clients === 1 ? '1 client' : `${stream.clients} clients`;
    streams.get(stream.name).querySelector('.count').textContent = clients;
  }
  for (const [name, item] of streams) {
    if (status.streams.some((stream) => stream.name === name)) continue;
    item.remove();
    streams.delete(name);
  }
}

function addStream(stream) {
  const item = byId('stream').content.firstElementChild.cloneNode(true);
  const always = `/streams/${stream.name}`;
  const path = stream.path && !stream.path.includes('{') ? stream.path : always;
  const curl = `curl -N ${location.origin}${path}`;
  item.querySelector('.name').textContent = stream.name;
  item.querySelector('.path').textContent = stream.path || always;
  item.querySelector('.path').href = path;
  const poll = stream.poll ? ` Polled at ${stream.poll}.` : '';
  item.querySelector('.kinds').textContent = `Events: ${stream.events.join(', ')}.${poll}`;
  item.querySelector('.curl').textContent = curl;
  item.querySelector('.copy').setAttribute('aria-label', `Copy the command for ${stream.name}`);
  item.querySelector('.copy').onclick = (e) => copy(curl, item.querySelector('.curl'), e.currentTarget);
  item.querySelector('.follow').setAttribute('aria-label', `Tail ${stream.name}`);
  item.querySelector('.follow').onclick = () => follow(stream.name, always);
  byId('streams').append(item);
  return item;
}

/** Copies where the browser allows it (https or localhost); elsewhere selects, ready for the user's own copy. */
async function copy(text, element, button) {
  getSelection().selectAllChildren(element);
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = 'Copied';
  } catch {
    button.textContent = 'Selected';
  }
  setTimeout(() => (button.textContent = 'Copy'), 2000);
}

function duration(ms) {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

// The tail.

let tail = null;
let blocks = []; // the newest, oldest first: {time, event, id, data} or {time, comment}
let seen = 0;
let drawn = false;

function follow(name, url) {
  stop();
  clear();
  byId('tail-name').textContent = name;
  byId('stop').disabled = byId('pause').disabled = false;
  say('tail-state', 'warn', 'Connecting');
  tail = new Tail(url, { block: add, state: (is, text) => say('tail-state', is, text) });
  byId('tail-title').scrollIntoView({ block: 'nearest' });
}

function stop() {
  tail?.stop();
  tail = null;
  byId('stop').disabled = byId('pause').disabled = true;
  pause(false);
  say('tail-state', '', 'Stopped');
}

function add(block) {
  seen += 1;
  blocks.push({ time: new Date(), ...block });
  if (blocks.length > KEPT) blocks.shift();
  redraw();
}

const paused = () => byId('pause').getAttribute('aria-pressed') === 'true';

function pause(on) {
  byId('pause').setAttribute('aria-pressed', on);
  if (!on) redraw();
}

function clear() {
  blocks = [];
  seen = 0;
  redraw();
}

/** Draws at most once a frame, however many events came. */
function redraw() {
  if (drawn) return;
  drawn = true;
  requestAnimationFrame(() => {
    drawn = false;
    byId('seen').textContent = seen;
    if (paused()) return;
    const wanted = byId('filter').value.toLowerCase();
    const rows = blocks.filter((block) => matches(block, wanted)).reverse();
    byId('events').replaceChildren(...rows.map((block) => (block.row ??= row(block))));
  });
}

function matches(block, wanted) {
  if (block.comment !== undefined) return byId('comments').checked && block.comment.toLowerCase().includes(wanted);
  return `${block.event} ${block.id} ${block.data}`.toLowerCase().includes(wanted);
}

function row(block) {
  const tr = document.createElement('tr');
  const isComment = block.comment !== undefined;
  const time = `${block.time.toTimeString().slice(0, 8)}.${String(block.time.getMilliseconds()).padStart(3, '0')}`;
  const texts = isComment ? [time, '', '', `: ${block.comment}`] : [time, block.event, block.id, block.data];
  tr.classList.toggle('comment', isComment);
  for (const text of texts) tr.insertCell().textContent = text;
  return tr;
}

byId('stop').onclick = stop;
byId('clear').onclick = clear;
byId('pause').onclick = () => pause(!paused());
byId('filter').oninput = redraw;
byId('comments').onchange = redraw;

ask();
setInterval(() => document.hidden || ask(), ASK_MS);
