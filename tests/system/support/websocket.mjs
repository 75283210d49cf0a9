// A WebSocket client on a bare socket: sends what the test says, right or wrong, and reads a server's frames strictly.

import crypto from 'node:crypto';
import net from 'node:net';
import { until } from './until.mjs';

export const TEXT = 1;
export const CLOSE = 8;
export const PING = 9;
export const PONG = 10;

/** One frame of a client's; every rule of RFC 6455 5.2 can be broken. */
export function frame(opcode, payload = '', { fin = true, masked = true, reserved = 0 } = {}) {
  const bytes = Buffer.from(payload);
  const head = [(fin ? 0x80 : 0) | (reserved << 4) | opcode];
  const mask = masked ? 0x80 : 0;
  if (bytes.length < 126) head.push(mask | bytes.length);
  else if (bytes.length < 65536) head.push(mask | 126, bytes.length >> 8, bytes.length & 255);
  else head.push(mask | 127, 0, 0, 0, 0, ...[24, 16, 8, 0].map((shift) => (bytes.length >>> shift) & 255));
  if (!masked) return Buffer.concat([Buffer.from(head), bytes]);
  const key = crypto.randomBytes(4);
  return Buffer.concat([Buffer.from(head), key, bytes.map((byte, i) => byte ^ key[i % 4])]);
}

/** The payload of a close frame. */
export function closing(code, reason = '') {
  return Buffer.concat([Buffer.from([code >> 8, code & 255]), Buffer.from(reason)]);
}

export class RawWebSocket {
  frames = []; // {opcode, payload}, all so far but pings, which are answered unless `answers` is false
  pings = 0;
  fault = null; // the first thing that a server must not send
  closed = null; // {code, reason} of its close frame
  ended = null; // 'end' after a clean FIN, else the error's code
  #read = 0;
  #bytes = Buffer.alloc(0);

  /**
   * Connects; resolves once the response's head is there. `headers` replace the usual ones, null leaves one out; `line`
   * is another request line; `more` is sent in the same packet as the handshake.
   */
  static async open(url, { headers = {}, line, more = Buffer.alloc(0), answers = true } = {}) {
    const client = new RawWebSocket();
    client.answers = answers;
    const { hostname, port, host, pathname, search } = new URL(url);
    const usual = {
      Host: host,
      Upgrade: 'websocket',
      Connection: 'Upgrade',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': crypto.randomBytes(16).toString('base64'),
    };
    const fields = Object.entries({ ...usual, ...headers }).filter(([, value]) => value !== null);
    const lines = [line ?? `GET ${pathname}${search} HTTP/1.1`, ...fields.map(([name, value]) => `${name}: ${value}`)];
    client.socket = net.connect({ host: hostname, port: Number(port), noDelay: true });
    client.socket.on('data', (bytes) => client.#take(bytes));
    client.socket.on('end', () => (client.ended ??= 'end'));
    client.socket.on('error', (error) => (client.ended ??= error.code));
    client.socket.on('close', () => (client.ended ??= 'closed'));
    client.socket.write(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), more]));
    await until(`the response of ${url}`, () => client.status !== undefined || client.ended);
    if (client.status === undefined) throw new Error(`no response from ${url}: ${client.ended}`);
    return client;
  }

  #take(bytes) {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    if (this.status === undefined) {
      const end = this.#bytes.indexOf('\r\n\r\n');
      if (end < 0) return;
      this.head = this.#bytes.toString('latin1', 0, end);
      this.status = Number(this.head.split(' ')[1]);
      this.#bytes = this.#bytes.subarray(end + 4);
    }
    if (this.status === 101) while (this.#frame());
  }

  #frame() {
    const bytes = this.#bytes;
    if (bytes.length < 2) return false;
    let length = bytes[1] & 127;
    const head = length === 127 ? 10 : length === 126 ? 4 : 2;
    if (bytes.length < head) return false;
    if (head === 4) length = bytes.readUInt16BE(2);
    if (head === 10) length = Number(bytes.readBigUInt64BE(2));
    if (bytes.length < head + length) return false;
    const payload = bytes.subarray(head, head + length);
    this.#bytes = bytes.subarray(head + length);
    const opcode = bytes[0] & 15;
    if ((bytes[0] & 0x80) === 0) this.fault ??= 'a fragment';
    if ((bytes[0] & 0x70) !== 0) this.fault ??= 'a reserved bit';
    if ((bytes[1] & 0x80) !== 0) this.fault ??= 'a masked frame';
    if (![TEXT, CLOSE, PING, PONG].includes(opcode)) this.fault ??= `opcode ${opcode}`;
    if (head === 4 && length < 126) this.fault ??= 'a length in too many bytes';
    if (head === 10 && length < 65536) this.fault ??= 'a length in too many bytes';
    if (opcode >= CLOSE && length > 125) this.fault ??= 'a long control frame';
    if (this.closed) this.fault ??= 'a frame after the close frame';
    if (opcode === PING) {
      this.pings += 1;
      if (this.answers) this.send(frame(PONG, payload));
      return true;
    }
    if (opcode === CLOSE) {
      this.closed = { code: length >= 2 ? payload.readUInt16BE(0) : null, reason: payload.toString('utf8', 2) };
      if (this.answers) this.send(frame(CLOSE, payload.subarray(0, 2)));
    }
    this.frames.push({ opcode, payload: Buffer.from(payload) });
    return true;
  }

  send(bytes) {
    if (!this.socket.destroyed) this.socket.write(bytes);
    return this;
  }

  /** All envelopes so far. */
  get envelopes() {
    return this.frames.filter(({ opcode }) => opcode === TEXT).map(({ payload }) => JSON.parse(payload.toString('utf8')));
  }

  /** The next envelope not yet read for which `wanted` holds (a type, or a function); those before are passed. */
  async next(wanted = () => true) {
    const holds = typeof wanted === 'string' ? (envelope) => envelope.type === wanted : wanted;
    return until(`an envelope (${wanted})`, () => {
      while (this.#read < this.frames.length) {
        const { opcode, payload } = this.frames[this.#read++];
        if (opcode !== TEXT) continue;
        const envelope = JSON.parse(payload.toString('utf8'));
        if (holds(envelope)) return envelope;
      }
      if (this.ended) throw new Error(`the WebSocket ended (${this.ended}): ${JSON.stringify(this.closed)}`);
      return null;
    });
  }

  /** Its end: {closed, ended}. */
  async end() {
    await until('the end of the WebSocket', () => this.ended);
    return { closed: this.closed, ended: this.ended };
  }

  close() {
    this.socket.destroy();
  }
}
