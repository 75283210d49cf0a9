// The loads: the rows of the table that a run fills.
import {faultless, measure} from './measure.mjs';

const bridges = ['floor', 'sluice', 'nchan', 'mosquitto-ws', 'node'];

/**
 * kind 'steady': CPU, delays and faults at one rate (ownCost: also what a message costs without clients);
 * kind 'rate': the highest rate held; kind 'idle': memory; kind 'interest': one interested client among few and many;
 * kind 'stalled': the delays of all clients, and of all but one that reads nothing.
 * quickPeers: measured by --quick; absent = not in --quick.
 */
export const loads = [
  {name: 'fan-1000x200', title: '1,000 clients x 200 events/s', kind: 'steady', clients: 1000, rate: 200, keys: 10, ownCost: true,
    peers: [...bridges, 'floor-each'], quickPeers: bridges},
  {name: 'fan-100x10000', title: '100 clients x 10,000 events/s', kind: 'steady', clients: 100, rate: 10000, keys: 10, ownCost: true,
    peers: bridges, quickPeers: ['floor', 'sluice']},
  {name: 'fan-10000x5', title: '10,000 clients x 5 events/s', kind: 'steady', clients: 10000, rate: 5, keys: 10, ownCost: true, peers: bridges},
  {name: 'fan-1000x200-window', title: '1,000 clients x 200 events/s, flush window 20 ms', kind: 'steady', clients: 1000, rate: 200, keys: 10,
    windowMs: 20, ownCost: true, peers: ['floor', 'sluice']},
  {name: 'rate-1000', title: '1,000 clients, highest rate held', kind: 'rate', clients: 1000, keys: 10,
    startRate: {floor: 4000, sluice: 3500, nchan: 120, 'mosquitto-ws': 80, node: 60, 'floor-each': 180}, peers: [...bridges, 'floor-each']},
  {name: 'fast-100x5000', title: '100 clients x 5,000 events/s', kind: 'steady', clients: 100, rate: 5000, keys: 10, peers: bridges},
  {name: 'fast-100x20000', title: '100 clients x 20,000 events/s', kind: 'steady', clients: 100, rate: 20000, keys: 10, peers: ['floor', 'sluice']},
  {name: 'keys-1000', title: '1,000 clients, each on one of 1,000 keys, 5,000 messages/s', kind: 'steady', clients: 1000, rate: 5000, keys: 1000,
    keyed: true, ownCost: true, peers: bridges, quickPeers: ['floor', 'sluice']},
  {name: 'delay-10x100', title: '10 clients x 100 events/s', kind: 'steady', clients: 10, rate: 100, keys: 10, peers: bridges,
    quickPeers: ['floor', 'sluice', 'nchan']},
  {name: 'idle-10000', title: 'memory of 10,000 idle clients', kind: 'idle', clients: 10000, peers: ['floor', 'sluice', 'sluice-4k', 'nchan', 'mosquitto-ws', 'node'],
    quickPeers: ['sluice', 'nchan']},
  {name: 'interest', title: 'one interested client among 100 and among 10,000', kind: 'interest', few: 100, many: 10000, rate: 1000, keys: 1,
    peers: ['floor', 'sluice']},
  {name: 'stalled-1000', title: '1,000 clients x 1,000 events/s, one of them stalled', kind: 'stalled', clients: 1000, rate: 1000, keys: 10,
    peers: ['sluice']},
];

function settings(load, quick, seconds) {
  return {clients: load.clients, rate: load.rate, keys: load.keys ?? 1, keyed: load.keyed ?? false, windowMs: load.windowMs ?? 0,
    warmSeconds: quick ? 1 : 2, seconds: seconds ?? (quick ? 4 : 10)};
}

