// A game: its state section by section, the battle round by round, and what the game says to its players.

import { createClient } from '/client.js';
import { byId, copyOf, onceAFrame, say, showState } from '/shared/page.js';

const LINES_KEPT = 100;
const games = new Map(); // name -> {state, round, finished, log: [{round, line}]}
let shown = new URLSearchParams(location.search).get('game');

const client = createClient({
  streams: 'battle',
  transport: ['sse', 'polling'],
  polled: { battle: 'initial_state' },
});
showState(client, byId('connection-status'));

client.on('initial_state', ({ game, state }) => {
  gameOf(game).state = state;
  draw();
});
client.on('state_update', ({ game, state }) => {
  Object.assign(gameOf(game).state, state); // the changed sections only
  draw();
});
client.on('battle_update', ({ game, round, log, finished }) => {
  const one = gameOf(game);
  one.round = round;
  one.finished = !!finished;
  one.log = [...log.map((line) => ({ round, line })).reverse(), ...one.log].slice(0, LINES_KEPT);
  draw();
});
client.on('notification', ({ level, text }, { key }) => {
  if (key?.game && key.game !== shown) return;
  const alert = copyOf('notification');
  alert.dataset.severity = level;
  alert.querySelector('span').textContent = text;
  alert.querySelector('button').onclick = () => alert.remove();
  byId('notifications').prepend(alert);
  while (byId('notifications').children.length > 5) byId('notifications').lastElementChild.remove();
});

function gameOf(name) {
  if (!games.has(name)) {
    games.set(name, { state: {}, round: null, finished: false, log: [] });
    shown ??= name;
    choices();
  }
  return games.get(name);
}

function choices() {
  const names = [...games.keys()].sort();
  byId('games').replaceChildren(...names.map((name) => new Option(name, name, name === shown, name === shown)));
  byId('game-choice').classList.toggle('hidden', names.length < 2);
}

const draw = onceAFrame(() => {
  const game = games.get(shown);
  byId('game').textContent = shown;
  byId('round').textContent = game?.round ?? '–';
  if (game?.round == null) say(byId('outcome'), '', 'Waiting');
  else if (game.finished) say(byId('outcome'), 'good', 'Finished');
  else say(byId('outcome'), 'warn', 'Fighting');
  byId('log').replaceChildren(
    ...(game?.log ?? []).map(({ round, line }) => {
      const item = document.createElement('li');
      item.textContent = `Round ${round}: ${line}`;
      item.classList.toggle('new', round === game.round);
      return item;
    }),
  );
  const sections = Object.entries(game?.state ?? {}).sort();
  byId('sections').replaceChildren(...sections.map(sectionOf));
  byId('empty').classList.toggle('hidden', sections.length > 0);
});

function sectionOf([name, fields]) {
  const section = copyOf('section');
  section.querySelector('h3').textContent = name;
  for (const [field, value] of Object.entries(fields ?? {})) {
    const term = document.createElement('dt');
    term.textContent = field;
    const description = document.createElement('dd');
    description.textContent = typeof value === 'object' ? JSON.stringify(value) : value;
    section.querySelector('dl').append(term, description);
  }
  return section;
}

byId('games').onchange = () => {
  shown = byId('games').value;
  byId('notifications').replaceChildren();
  draw();
};
