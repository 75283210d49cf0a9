// The real binary: SLUICE_BIN, or the release build. It listens on a port of its own choice.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Child, run } from './child.mjs';
import { until } from './until.mjs';

export const root = fileURLToPath(new URL('../../..', import.meta.url));
export const binary = path.resolve(process.env.SLUICE_BIN ?? path.join(root, 'build/release/sluice'));

/** `sluice ARGS`, to its end. */
export const sluice = (args, options) => run(binary, args, { cwd: root, ...options });

/** A new folder with these files, {name: text}. */
export async function folderOf(files) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'sluice-files-'));
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
  return folder;
}

/** Fails when a sanitizer said anything. */
export function assertNoReport(child) {
  const report = /(ERROR|WARNING): (Address|Thread|Leak|Memory)Sanitizer|runtime error:/.exec(child.err);
  if (report) assert.fail(`the sanitizer reports:\n${child.err.slice(report.index, report.index + 6000)}`);
}

export class Gateway {
  #made = [];

  /**
   * `mappings`: a path, or {name: text}. `config`: the text of a sluice.yaml. `args`: more of the command line.
   * `listen`: a port of the test's choice. `ready: false` does not wait for the broker.
   */
  static async start({ broker, mappings = path.join(root, 'mappings'), config, args = [], listen = 0, ready = true }) {
    const gateway = new Gateway();
    gateway.folder = typeof mappings === 'string' ? mappings : await gateway.#make(mappings);
    const configured = [];
    if (config !== undefined) configured.push(path.join(await gateway.#make({ 'sluice.yaml': config }), 'sluice.yaml'));
    const flags = ['--mqtt', broker.url, '--listen', `127.0.0.1:${listen}`, '--mappings', gateway.folder];
    gateway.child = new Child(binary, ['run', ...configured, ...flags, ...args], { cwd: root });
    try {
      gateway.base = await until('the gateway to listen', () => {
        if (gateway.child.ended) throw new Error(`the gateway ended: ${gateway.child.err}`);
        return /listening on (http:\/\/\S+)/.exec(gateway.child.err)?.[1];
      });
      gateway.port = Number(new URL(gateway.base).port);
      if (ready) await gateway.ready();
    } catch (error) {
      gateway.child.signal('SIGKILL');
      await gateway.#clean();
      throw error;
    }
    return gateway;
  }

  async #make(files) {
    this.#made.push(await folderOf(files));
    return this.#made.at(-1);
  }

  async #clean() {
    for (const folder of this.#made.splice(0)) await rm(folder, { recursive: true });
  }

  /** Until the broker is connected and all topics are subscribed. */
  async ready() {
    await until('/readyz to say 200', async () => (await fetch(`${this.base}/readyz`)).status === 200);
  }

  /** Where the admin routes are, when the configuration gives them a port of their own. */
  get admin() {
    return /admin routes at (http:\/\/\S+)/.exec(this.child.err)?.[1];
  }

  async status() {
    return (await fetch(`${this.base}/api/status`)).json();
  }

  /** Ends it the clean way: exit code 0, no word of a sanitizer. */
  async stop() {
    const exit = await this.child.stop();
    await this.#clean();
    assertNoReport(this.child);
    assert.deepEqual(exit, { code: 0, signal: null }, `the gateway's end: ${this.child.err.slice(-4000)}`);
  }
}
