// One measurement: a fresh broker, one peer, its clients, the publisher; a warm-up, then a window.
import {mkdtempSync, rmSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {Child, sleep} from './children.mjs';
import {cpuSeconds, machineTime, memoryBytes} from './meters.mjs';
import {peers, startBroker} from './peers.mjs';

const payloadBytes = 122;  // makes an event of about 160 bytes with its id, name and line ends

async function connectClients(tools, server, load) {
  const child = new Child('load client', path.join(tools, 'bench_load_client'), [
    '--port', server.port, '--path', server.path, '--protocol', server.protocol ?? 'sse', '--clients', load.clients,
    '--keyed', load.keyed ? 1 : 0, '--keys', load.keys, '--stalled', load.stalled ?? 0,
    '--check-ids', server.checkIds ? 1 : 0].map(String));
  const state = await child.answer(90);
  if (state.ready !== load.clients) throw child.fault(`${state.ready} of ${load.clients} clients connected: ${state.error}`);
  return child;
}

/** What the meters say now. */
function reading(server, broker, client, publisher) {
  const ours = [...server.server(), ...(server.feeder?.() ?? []), broker.child.pid, publisher.pid, process.pid, ...(client ? [client.pid] : [])];
  return {
    ours: cpuSeconds([...new Set(ours)]),
    server: cpuSeconds(server.server()),
    feeder: server.feeder ? cpuSeconds(server.feeder()) : 0,
    broker: cpuSeconds([broker.child.pid]),
    client: client ? cpuSeconds([client.pid]) : 0,
    machine: machineTime(),
  };
}

/**
 * load: {clients, rate, keys, keyed, stalled, warmSeconds, seconds, windowMs}; rate 0 = only the memory of idle clients;
 * clients 0 = what a message costs without any; stalled: so many of the clients read nothing. peer 'broker' = the broker
 * alone.
 */
export async function measure(peerName, load, {tools, sluice}) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'sluice-bench-'));
  const peer = peerName === 'broker' ? {start: async ({broker}) => ({children: [], server: () => [broker.child.pid]})} : peers[peerName];
  const running = [];
  try {
    const broker = await startBroker(folder, peer.webSocket);
    running.unshift(broker.child);
    const server = await peer.start({folder, tools, sluice, broker, windowMs: load.windowMs ?? 0, keyed: load.keyed});
    running.unshift(...server.children);
    await sleep(200);
    const memoryBefore = memoryBytes(server.server());
    const client = load.clients > 0 ? await connectClients(tools, server, load) : null;
    if (client) running.unshift(client);
    await sleep(load.rate === 0 ? 2000 : 500);
    const memoryAfter = memoryBytes(server.server());
    const result = {peer: peerName, clients: load.clients, rate: load.rate};
    if (load.clients > 0) result.memory_per_client = (memoryAfter - memoryBefore) / load.clients;
    if (load.rate === 0) return result;

    const longest = (load.warmSeconds + load.seconds + 30) * 1000;
    const publisher = new Child('publisher', path.join(tools, 'bench_publisher'), ['--mqtt', broker.port, '--rate', load.rate,
      '--keys', load.keys, '--payload', payloadBytes, '--milliseconds', longest].map(String));
    running.unshift(publisher);
    await sleep(load.warmSeconds * 1000);
    if (client) await client.ask('begin');
    const before = reading(server, broker, client, publisher);
    const started = process.hrtime.bigint();
    await sleep(load.seconds * 1000);
    for (const child of [...running].filter(other => other.code !== undefined))
      throw child.fault(child === publisher ? 'ended before the window did' : `ended with ${child.code} under load`);
    const after = reading(server, broker, client, publisher);
    const seconds = Number(process.hrtime.bigint() - started) / 1e9;
    const window = client ? await client.ask('end') : {seconds, events: 0};
    publisher.process.stdin.end();
    const published = await publisher.answer(30 + load.seconds);
    const faults = client ? await settled(client, published.published, load.drainSeconds ?? 5) : {};
    const used = name => after[name] - before[name];
    const all = after.machine.all - before.machine.all;
    Object.assign(result, {
      seconds,
      messages: load.rate * seconds,
      published_rate: published.seconds > 0 ? (published.published - 1) / published.seconds : load.rate,
      publisher_late_p99_us: published.late_p99_us,
      events: window.events,
      events_per_second: window.events / window.seconds,
      server_seconds: used('server'),
      feeder_seconds: used('feeder'),
      broker_seconds: used('broker'),
      client_seconds: used('client'),
      idle_share: (after.machine.idle - before.machine.idle) / all,
      foreign_share: Math.max(0, (all - (after.machine.idle - before.machine.idle) - used('ours')) / all),
      stolen_share: (after.machine.stolen - before.machine.stolen) / all,
      p50_us: window.p50_us, p99_us: window.p99_us, p999_us: window.p999_us, max_us: window.max_us,
      ...faults,
    });
    return result;
  } finally {
    for (const child of running) await child.end();
    rmSync(folder, {recursive: true, force: true});
  }
}

/** The faults once everything has arrived, or `seconds` after the last message. */
async function settled(client, published, seconds) {
  for (const end = Date.now() + seconds * 1000; ; await sleep(100)) {
    const state = await client.ask(`check ${published}`);
    if (state.outstanding > 0 && Date.now() < end) continue;
    return {missing: state.skipped + state.outstanding, skipped: state.skipped, undelivered: state.outstanding, doubled: state.doubled,
      disordered: state.disordered, foreign: state.foreign, bad_ids: state.bad_ids, gaps: state.gaps, lost_clients: state.lost,
      client_error: state.error};
  }
}

export const faultless = result =>
  result.missing === 0 && result.doubled === 0 && result.disordered === 0 && result.foreign === 0 && result.lost_clients === 0 &&
  result.gaps === 0 && result.bad_ids === 0;
