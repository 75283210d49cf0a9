// A JSON Schema of an event as a table of its fields.

import { make } from '/shared/dom.js';

const MOST_VALUES = 8;

/** What a schema allows, in words: "integer 0..200 cm or null". `defs`: what its $ref point to. */
export function describe(schema, defs, depth = 0) {
  if (schema === true || Object.keys(schema).length === 0) return 'anything';
  if (schema === false) return 'nothing';
  if (schema.$ref) {
    const target = defs[schema.$ref.replace(/^#\/\$defs\//, '')];
    return target && depth < 8 ? describe(target, defs, depth + 1) : 'anything';
  }
  if ('const' in schema) return JSON.stringify(schema.const);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return [...new Set(choices.map((choice) => describe(choice, defs, depth + 1)))].join(' or ');
  if (schema.enum) {
    const more = schema.enum.length > MOST_VALUES ? ' ...' : '';
    return schema.enum.slice(0, MOST_VALUES).map((value) => JSON.stringify(value)).join(', ') + more;
  }
  const types = [schema.type ?? 'anything'].flat();
  let words = types[0];
  if (words === 'array') words = `list of ${schema.items ? describe(schema.items, defs, depth + 1) : 'anything'}`;
  const { minimum, maximum } = schema;
  if (minimum !== undefined && maximum !== undefined) words += ` ${minimum}..${maximum}`;
  else if (minimum !== undefined) words += ` from ${minimum}`;
  else if (maximum !== undefined) words += ` up to ${maximum}`;
  if (schema['x-unit']) words += ` ${schema['x-unit']}`;
  return [words, ...types.slice(1)].join(' or ');
}

/** The fields of an event; a text when it is no object. */
export function schemaTable(name, schema, defs) {
  const title = make('caption', {}, name);
  const fields = Object.entries(schema.properties ?? {});
  if (fields.length === 0) return make('p', {}, make('strong', {}, name), ` ${describe(schema, defs)}`);
  const head = ['Field', 'Value', 'Meaning'].map((text) => make('th', { scope: 'col' }, text));
  const rows = fields.map(([field, of]) =>
    make(
      'tr',
      {},
      make('th', { scope: 'row', className: 'mono' }, field, schema.required?.includes(field) ? '' : '?'),
      make('td', {}, describe(of, defs)),
      make('td', {}, of.description ?? ''),
    ),
  );
  return make('table', {}, title, make('thead', {}, make('tr', {}, ...head)), make('tbody', {}, ...rows));
}
