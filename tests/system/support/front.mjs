// A way to the gateway through a proxy: streams and requests over HTTP/1.1 or HTTP/2, in the clear or over TLS.

import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import { BlockReader } from './sse.mjs';
import { within } from './until.mjs';

/** A response as it begins, its body's source, and how to leave: {status, headers, body, leave}. */
function overHttp1({ origin, agent }, method, path, headers, sent) {
  return new Promise((resolve, reject) => {
    const { request } = origin.startsWith('https:') ? https : http;
    const asked = request(origin + path, { method, headers, agent }, (body) =>
      resolve({ status: body.statusCode, headers: body.headers, body, leave: () => asked.destroy() }),
    );
    asked.on('error', reject);
    asked.end(sent);
  });
}

function overHttp2(session, method, path, headers, sent) {
  return new Promise((resolve, reject) => {
    const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
    const body = session.request({ ':method': method, ':path': path, ...lower });
    const leave = () => body.close(http2.constants.NGHTTP2_CANCEL);
    body.on('response', (got) => resolve({ status: got[':status'], headers: got, body, leave }));
    body.on('error', reject);
    body.end(sent);
  });
}

export class Front {
  #session = null;

  /** `protocol`: 'http/1.1' or 'h2'. `from`: the address that the client has. */
  constructor(proxy, protocol, { ca, from }) {
    Object.assign(this, { proxy, protocol, origin: proxy.origin, name: `${proxy.name}, ${protocol}` });
    this.socket = { ca, localAddress: from };
    this.agent = new (proxy.tls ? https : http).Agent({ keepAlive: true, ...this.socket });
  }

  async #ask(method, path, headers = {}, sent = undefined) {
    const answer =
      this.protocol === 'h2'
        ? overHttp2(await this.#connected(), method, path, headers, sent)
        : overHttp1(this, method, path, headers, sent);
    return within(`the answer to ${method} ${path} through ${this.name}`, answer);
  }

  /** One connection for all; a new one when the proxy ended it. */
  async #connected() {
    if (this.#session?.closed || this.#session?.destroyed) this.#session = null;
    if (!this.#session) {
      this.#session = http2.connect(this.origin, this.socket);
      this.#session.on('error', () => {}); // those who use it have theirs
    }
    return this.#session;
  }

  /** An event stream: a BlockReader with status, headers and close(). */
  async open(path, { headers = {}, lastEventId } = {}) {
    const position = lastEventId === undefined ? {} : { 'Last-Event-ID': lastEventId };
    const answer = await this.#ask('GET', path, { Accept: 'text/event-stream', ...headers, ...position });
    const reader = new BlockReader();
    answer.body.setEncoding('utf8');
    answer.body.on('data', (text) => reader.take(text));
    answer.body.on('end', () => (reader.ended ??= 'end'));
    answer.body.on('error', (error) => (reader.ended ??= error.code));
    answer.body.on('close', () => (reader.ended ??= 'closed'));
    return Object.assign(reader, { status: answer.status, headers: answer.headers, close: answer.leave });
  }

  /** A whole answer: {status, headers, text}. */
  async request(method, path, { headers = {}, body } = {}) {
    const sent = body === undefined ? undefined : JSON.stringify(body);
    const type = body === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(sent) };
    const answer = await this.#ask(method, path, { ...type, ...headers }, sent);
    answer.body.setEncoding('utf8');
    const pieces = [];
    for await (const piece of answer.body) pieces.push(piece);
    return { status: answer.status, headers: answer.headers, text: pieces.join('') };
  }

  close() {
    this.#session?.destroy();
    this.agent.destroy();
  }
}
