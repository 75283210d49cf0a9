// A client on a bare socket: sees every byte, parses strictly, and is cheap enough to be started by the thousand.

import net from 'node:net';
import { until } from './until.mjs';

/** What stands between two blank lines: the fields, and the bytes as they came. */
function parseBlock(raw) {
  const block = { raw, comments: [] };
  for (const line of raw.split('\n')) {
    const colon = line.indexOf(':');
    if (colon === 0) block.comments.push(line.slice(1).trim());
    if (colon <= 0) continue;
    const name = line.slice(0, colon);
    const value = line.slice(colon + 1).replace(/^ /, '');
    block[name] = name === 'data' && block.data !== undefined ? `${block.data}\n${value}` : value;
  }
  return block;
}

/** The blocks of one event stream, in the order in which they came, whatever carried them here. */
export class BlockReader {
  blocks = []; // all so far
  body = '';
  ended = null; // 'end' after a clean FIN, else the error's code
  #read = 0;
  #unparsed = '';

  /** More of the body. */
  take(text) {
    this.body += text;
    const pieces = (this.#unparsed + text).split('\n\n');
    this.#unparsed = pieces.pop();
    for (const piece of pieces) this.blocks.push(parseBlock(piece));
  }

  /** What came after the last whole block. */
  get rest() {
    return this.#unparsed;
  }

  /** The next block not yet read for which `wanted` holds (an event's name, or a function); those before are passed. */
  async next(wanted = () => true) {
    const holds = typeof wanted === 'string' ? (block) => block.event === wanted : wanted;
    return until(`a block (${wanted})`, () => {
      while (this.#read < this.blocks.length) {
        const block = this.blocks[this.#read++];
        if (holds(block)) return block;
      }
      if (this.ended) throw new Error(`the stream ended (${this.ended}): ${JSON.stringify(this.body.slice(-500))}`);
      return null;
    });
  }

  /** The next event that carries data: its fields, `data` parsed. */
  async nextData(wanted = () => true) {
    const block = await this.next((b) => b.data && (typeof wanted === 'string' ? b.event === wanted : wanted(b)));
    return JSON.parse(block.data);
  }

  /** The blocks of the snapshot: all up to the checkpoint, without the opening `retry` and comments. */
  async snapshot() {
    const from = this.#read;
    await this.next('checkpoint');
    return this.blocks.slice(from, this.#read - 1).filter((block) => block.data !== undefined);
  }

  async end() {
    return until('the end of the stream', () => this.ended);
  }
}

/** On a bare socket. */
export class SseClient extends BlockReader {
  #head = '';

  /** Connects; `lastEventId` becomes the header. Resolves once the response's head is there. */
  static async open(url, { lastEventId, headers = {}, method = 'GET', version = '1.1' } = {}) {
    const client = new SseClient();
    const { hostname, port, host, pathname, search } = new URL(url);
    const lines = [`${method} ${pathname}${search} HTTP/${version}`, `Host: ${host}`, 'Accept: text/event-stream'];
    if (lastEventId !== undefined) lines.push(`Last-Event-ID: ${lastEventId}`);
    for (const [name, value] of Object.entries(headers)) lines.push(`${name}: ${value}`);
    client.socket = net.connect({ host: hostname, port: Number(port), noDelay: true });
    client.socket.setEncoding('utf8');
    client.socket.on('data', (text) => client.#receive(text));
    client.socket.on('end', () => (client.ended ??= 'end'));
    client.socket.on('error', (error) => (client.ended ??= error.code));
    client.socket.on('close', () => (client.ended ??= 'closed'));
    client.socket.write(`${lines.join('\r\n')}\r\n\r\n`);
    await until(`the response of ${url}`, () => client.status !== undefined || client.ended);
    if (client.status === undefined) throw new Error(`no response from ${url}: ${client.ended}`);
    return client;
  }

  #receive(text) {
    if (this.status === undefined) {
      this.#head += text;
      const end = this.#head.indexOf('\r\n\r\n');
      if (end < 0) return;
      const [first, ...fields] = this.#head.slice(0, end).split('\r\n');
      this.status = Number(first.split(' ')[1]);
      const pairs = fields.map((line) => /^([^:]+):\s*(.*)$/.exec(line).slice(1));
      this.headers = Object.fromEntries(pairs.map(([name, value]) => [name.toLowerCase(), value]));
      text = this.#head.slice(end + 4);
    }
    this.take(text);
  }

  close() {
    this.socket.destroy();
  }
}