async function steady(load, peer, context) {
  const setting = settings(load, context.quick, context.seconds);
  const result = await measure(peer, setting, context);
  if (peer === 'mosquitto-ws') {
    // The broker serves the clients itself: what it costs more than with the publisher alone.
    const alone = await measure('broker', {...setting, clients: 0}, context);
    result.server_seconds -= alone.server_seconds * result.seconds / alone.seconds;
  }
  if (load.ownCost && (peer === 'sluice' || peer === 'floor')) {
    const alone = await measure(peer, {...setting, clients: 0}, context);
    result.own_us_per_message = alone.server_seconds / alone.messages * 1e6;
  }
  const cost = result.server_seconds + result.feeder_seconds;
  result.cpu_us_per_event = result.events > 0 ? cost / result.events * 1e6 : null;
  result.faultless = faultless(result) && result.published_rate >= 0.98 * load.rate;
  return result;
}

/** The rate is raised (or lowered) by a third until it fails (or holds), then the gap is halved, geometrically. */
async function highestRate(load, peer, context) {
  const setting = {...settings(load, context.quick, context.seconds), seconds: context.quick ? 3 : 5};
  const tries = [];
  const holds = async rate => {
    const result = await measure(peer, {...setting, rate, drainSeconds: 2}, context);
    foreign = Math.max(foreign, result.foreign_share);
    const held = faultless(result) && result.p99_us < 100_000 && result.published_rate >= 0.98 * rate &&
      result.events >= 0.97 * load.clients * rate * setting.seconds;
    tries.push({rate, held, p99_us: result.p99_us, missing: result.missing});
    context.say(`    ${rate}/s: ${held ? 'held' : 'not held'}, p99 ${(result.p99_us / 1000).toFixed(1)} ms, missing ${result.missing}`);
    return held;
  };
  let foreign = 0;
  let low = 0;
  let high = Infinity;
  for (let rate = load.startRate[peer]; tries.length < 10 && (low === 0 || high === Infinity) && rate >= 1;) {
    if (await holds(rate)) low = rate; else high = rate;
    rate = Math.round(high === Infinity ? low * 1.33 : high / 1.33);
  }
  for (let i = 0; i < (context.quick ? 2 : 3) && low > 0 && high < Infinity; ++i) {
    const rate = Math.round(Math.sqrt(low * high));
    if (rate === low || rate === high) break;
    if (await holds(rate)) low = rate; else high = rate;
  }
  return {peer, clients: load.clients, rate_held: low, foreign_share: foreign, tries};
}

async function idle(load, peer, context) {
  return measure(peer, {clients: load.clients, rate: 0, keys: 1, keyed: false}, context);
}

async function interest(load, peer, context) {
  const result = {peer, rate: load.rate};
  for (const [name, clients] of [['few', load.few], ['many', load.many]]) {
    const one = await measure(peer, {...settings({...load, keyed: true}, context.quick, context.seconds), clients}, context);
    result[`cpu_us_per_message_${name}`] = one.server_seconds / one.messages * 1e6;
    result.foreign_share = Math.max(result.foreign_share ?? 0, one.foreign_share);
    result.faultless = faultless(one) && one.events > 0 && (result.faultless ?? true);
  }
  result.many_to_few = result.cpu_us_per_message_many / result.cpu_us_per_message_few;
  return result;
}

let turn = 0;

/** Without and with, one after the other; which comes first changes from one repetition to the next. */
async function stalled(load, peer, context) {
  const result = {peer, clients: load.clients, rate: load.rate, faultless: true};
  const order = turn++ % 2 === 0 ? ['clean', 'stalled'] : ['stalled', 'clean'];
  for (const name of order) {
    const one = await measure(peer, {...settings(load, context.quick, context.seconds), stalled: name === 'stalled' ? 1 : 0}, context);
    for (const field of ['p50_us', 'p99_us', 'p999_us']) result[`${field}_${name}`] = one[field];
    result.foreign_share = Math.max(result.foreign_share ?? 0, one.foreign_share);
    result.faultless &&= faultless(one);
  }
  result.stalled_to_clean = result.p99_us_stalled / result.p99_us_clean;
  return result;
}

export const run = (load, peer, context) => ({steady, rate: highestRate, idle, interest, stalled})[load.kind](load, peer, context);
