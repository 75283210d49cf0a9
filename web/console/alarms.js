// What is wrong now, in sentences that say where to look. Numbers that change all the time stay out of them: each
// change is read aloud.

import { make } from '/shared/dom.js';

const RECENT_MS = 60_000;
const MOST_RULES = 3;

/** [{text, page}]: `page` is where more is told. Empty when nothing is wrong. */
export function findAlarms({ status, mappings, errors, now }, losses) {
  const alarms = [];
  const { broker } = status;
  if (!broker.connected) {
    const why = broker.error ? `: ${broker.error}` : '';
    alarms.push({ text: `The broker ${broker.url} is away${why}. What clients see is old.` });
  }
  if (!mappings.reload.ok) {
    const [first] = mappings.reload.errors;
    const text = 'The changed mapping files were refused, the rules from before go on serving.';
    alarms.push({ text: `${text} ${first.where}: ${first.message}`, page: 'mapping' });
  }
  const failing = new Set(errors.filter(({ time }) => now - time < RECENT_MS).map(({ rule }) => rule));
  if (failing.size > 0) {
    const named = [...failing].sort().slice(0, MOST_RULES).join('; ');
    const more = failing.size > MOST_RULES ? ` and ${failing.size - MOST_RULES} more` : '';
    alarms.push({ text: `Messages fail in ${named}${more}`, page: 'errors' });
  }
  for (const words of losses) alarms.push({ text: `Within the last minute: ${words}` });
  return alarms;
}

/** The strip: there only while something is wrong, and changed only when what is wrong changes. */
export function showAlarms(strip, alarms) {
  const said = JSON.stringify(alarms);
  if (strip.dataset.said === said) return;
  strip.dataset.said = said;
  strip.classList.toggle('hidden', alarms.length === 0);
  const items = alarms.map(({ text, page }) => {
    const item = make('li', {}, text);
    if (page) item.append(' ', make('a', { href: `#/${page}` }, `See the ${page}`));
    return item;
  });
  strip.querySelector('ul').replaceChildren(...items);
}
