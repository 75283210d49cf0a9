// The mapping that serves, and what became of the attempts to change it.

import { count, counted, moment } from '/console/words.js';
import { byId, make, put } from '/shared/dom.js';

let said = '';

export function showMapping({ mappings }) {
  const { files, fingerprint, since, rules, tests, notes, failures, reload } = mappings;
  put(byId('rules'), count(rules));
  put(byId('tests'), `${count(tests)} passed`);
  put(byId('since'), moment(since));
  put(byId('fingerprint'), fingerprint);
  put(byId('reload'), reloadWords(reload));
  if (said === JSON.stringify(mappings)) return;
  said = JSON.stringify(mappings);
  byId('reload-errors').replaceChildren(
    ...reload.errors.map(({ where, message }) =>
      make('li', {}, make('code', {}, where), make('pre', { className: 'mono' }, message)),
    ),
  );
  byId('files').replaceChildren(...files.map((file) => make('li', { className: 'mono' }, file)));
  byId('notes').replaceChildren(...notes.map((note) => make('li', {}, note)));
  byId('no-notes').classList.toggle('hidden', notes.length > 0);
  byId('failing').replaceChildren(
    ...[...failures]
      .sort((a, b) => b.failures - a.failures)
      .map(({ where, rule, failures }) =>
        make(
          'tr',
          {},
          make('td', {}, rule),
          make('td', { className: 'mono' }, where),
          make('td', { className: 'number' }, count(failures)),
        ),
      ),
  );
  byId('no-failing').classList.toggle('hidden', failures.length > 0);
  byId('failing').closest('.scroll').classList.toggle('hidden', failures.length === 0);
}

function reloadWords({ attempts, failures, last, ok, steps, steps_kept: kept }) {
  if (attempts === 0) return 'Unchanged since the start';
  const sum = `${counted(attempts, 'attempt')}, ${count(failures)} refused.`;
  if (!ok) return `Refused on ${moment(last)}: the rules from before go on serving. ${sum}`;
  return `Changed on ${moment(last)}, ${count(kept)} of ${counted(steps, 'step')} kept their state. ${sum}`;
}
