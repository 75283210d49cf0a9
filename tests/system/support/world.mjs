// A broker, a gateway on it, and someone who publishes: what most chapters start with.

import mqtt from 'mqtt';
import { Broker } from './broker.mjs';
import { Gateway } from './gateway.mjs';
import { SseClient } from './sse.mjs';

export class World {
  #clients = [];

  static async start(options = {}) {
    const world = new World();
    world.broker = await Broker.start();
    world.device = await world.connect();
    try {
      world.gateway = await Gateway.start({ broker: world.broker, ...options });
    } catch (error) {
      await world.stop();
      throw error;
    }
    world.base = world.gateway.base;
    return world;
  }

  /** One more MQTT client. */
  async connect(options = {}) {
    const client = await mqtt.connectAsync(this.broker.url, { protocolVersion: 5, reconnectPeriod: 50, ...options });
    this.#clients.push(client);
    return client;
  }

  /** Publishes as a device would; QoS 1, so that it returns when the broker has it. Objects go out as JSON. */
  async publish(topic, payload, options = {}) {
    const bytes = typeof payload === 'string' || Buffer.isBuffer(payload) ? payload : JSON.stringify(payload);
    await this.device.publishAsync(topic, bytes, { qos: 1, ...options });
  }

  /** Ends the gateway and starts another one on the same port. */
  async restartGateway(options = {}) {
    const listen = this.gateway.port;
    await this.gateway.stop();
    this.gateway = await Gateway.start({ broker: this.broker, listen, ...options });
    this.base = this.gateway.base;
  }

  /** An SSE client of the gateway, closed at the end. */
  async open(path, options) {
    const client = await SseClient.open(this.base + path, options);
    this.#clients.push({ endAsync: async () => client.close() });
    return client;
  }

  async get(path, options) {
    const response = await fetch(this.base + path, options);
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  async getJson(path) {
    return JSON.parse((await this.get(path)).text);
  }

  async post(path, body, headers = { 'Content-Type': 'application/json' }) {
    return this.get(path, { method: 'POST', headers, body: typeof body === 'string' ? body : JSON.stringify(body) });
  }

  /** Ends everything; fails when the gateway did not end cleanly. */
  async stop() {
    for (const client of this.#clients.splice(0)) await client.endAsync(true);
    try {
      if (this.gateway && !this.gateway.child.ended) await this.gateway.stop();
    } finally {
      await this.broker.stop();
    }
  }
}
