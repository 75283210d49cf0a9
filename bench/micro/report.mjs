// The summary of a run of the mapping engine's benchmark, as text that is Markdown too.
import {show, table} from '../fanout/driver/report.mjs';

const taskTitles = {cell: '55-byte cell: two fields, one divided', pack: '2 KB pack of 200 cells: min, max, delta',
  'whole-pack': 'the same, the cells in the result too', order: '390-byte order: projection'};
const rates = [['shortest', 'shortest mapping', 1_000_000], ['desk', 'desk.yaml', 250_000],
  ['bms-pack', 'bms.yaml, 200 cells a message', 100_000], ['bms-cell', 'bms.yaml, a cell a message, 200 cells', 100_000]];
const ruleCounts = [1, 10, 100, 1000, 10000];

/** The lower quartile: what disturbs a repetition only makes it longer. */
function quartile(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.length === 0 ? null : sorted[sorted.length >> 2];
}

export function report({started, command, quick, repeat, machine, cpu_nanoseconds: measured}) {
  const time = name => quartile(measured[name] ?? []);
  const verdict = holds => holds ? 'yes' : 'NO';
  const parts = [`# Mapping engine, ${started}`, '',
    `${machine.processors} x ${machine.processor}, ${machine.memory_mb} MB, ${machine.system}, ${machine.kernel}; load before the run ${machine.load.join(' ')}.`,
    `\`${command}\`, lower quartiles of ${repeat} repetitions in random order, CPU time, one thread${quick ? ', quick form: too short to quote' : ''}.`, ''];

  const texts = Object.keys(taskTitles).filter(task => time(`text/${task}/sluice`) !== null);
  if (texts.length > 0) {
    parts.push('## Text to text', '', table(['task', 'sluice ns', 'nlohmann ns', 'jq ns', 'x nlohmann (bar 2)', 'x jq (bar 8)', 'holds'],
      texts.map(task => {
        const [own, nlohmann, jq] = ['sluice', 'nlohmann', 'jq'].map(peer => time(`text/${task}/${peer}`));
        return [taskTitles[task], show(own, 0), show(nlohmann, 0), show(jq, 0), show(nlohmann / own), show(jq / own),
          nlohmann === null || jq === null ? '-' : verdict(nlohmann / own >= 2 && jq / own >= 8)];
      })), '');
  }
  const worked = rates.filter(([name]) => time(`rate/${name}`) !== null);
  if (worked.length > 0) {
    parts.push('## Messages a second on one core', '', table(['mapping', 'ns/message', 'messages/s', 'bar', 'holds'],
      worked.map(([name, title, bar]) => {
        const rate = 1e9 / time(`rate/${name}`);
        return [title, show(time(`rate/${name}`), 0), show(rate, 0), show(bar, 0), verdict(rate >= bar)];
      })), '');
  }
  const counts = ruleCounts.filter(count => time(`rules/${count}`) !== null);
  if (counts.length > 0) {
    const least = time(`rules/${counts[0]}`);
    parts.push('## Rules that do not match', '', table(['rules', 'ns/message', `x ${counts[0]} rule (bar 1.2)`, 'holds'],
      counts.map(count => [show(count, 0), show(time(`rules/${count}`), 0), show(time(`rules/${count}`) / least), verdict(time(`rules/${count}`) <= 1.2 * least)])), '');
  }
  return parts.join('\n');
}
