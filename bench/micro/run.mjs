// The driver of the mapping engine's benchmark; bench/micro/run builds what it needs and starts it.
import {spawnSync} from 'node:child_process';
import {mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {parseArgs} from 'node:util';
import {machine} from '../fanout/driver/meters.mjs';
import {report} from './report.mjs';

const usage = 'bench/micro/run [--quick] [--only REGEX] [--repeat N] [--results DIR]';

function wrongUsage(message) {
  console.error(`${message}\n${usage}`);
  process.exit(64);
}

let options;
try {
  options = parseArgs({options: {quick: {type: 'boolean', default: false}, only: {type: 'string'}, repeat: {type: 'string'},
    binary: {type: 'string'}, results: {type: 'string'}, help: {type: 'boolean', default: false}}}).values;
} catch (error) {
  wrongUsage(error.message);
}
if (options.help) {
  console.log(usage);
  process.exit(0);
}
if (options.repeat !== undefined && !/^[1-9]\d{0,2}$/.test(options.repeat))
  wrongUsage(`--repeat is '${options.repeat}', expected a whole number from 1 to 999`);
if (!options.binary) wrongUsage('--binary must name the built benchmark');

const repeat = Number(options.repeat ?? (options.quick ? 3 : 21));
const before = machine();
const started = new Date().toISOString().slice(0, 19).replace('T', ' ');
const folder = mkdtempSync(path.join(os.tmpdir(), 'sluice-micro-'));
const out = path.join(folder, 'out.json');
// Each repetition of each benchmark at a moment of its own: what disturbs the machine disturbs all alike.
const run = spawnSync(options.binary, [`--benchmark_filter=${options.only ?? '.'}`, `--benchmark_repetitions=${repeat}`,
  '--benchmark_enable_random_interleaving=true', `--benchmark_min_time=${options.quick ? 0.02 : 0.1}`, `--benchmark_out=${out}`,
  '--benchmark_out_format=json', '--benchmark_format=json'], {stdio: ['ignore', 'ignore', 'inherit'], maxBuffer: 2 ** 26});
if (run.status !== 0) process.exit(1);
const measured = JSON.parse(readFileSync(out, 'utf8')).benchmarks;
rmSync(folder, {recursive: true});

const results = new Map();
for (const entry of measured) {
  if (entry.run_type !== 'iteration') continue;
  if (entry.error_occurred) {
    console.error(`${entry.run_name}: ${entry.error_message}`);
    process.exit(1);
  }
  results.set(entry.run_name, [...results.get(entry.run_name) ?? [], entry.cpu_time]);
}
const summary = {started, command: `bench/micro/run ${process.argv.slice(2).filter((argument, i, all) =>
  argument !== '--binary' && all[i - 1] !== '--binary').join(' ')}`.trim(), quick: options.quick, repeat, machine: before,
cpu_nanoseconds: Object.fromEntries(results)};
const text = report(summary);
console.log(text);
const target = options.results ?? path.join(path.dirname(path.dirname(fileURLToPath(import.meta.url))), 'results');
mkdirSync(target, {recursive: true});
const name = path.join(target, `micro-${started.replace(' ', '-').replaceAll(':', '')}${options.quick ? '-quick' : ''}`);
writeFileSync(`${name}.json`, `${JSON.stringify(summary, null, 1)}\n`);
writeFileSync(`${name}.md`, text);
console.error(`written: ${path.relative(process.cwd(), name)}.json and .md`);
