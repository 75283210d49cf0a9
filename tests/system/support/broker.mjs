// A mosquitto of the test's own, on a free loopback port, without a trace on disk.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { Child } from './child.mjs';
import { until } from './until.mjs';

/** A port that nobody listened on a moment ago. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = net.createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** True when somebody accepts connections there. */
export function listens(port) {
  return new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.on('connect', () => (socket.destroy(), resolve(true)));
    socket.on('error', () => resolve(false));
  });
}

export class Broker {
  static async start() {
    const broker = new Broker();
    broker.port = await freePort();
    broker.url = `mqtt://127.0.0.1:${broker.port}`;
    broker.folder = await mkdtemp(path.join(os.tmpdir(), 'sluice-broker-'));
    await writeFile(
      path.join(broker.folder, 'mosquitto.conf'),
      // A queue that a slow test machine does not overflow, and packets larger than any limit of the gateway.
      `listener ${broker.port} 127.0.0.1\nallow_anonymous true\npersistence false\nmax_queued_messages 200000\n` +
        `sys_interval 1\nuser ${os.userInfo().username}\n`,
    );
    await broker.resume();
    return broker;
  }

  /** Starts it again on the same port, with nothing remembered. */
  async resume() {
    const config = path.join(this.folder, 'mosquitto.conf');
    const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` };
    this.child = new Child('mosquitto', ['-c', config], { env });
    await until('mosquitto to listen', () => {
      if (this.child.ended) throw new Error(`mosquitto ended: ${this.child.err}`);
      return listens(this.port);
    });
  }

  async halt() {
    await this.child.stop();
  }

  async restart() {
    await this.halt();
    await this.resume();
  }

  async stop() {
    await this.halt();
    await rm(this.folder, { recursive: true });
  }
}
