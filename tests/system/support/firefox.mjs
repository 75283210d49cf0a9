// Debian's Firefox, without a window, driven by WebDriver BiDi (https://w3c.github.io/webdriver-bidi/). FIREFOX names
// another one.

import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import WebSocket from 'ws';
import { Child } from './child.mjs';
import { until, within } from './until.mjs';

export class Firefox {
  #asked = new Map();
  #number = 0;

  static async launch() {
    const firefox = new Firefox();
    firefox.profile = await mkdtemp(path.join(os.tmpdir(), 'sluice-firefox-'));
    const args = ['--headless', '--no-remote', '--profile', firefox.profile, '--remote-debugging-port', '0'];
    // As root it refuses to run in a home that is somebody else's.
    const env = { ...process.env, HOME: firefox.profile };
    firefox.child = new Child(process.env.FIREFOX ?? 'firefox-esr', args, { env });
    const address = await until('Firefox to listen', () => {
      if (firefox.child.ended) throw new Error(`Firefox ended: ${firefox.child.err}`);
      return /WebDriver BiDi listening on (ws:\/\/\S+)/.exec(firefox.child.err)?.[1];
    });
    firefox.socket = new WebSocket(`${address}/session`);
    firefox.socket.on('message', (text) => firefox.#take(JSON.parse(text)));
    await within('the connection to Firefox', once(firefox.socket, 'open'));
    await firefox.#ask('session.new', { capabilities: {} });
    return firefox;
  }

  /** Sends a command; its result. */
  #ask(method, params) {
    const id = (this.#number += 1);
    const answer = new Promise((resolve, reject) => this.#asked.set(id, { resolve, reject }));
    this.socket.send(JSON.stringify({ id, method, params }));
    return within(`Firefox's answer to ${method}`, answer);
  }

  #take({ id, type, result, message }) {
    const { resolve, reject } = this.#asked.get(id) ?? {};
    this.#asked.delete(id);
    if (type === 'success') resolve?.(result);
    if (type === 'error') reject?.(new Error(`Firefox: ${message}`));
  }

  /** A page there: {evaluate(expression), close()}. */
  async open(url) {
    const { context } = await this.#ask('browsingContext.create', { type: 'tab' });
    await this.#ask('browsingContext.navigate', { context, url, wait: 'complete' });
    return {
      evaluate: (expression) => this.#evaluate(context, expression),
      close: () => this.#ask('browsingContext.close', { context }),
    };
  }

  async #evaluate(context, expression) {
    const { type, result, exceptionDetails } = await this.#ask('script.evaluate', {
      expression: `(async () => JSON.stringify(await (${expression})))()`,
      target: { context },
      awaitPromise: true,
    });
    if (type !== 'success') throw new Error(`${expression}: ${exceptionDetails.text}`);
    return result.value && JSON.parse(result.value);
  }

  async close() {
    this.socket?.terminate();
    await this.child.stop();
    await rm(this.profile, { recursive: true, maxRetries: 5 }); // its children may still write
  }
}
