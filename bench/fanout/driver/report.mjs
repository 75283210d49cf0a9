// The summary of a run: medians, ratios, bars, as text that is Markdown too.

export function median(values) {
  const sorted = values.filter(value => typeof value === 'number' && Number.isFinite(value)).sort((a, b) => a - b);
  if (sorted.length === 0) return null;
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const of = (runs, load, peer) => runs.filter(run => run.load === load && run.peer === peer && !run.error);
const mid = (runs, load, peer, field) => median(of(runs, load, peer).map(run => run[field]));
const worst = (runs, load, peer, field) => Math.max(0, ...of(runs, load, peer).map(run => run[field] ?? 0));

/** The median over the repetitions of a's value divided by b's in the same repetition. */
export function ratio(runs, load, a, b, field) {
  return median(of(runs, load, a).map(run => {
    const other = of(runs, load, b).find(candidate => candidate.repetition === run.repetition);
    return other ? run[field] / other[field] : null;
  }));
}

export const show = (value, digits = 2) => value === null || value === undefined ? '-' :
  value.toLocaleString('en-US', {maximumFractionDigits: digits, minimumFractionDigits: value < 1000 ? digits : 0});
const ms = us => us === null ? '-' : show(us / 1000, us < 10_000 ? 2 : 1);

export function table(head, rows) {
  const all = [head, ...rows].map(row => row.map(String));
  const widths = head.map((_, i) => Math.max(...all.map(row => row[i].length)));
  const line = row => `| ${row.map((cell, i) => i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])).join(' | ')} |`;
  return [line(all[0]), `|${widths.map((width, i) => i === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`).join('|')}|`, ...all.slice(1).map(line)].join('\n');
}

const columns = {
  steady: ['events/s', 'CPU us/event', 'x floor', 'p50 ms', 'p99 ms', 'p99.9 ms', 'missing', 'doubled', 'disordered', 'KB/client'],
  rate: ['messages/s held', 'x floor', 'x nchan'],
  idle: ['KB/client'],
  stalled: ['p50 ms', 'with one stalled', 'p99 ms', 'with one stalled', 'ratio', 'faultless'],
  interest: ['us/message, few', 'us/message, many', 'many / few', 'faultless'],
};

function row(runs, load, peer) {
  const value = field => mid(runs, load.name, peer, field);
  switch (load.kind) {
    case 'steady': return [show(value('events_per_second'), 0), show(value('cpu_us_per_event'), 3), show(ratio(runs, load.name, peer, 'floor', 'cpu_us_per_event')),
      ms(value('p50_us')), ms(value('p99_us')), ms(value('p999_us')), ...['missing', 'doubled', 'disordered'].map(field => show(worst(runs, load.name, peer, field), 0)),
      show(value('memory_per_client') / 1000, 1)];
    case 'rate': return [show(value('rate_held'), 0), show(ratio(runs, load.name, peer, 'floor', 'rate_held')), show(ratio(runs, load.name, peer, 'nchan', 'rate_held'), 1)];
    case 'idle': return [show(value('memory_per_client') / 1000, 2)];
    case 'stalled': return [...['p50_us_clean', 'p50_us_stalled', 'p99_us_clean', 'p99_us_stalled'].map(field => ms(value(field))),
      show(value('stalled_to_clean')), of(runs, load.name, peer).every(run => run.faultless) ? 'yes' : 'no'];
    default: return [show(value('cpu_us_per_message_few')), show(value('cpu_us_per_message_many')), show(value('many_to_few')),
      of(runs, load.name, peer).every(run => run.faultless) ? 'yes' : 'no'];
  }
}

/** The bars of the figures that this run can judge: {load, what, value, bar, holds}. */
export function bars(runs) {
  const list = [];
  const judge = (load, what, value, allowed, holds) => {
    if (typeof value === 'number' && Number.isFinite(value) && typeof allowed === 'number' && Number.isFinite(allowed))
      list.push({load, what, value, allowed, holds});
  };
  const atMost = (load, what, value, allowed) => judge(load, what, value, allowed, value <= allowed);
  const below = (load, what, value, allowed) => judge(load, what, value, allowed, value < allowed);
  const atLeast = (load, what, value, allowed) => judge(load, what, value, allowed, value >= allowed);
  for (const [load, clients] of [['fan-1000x200', 1000], ['fan-100x10000', 100], ['fan-10000x5', 10000], ['fan-1000x200-window', 1000]]) {
    const pairs = of(runs, load, 'sluice').map(run => ({run, floor: of(runs, load, 'floor').find(other => other.repetition === run.repetition)})).filter(pair => pair.floor);
    atMost(load, '(CPU per event - own cost of a message / clients) / floor',
      median(pairs.map(({run, floor}) => (run.cpu_us_per_event - run.own_us_per_message / clients) / floor.cpu_us_per_event)), 1.15);
    if (load !== 'fan-1000x200-window') {
      for (const peer of ['nchan', 'mosquitto-ws', 'node'])
        below(load, `CPU per event / ${peer}`, ratio(runs, load, 'sluice', peer, 'cpu_us_per_event'), 1);
    }
    for (const field of ['missing', 'doubled', 'disordered'])
      if (pairs.length > 0) atMost(load, field, worst(runs, load, 'sluice', field), 0);
  }
  atLeast('rate-1000', 'rate held / floor', ratio(runs, 'rate-1000', 'sluice', 'floor', 'rate_held'), 0.8);
  atLeast('rate-1000', 'rate held / nchan', ratio(runs, 'rate-1000', 'sluice', 'nchan', 'rate_held'), 30);
  for (const load of ['fast-100x5000', 'fast-100x20000']) {
    below(load, 'p99 / floor', ratio(runs, load, 'sluice', 'floor', 'p99_us'), 2);
    const measured = of(runs, load, 'sluice');
    if (measured.length > 0) atLeast(load, 'share of runs that held the rate without a fault', measured.filter(run => run.faultless).length / measured.length, 1);
  }
  atMost('keys-1000', 'CPU per event / floor', ratio(runs, 'keys-1000', 'sluice', 'floor', 'cpu_us_per_event'), 1.2);
  atMost('delay-10x100', 'p50 / floor', ratio(runs, 'delay-10x100', 'sluice', 'floor', 'p50_us'), 1.25);
  below('delay-10x100', 'p50 / nchan', ratio(runs, 'delay-10x100', 'sluice', 'nchan', 'p50_us'), 1);
  below('delay-10x100', 'p99 / nchan', ratio(runs, 'delay-10x100', 'sluice', 'nchan', 'p99_us'), 1);
  atMost('stalled-1000', 'p99 of the others / p99 without a stalled client', mid(runs, 'stalled-1000', 'sluice', 'stalled_to_clean'), 1.5);
  const kilobytes = peer => { const value = mid(runs, 'idle-10000', peer, 'memory_per_client'); return value === null ? null : value / 1000; };
  atMost('idle-10000', 'KB a client, 8 KiB pool', kilobytes('sluice'), 12.5);
  atMost('idle-10000', 'KB a client, 4 KiB pool', kilobytes('sluice-4k'), 8.6);
  const spread = mid(runs, 'interest', 'sluice', 'many_to_few');
  judge('interest', 'cost of a message, 10,000 clients / 100 clients', spread, 1.2, spread !== null && spread <= 1.2 && spread >= 0.8);
  return list;
}

/** Coalescing makes an event cheaper on a busy machine: figures taken beside other work are not comparable. */
function busyLine(runs) {
  const shares = runs.map(run => run.foreign_share).filter(share => share !== undefined);
  if (shares.length === 0) return '';
  const most = Math.max(...shares);
  const percent = share => `${show(share * 100, 0)} %`;
  return `Other processes and interrupts took ${percent(median(shares))} of the processors (median of the windows), at most ${percent(most)}.` +
    (median(shares) > 0.1 || most > 0.25 ? ' **The machine was not quiet: do not quote these figures.**' : '');
}

export function report({started, finished, command, quick, repeat, machine, versions, skipped, runs}, loads) {
  const parts = [`# Fan-out, ${started}`, '',
    `${machine.processors} x ${machine.processor}, ${machine.memory_mb} MB, ${machine.system}, ${machine.kernel}; load before the run ${machine.load.join(' ')}.`,
    `${Object.entries(versions).map(([name, version]) => `${name} ${version.replace(/^.*(version |nginx\/)/, '')}`).join(', ')}.`,
    `\`${command}\`, ${repeat} repetition${repeat > 1 ? 's' : ''}${quick ? ', quick form: too short to quote' : ''}, finished ${finished}.`,
    busyLine(runs), ''];
  for (const load of loads) {
    const peers = [...new Set(runs.filter(run => run.load === load.name).map(run => run.peer))];
    if (peers.length === 0) continue;
    parts.push(`## ${load.title}`, '');
    const measured = peers.filter(peer => of(runs, load.name, peer).length > 0);
    if (measured.length > 0) parts.push(table(['peer', ...columns[load.kind]], measured.map(peer => [peer, ...row(runs, load, peer)])), '');
    const own = ['floor', 'sluice'].map(peer => [peer, mid(runs, load.name, peer, 'own_us_per_message')]).filter(([, value]) => value !== null);
    if (own.length > 0) parts.push(`A message without clients: ${own.map(([peer, value]) => `${peer} ${show(value, 1)} us`).join(', ')}.`, '');
    for (const run of runs.filter(candidate => candidate.load === load.name && candidate.error)) parts.push(`${run.peer}: failed: ${run.error}`, '');
  }
  const judged = bars(runs);
  if (judged.length > 0)
    parts.push('## Bars', '', table(['load', 'what', 'value', 'bar', 'holds'], judged.map(bar => [bar.load, bar.what, show(bar.value), show(bar.allowed), bar.holds ? 'yes' : 'NO'])), '');
  if (skipped.length > 0) parts.push(`Not measured: ${skipped.map(({peer, why}) => `${peer} (${why})`).join(', ')}.`, '');
  return parts.join('\n');
}
