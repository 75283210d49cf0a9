// The streams: where they are, who reads them, how to read them, what they carry.

import { copy } from '/console/copy.js';
import { ask, askJson } from '/console/gateway.js';
import { schemaTable } from '/console/schema.js';
import { counted } from '/console/words.js';
import { byId, copyOf, make, put } from '/shared/dom.js';

const MOST_SAMPLE = 4000; // characters
const items = new Map(); // name -> {element, made: the stream as it was told when the element was made}
let contract = null; // a promise of the JSON Schema of all streams
let contracted = ''; // the mappings that it is of

export function showStreams({ status, mappings }) {
  if (contracted !== mappings.fingerprint) contract = null;
  contracted = mappings.fingerprint;
  byId('no-streams').classList.toggle('hidden', status.streams.length > 0);
  for (const { clients, ...stream } of status.streams) {
    const made = JSON.stringify([stream, mappings.fingerprint]);
    if (items.get(stream.name)?.made !== made) {
      const element = makeItem(stream);
      const before = items.get(stream.name)?.element;
      if (before) before.replaceWith(element);
      else byId('streams').append(element);
      items.set(stream.name, { element, made });
    }
    put(items.get(stream.name).element.querySelector('.count'), counted(clients, 'client'));
  }
  for (const [name, { element }] of items) {
    if (status.streams.some((stream) => stream.name === name)) continue;
    element.remove();
    items.delete(name);
  }
}

/** What stands in braces in a path: ['desk'] of /desks/{desk}/events. */
const placeholders = (path) => [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name);

function script({ name, path, events }) {
  const wanted = placeholders(path).map((parameter) => `${parameter}: '...'`);
  const streams = wanted.length > 0 ? `{ '${name}': { ${wanted.join(', ')} } }` : `'${name}'`;
  const listeners = events.map((event) => `client.on('${event}', (data) => console.log('${event}', data));`);
  return [
    "import { createClient } from '/client.js';",
    `const client = createClient({ streams: ${streams} });`,
    ...listeners,
  ].join('\n');
}

function makeItem(stream) {
  const item = copyOf('stream-item');
  const find = (selector) => item.querySelector(selector);
  const { name, path, poll, events } = stream;
  find('.name').textContent = name;
  find('.path').textContent = path;
  if (placeholders(path).length === 0) find('.path').href = path;
  const kinds = events.length > 0 ? `Events: ${events.join(', ')}.` : 'No events of its own.';
  find('.kinds').textContent = `${kinds} Polled at ${poll}.`;
  find('.curl').textContent = `curl -N ${location.origin}${path}`;
  find('.script').textContent = script(stream);
  find('.follow').href = `#/live?stream=${encodeURIComponent(name)}`;
  find('.follow').setAttribute('aria-label', `Tail ${name}`);
  for (const [what, button] of [['.curl', '.copy-curl'], ['.script', '.copy-script']]) {
    find(button).onclick = () => copy(find(what), find(button));
  }
  find('.schema').setAttribute('aria-label', `Schema of ${name}`);
  find('.copy-curl').setAttribute('aria-label', `Copy the command for ${name}`);
  find('.copy-script').setAttribute('aria-label', `Copy the script for ${name}`);
  find('summary').append(make('span', { className: 'aloud' }, ` of ${name}`));
  find('.again').onclick = () => showSample(stream, item);
  find('details').ontoggle = () => {
    if (!find('details').open) return;
    showSample(stream, item);
    showSchema(stream, find('.schema'));
  };
  return item;
}

async function showSample({ path, poll }, item) {
  const sample = item.querySelector('.sample');
  if (placeholders(path + poll).length > 0) return put(sample, 'It depends on the parameters: tail it under Live.');
  try {
    const response = await ask(poll);
    const text = await response.text();
    if (text === '') return put(sample, 'Nothing has come yet.');
    put(sample, readable(text));
  } catch (error) {
    put(sample, `None: ${error.message}`);
  }
}

/** JSON in lines, the newest of a list only; anything else as it is. */
function readable(text) {
  let lines = text;
  try {
    const value = JSON.parse(text);
    if (Array.isArray(value) && value.length === 0) return 'Nothing has come yet.';
    lines = JSON.stringify(Array.isArray(value) ? value.at(-1) : value, null, 2);
  } catch {
    // A mapping may answer with other than JSON.
  }
  if (lines.length <= MOST_SAMPLE) return lines;
  return `${lines.slice(0, MOST_SAMPLE)}\n... ${counted(lines.length, 'character')} in all`;
}

async function showSchema({ name, events }, place) {
  try {
    contract ??= askJson('/schema/json-schema');
    const { properties, $defs } = await contract;
    const file = name.split('.')[0];
    const tables = events.map((event) => {
      const known = properties.events?.properties?.[`${file}.${event}`];
      const schema = known?.$ref ? $defs[known.$ref.replace('#/$defs/', '')] : known;
      if (schema) return schemaTable(event, schema, $defs);
      return make('p', {}, make('strong', {}, event), ': not published, as its stream needs a role.');
    });
    place.replaceChildren(...tables);
  } catch (error) {
    contract = null;
    place.replaceChildren(`The schema cannot be had: ${error.message}`);
  }
}
