// One program that a test starts and ends; what it said is kept for the test and for the one who reads a failure.

import { spawn } from 'node:child_process';
import { within } from './until.mjs';

export class Child {
  out = '';
  err = '';
  ended = false;

  constructor(command, args, options = {}) {
    this.process = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], ...options });
    this.process.stdout.setEncoding('utf8').on('data', (text) => (this.out += text));
    this.process.stderr.setEncoding('utf8').on('data', (text) => (this.err += text));
    this.process.stdin.on('error', () => {}); // a program that ended reads nothing
    this.exit = new Promise((resolve) => {
      this.process.on('error', (error) => resolve({ code: null, signal: null, error }));
      this.process.on('close', (code, signal) => resolve({ code, signal }));
    }).then((exit) => {
      this.ended = true;
      return exit;
    });
  }

  get pid() {
    return this.process.pid;
  }

  signal(name) {
    if (!this.ended) this.process.kill(name);
  }

  /** Asks it to end; {code, signal}. */
  async stop(name = 'SIGTERM') {
    this.signal(name);
    try {
      return await within(`the end of process ${this.pid} after ${name}`, this.exit);
    } catch (error) {
      this.signal('SIGKILL');
      throw error;
    }
  }
}

/** Runs a program to its end: {code, out, err}. */
export async function run(command, args, { input = '', ...options } = {}) {
  const child = new Child(command, args, options);
  child.process.stdin.end(input);
  const { code, signal, error } = await within(`the end of ${command} ${args.join(' ')}`, child.exit);
  if (error) throw error;
  return { code: code ?? signal, out: child.out, err: child.err };
}
