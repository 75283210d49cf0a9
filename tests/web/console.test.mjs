// The console's arithmetic: rates, sums of metrics, what was left out, numbers in words.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';

async function load(name) {
  const text = await readFile(new URL(`../../web/console/${name}.js`, import.meta.url));
  return import(`data:text/javascript;base64,${text.toString('base64')}`);
}
const { KEPT, Rates } = await load('rates');
const { readMetrics } = await load('metrics');
const { LOSSES, Losses } = await load('losses');
const { bytes, counted, duration, rate } = await load('words');

test('a rate is what came between two looks, a second', () => {
  const rates = new Rates();
  rates.take({ messages: 100 }, 1000);
  assert.equal(rates.now('messages'), undefined);
  rates.take({ messages: 150 }, 3000);
  assert.equal(rates.now('messages'), 25);
});

test('a counter that began anew has the rate 0, then its own', () => {
  const rates = new Rates();
  for (const [at, events] of [[0, 90], [1000, 4], [2000, 10]]) rates.take({ events }, at);
  assert.deepEqual(rates.past('events'), [0, 6]);
});

test('a pause is in no rate', () => {
  const rates = new Rates();
  rates.take({ events: 0 }, 0);
  rates.pause();
  rates.take({ events: 500 }, 1000);
  rates.take({ events: 510 }, 2000);
  assert.deepEqual(rates.past('events'), [10]);
});

test('the newest values are kept', () => {
  const rates = new Rates();
  for (let value = 0; value < KEPT + 5; value += 1) rates.note('clients', value);
  assert.equal(rates.past('clients').length, KEPT);
  assert.equal(rates.now('clients'), KEPT + 4);
});

test('metrics are summed over their labels', () => {
  const sums = readMetrics('# HELP a of b\n# TYPE a counter\na{reason="x y"} 2\na{reason="}"} 3\nb 1.5e3\nc NaN\n\n');
  assert.deepEqual([...sums], [['a', 5], ['b', 1500]]);
});

test('a loss is recent for a minute after it grew, and never for what was there before', () => {
  const [[name, words]] = LOSSES;
  const losses = new Losses();
  losses.take(new Map([[name, 3]]), 0);
  assert.deepEqual(losses.recent(0), []);
  assert.deepEqual(losses.all(), [{ count: 3, words }]);
  losses.take(new Map([[name, 4]]), 1000);
  losses.take(new Map([[name, 4]]), 50_000);
  assert.deepEqual(losses.recent(50_000), [words]);
  assert.deepEqual(losses.recent(61_000), []);
});

test('numbers are said as people read them', () => {
  assert.deepEqual([rate(undefined), rate(0), rate(2.34), rate(1234.5)], ['–', '0', '2.3', '1,235']);
  assert.deepEqual([bytes(0), bytes(999), bytes(1500), bytes(2.5e9)], ['0 B', '999 B', '1.5 kB', '2.5 GB']);
  assert.deepEqual([counted(1, 'rule'), counted(1200, 'rule')], ['1 rule', '1,200 rules']);
  assert.deepEqual([duration(59_999), duration(3_700_000), duration(90_000_000)], ['59 s', '1 h 1 min', '1 d 1 h']);
});
