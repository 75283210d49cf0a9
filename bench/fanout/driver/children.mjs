// The processes of a run: started here, ended here by their pid, whatever happens.
import {spawn} from 'node:child_process';
import {readFileSync} from 'node:fs';
import net from 'node:net';
import readline from 'node:readline';

const alive = new Set();

export const sleep = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds));

export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = net.createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const {port} = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

export class Child {
  constructor(name, command, args, options = {}) {
    this.name = name;
    this.said = '';
    this.process = spawn(command, args, {stdio: ['pipe', 'pipe', 'pipe'], ...options});
    this.pid = this.process.pid;
    this.ended = new Promise(resolve => {
      this.process.on('error', error => { this.said += error.message; this.code = 1; alive.delete(this); resolve(1); });
      this.process.on('exit', code => { this.code = code ?? -1; alive.delete(this); resolve(this.code); });
    });
    alive.add(this);
    this.process.stdin.on('error', () => {});
    this.process.stderr.on('data', text => { this.said = (this.said + text).slice(-4000); });
    this.lines = readline.createInterface({input: this.process.stdout})[Symbol.asyncIterator]();
  }

  fault(what) {
    return new Error(`${this.name}: ${what}${this.said ? `; it said: ${this.said.trim()}` : ''}`);
  }

  /** The next line of its standard output, as JSON. */
  async answer(seconds) {
    let timer;
    const late = new Promise((_, reject) => { timer = setTimeout(() => reject(this.fault(`no answer in ${seconds} s`)), seconds * 1000); });
    try {
      const {value, done} = await Promise.race([this.lines.next(), late]);
      if (done) throw this.fault('ended early');
      return JSON.parse(value);
    } finally {
      clearTimeout(timer);
    }
  }

  ask(command, seconds = 60) {
    this.process.stdin.write(`${command}\n`);
    return this.answer(seconds);
  }

  /** Waits until `ready()` is true (it may be async), at most `seconds`. */
  async until(ready, seconds = 20) {
    for (const end = Date.now() + seconds * 1000; Date.now() < end; await sleep(30)) {
      if (this.code !== undefined) throw this.fault(`ended with ${this.code}`);
      if (await ready()) return;
    }
    throw this.fault(`not ready in ${seconds} s`);
  }

  async end() {
    if (this.code !== undefined) return;
    this.process.kill('SIGTERM');
    const timer = setTimeout(() => this.process.kill('SIGKILL'), 3000);
    await this.ended;
    clearTimeout(timer);
  }
}

/** `pid` and the processes it has started. */
export function family(pid) {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    return [pid, ...children.split(' ').filter(Boolean).flatMap(child => family(Number(child)))];
  } catch {
    return [pid];
  }
}

export function accepts(port) {
  return new Promise(resolve => {
    const socket = net.connect(port, '127.0.0.1');
    socket.on('connect', () => { socket.destroy(); resolve(true); });
    socket.on('error', () => resolve(false));
  });
}

export async function endAll() {
  await Promise.all([...alive].map(child => child.end()));
}

for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => endAll().then(() => process.exit(130)));
process.on('exit', () => { for (const child of alive) child.process.kill('SIGKILL'); });
