// The driver of the fan-out benchmark; bench/run builds what it needs and starts it.
import {mkdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {endAll} from './driver/children.mjs';
import {loads, run} from './driver/loads.mjs';
import {machine} from './driver/meters.mjs';
import {missing, peers, versions} from './driver/peers.mjs';
import {bars, report} from './driver/report.mjs';

const usage = `bench/run [--quick] [--only LOAD,...] [--peers PEER,...] [--repeat N] [--seconds N] [--sluice PATH] [--results DIR]
loads: ${loads.map(load => load.name).join(' ')}
peers: ${Object.keys(peers).join(' ')}`;

function wrongUsage(message) {
  console.error(`${message}\n${usage}`);
  process.exit(64);
}

let options;
try {
  options = parseArgs({options: {
    quick: {type: 'boolean', default: false}, only: {type: 'string'}, peers: {type: 'string'}, repeat: {type: 'string'},
    seconds: {type: 'string'}, sluice: {type: 'string'}, tools: {type: 'string'}, results: {type: 'string'}, help: {type: 'boolean', default: false}}}).values;
} catch (error) {
  wrongUsage(error.message);
}
if (options.help) {
  console.log(usage);
  process.exit(0);
}

function chosen(text, known, what) {
  const names = text?.split(',') ?? known;
  for (const name of names) if (!known.includes(name)) wrongUsage(`'${name}' is no ${what}`);
  return names;
}

function count(text, name) {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,3}$/.test(text)) wrongUsage(`--${name} is '${text}', expected a whole number from 1 to 9999`);
  return Number(text);
}

const {quick} = options;
const wantedLoads = chosen(options.only, loads.map(load => load.name), 'load');
const wantedPeers = chosen(options.peers, Object.keys(peers), 'peer');
const repeat = count(options.repeat, 'repeat') ?? (quick ? 1 : 3);
const context = {quick, seconds: count(options.seconds, 'seconds'), tools: options.tools, sluice: options.sluice ?? '', say: text => console.error(text)};
if (!context.tools) wrongUsage('--tools must name the folder of the built tools');

const skipped = Object.keys(peers).filter(peer => wantedPeers.includes(peer)).map(peer => ({peer, why: missing(peer, context)})).filter(({why}) => why);
const usable = wantedPeers.filter(peer => !skipped.some(entry => entry.peer === peer));
const selected = loads.filter(load => wantedLoads.includes(load.name) && (!quick || options.only || load.quickPeers));
const summary = {
  started: new Date().toISOString().slice(0, 19).replace('T', ' '), command: `bench/run ${process.argv.slice(2).filter((argument, i, all) =>
    !['--tools', '--sluice'].includes(argument) && !['--tools', '--sluice'].includes(all[i - 1])).join(' ')}`.trim(),
  quick, repeat, machine: machine(), versions: versions(context), skipped, runs: []};

for (let repetition = 0; repetition < repeat; ++repetition) {
  for (const load of selected) {
    const names = (quick && !options.peers && load.quickPeers || load.peers).filter(peer => usable.includes(peer));
    // each repetition starts with another peer, so that none always runs after the same one
    const order = names.map((_, i) => names[(i + repetition) % names.length]);
    for (const peer of order) {
      context.say(`${repetition + 1}/${repeat} ${load.name} ${peer}`);
      const entry = {load: load.name, repetition, peer};
      try {
        Object.assign(entry, await run(load, peer, context));
      } catch (error) {
        entry.error = error.message;
        context.say(`    failed: ${error.message}`);
      }
      summary.runs.push(entry);
    }
  }
}
await endAll();

summary.finished = new Date().toISOString().slice(0, 19).replace('T', ' ');
summary.bars = bars(summary.runs);
const text = report(summary, loads);
console.log(text);
const folder = options.results ?? path.join(path.dirname(path.dirname(fileURLToPath(import.meta.url))), 'results');
mkdirSync(folder, {recursive: true});
const name = path.join(folder, `fanout-${summary.started.replace(' ', '-').replaceAll(':', '')}${quick ? '-quick' : ''}`);
writeFileSync(`${name}.json`, `${JSON.stringify(summary, null, 1)}\n`);
writeFileSync(`${name}.md`, text);
console.error(`written: ${path.relative(process.cwd(), name)}.json and .md`);
process.exit(summary.runs.some(entry => entry.error) ? 1 : 0);
