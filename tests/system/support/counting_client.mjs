// A client for crowds: keeps no text, only follows the ids and a number in the data, and notes the first thing wrong.

import net from 'node:net';

import { KINDS } from './ticks.mjs';

const ID = 'id: ';
const NUMBER = '"n":';

/** The digits of `text` from `at` on. */
function numberAt(text, at) {
  let value = 0;
  for (let code; (code = text.charCodeAt(at) - 48) >= 0 && code <= 9; at += 1) value = value * 10 + code;
  return value;
}

/** Follows the ticks: all, or those of one kind; the sequence of each id is n + `offset` (null: not compared). */
export class CountingClient {
  fault = null;
  events = 0;
  last = null; // n of the newest event
  gaps = 0;
  ended = null;
  #rest = '';
  #body = false;
  #inSnapshot = false;
  #waiting = [];

  /**
   * `after`: the n that it claims to have seen; null comes as a new client. Or `position`, an id that is not to be had:
   * it must be answered by a gap for `reason`.
   */
  constructor({ port, kind = null, epoch, offset, after = null, position = null, reason = null }) {
    this.path = kind === null ? '/ticks' : `/ticks?kind=${kind}`;
    this.kind = kind;
    this.step = kind === null ? 1 : KINDS;
    this.offset = offset;
    this.last = after;
    this.resumed = after !== null;
    this.position = after === null ? position : `${epoch}-${after + offset}`;
    this.reason = reason;
    const resume = this.position === null ? '' : `Last-Event-ID: ${this.position}\r\n`;
    this.socket = net.connect({ host: '127.0.0.1', port });
    this.socket.setEncoding('latin1');
    this.socket.write(`GET ${this.path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n${resume}\r\n`);
    this.socket.on('data', (text) => (this.#take(text), this.#look()));
    this.socket.on('end', () => this.#end('end'));
    this.socket.on('error', (error) => this.#end(error.code));
    this.socket.on('close', () => this.#end('closed'));
  }

  /** Resolves when `fact` holds of this client; also when it has a fault, or its connection ended. */
  when(fact) {
    return new Promise((resolve) => {
      this.#waiting.push({ fact, resolve });
      this.#look();
    });
  }

  get connected() {
    return this.#body;
  }

  #look() {
    this.#waiting = this.#waiting.filter(({ fact, resolve }) => {
      const done = fact() || this.fault || this.ended;
      if (done) resolve();
      return !done;
    });
  }

  #end(how) {
    this.ended ??= how;
    this.#look();
  }

  #wrong(sentence) {
    this.fault ??= sentence;
  }

  #take(text) {
    text = this.#rest + text;
    if (!this.#body) {
      const end = text.indexOf('\r\n\r\n');
      if (end < 0) return void (this.#rest = text);
      if (!text.startsWith('HTTP/1.1 200')) this.#wrong(`the response begins ${text.slice(0, 40)}`);
      this.#body = true;
      text = text.slice(end + 4);
    }
    const whole = text.lastIndexOf('\n\n') + 2;
    if (whole < 2) return void (this.#rest = text);
    this.#rest = text.slice(whole);
    const gap = text.indexOf('event: gap\n');
    if (gap >= 0 && gap < whole) this.#gap(text.slice(text.indexOf('data: ', gap) + 6, text.indexOf('\n\n', gap)));
    for (let at = text.indexOf(ID); at >= 0 && at < whole; at = text.indexOf(ID, at + 1)) this.#block(text, at, whole);
  }

  /** Events are gone. Where that answers a resume it must be known which, and a snapshot follows. */
  #gap(data) {
    this.gaps += 1;
    const { reason, from, to, missed } = JSON.parse(data);
    if (reason === 'source') return; // stands in the stream itself, and answers nobody
    if (reason !== this.reason || from !== this.position) this.#wrong(`${this.position} is answered by the gap ${data}`);
    const gone = numberAt(to, to.indexOf('-') + 1) - numberAt(from ?? '', (from ?? '').indexOf('-') + 1);
    if (reason === 'expired' && this.kind === null && missed !== null && missed !== gone) {
      this.#wrong(`${gone} events are missing, the gap says ${missed}`);
    }
    this.#inSnapshot = true;
  }

  #block(text, at, whole) {
    const sequence = numberAt(text, text.indexOf('-', at) + 1);
    const end = text.indexOf('\n\n', at);
    const number = text.indexOf(NUMBER, at);
    if (number < 0 || number > end || number > whole) {
      if (this.#inSnapshot) {
        this.last = sequence - this.offset;
        this.resumed = true;
        this.#inSnapshot = false;
      }
      return; // a checkpoint
    }
    if (this.#inSnapshot) this.#wrong(`the event with the sequence ${sequence} before the snapshot's checkpoint`);
    const n = numberAt(text, number + NUMBER.length);
    if (this.offset !== null && sequence !== n + this.offset) {
      this.#wrong(`event ${n} has the id of ${sequence - this.offset}`);
    }
    if (this.kind !== null && n % KINDS !== this.kind) this.#wrong(`event ${n} is not of kind ${this.kind}`);
    if (this.events === 0 && this.resumed) {
      // The position may lie between two of its own events: the first one is the next of its kind.
      if (n <= this.last || n - this.last > this.step) this.#wrong(`resumed after ${this.last} with ${n}`);
    } else if (this.events > 0 && n !== this.last + this.step) {
      this.#wrong(`${n} follows ${this.last}`);
    }
    this.last = n;
    this.events += 1;
  }

  close() {
    this.socket.destroy();
  }
}
