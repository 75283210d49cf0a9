// The messages that rules could not map, newest first.

import { moment } from '/console/words.js';
import { byId, copyOf, onceAFrame, put } from '/shared/dom.js';

let errors = []; // oldest first, as they are told
let said = '';

export function showErrors(told) {
  put(byId('errors-total'), told.status.failures);
  if (said === JSON.stringify(told.errors)) return; // what somebody has selected stays
  said = JSON.stringify(told.errors);
  errors = told.errors;
  draw();
}

const draw = onceAFrame(() => {
  const wanted = byId('errors-filter').value.toLowerCase();
  const matching = errors.filter((error) => Object.values(error).join('\n').toLowerCase().includes(wanted));
  byId('no-errors').classList.toggle('hidden', matching.length > 0);
  put(byId('no-errors'), errors.length > 0 ? 'None matches the filter.' : 'No message has failed.');
  put(byId('errors-count'), `${matching.length} of ${errors.length} kept`);
  byId('errors').replaceChildren(...matching.reverse().map(item));
});

function item({ where, rule, time, topic, payload, message }) {
  const element = copyOf('error-item');
  const texts = { message, rule, where, topic, payload: payload === '' ? '(empty)' : payload, time: moment(time) };
  for (const [name, text] of Object.entries(texts)) element.querySelector(`.${name}`).textContent = text;
  element.querySelector('.time').dateTime = new Date(time).toISOString();
  return element;
}

byId('errors-filter').oninput = draw;
