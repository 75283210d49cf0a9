// A reader of text/event-stream that, unlike EventSource, also shows comments, ids and retry: what is on the wire.

const MOST_BUFFERED = 4 * 1024 * 1024; // characters of one unfinished event

/** Takes the stream's text in pieces of any size and calls `found` with each {event, id, data} or {comment}. */
export class WireReader {
  lastEventId = '';
  retry = 3000; // ms
  #found;
  #rest = '';
  #start = true;
  #skipLineFeed = false;
  #event = '';
  #data = [];

  constructor(found) {
    this.#found = found;
  }

  push(text) {
    if (this.#start && text !== '') {
      this.#start = false;
      text = text.replace(/^\uFEFF/, ''); // WHATWG HTML 9.2.5: one leading byte order mark
    }
    if (this.#skipLineFeed && text !== '') {
      this.#skipLineFeed = false;
      if (text.startsWith('\n')) text = text.slice(1);
    }
    if (text.endsWith('\r')) this.#skipLineFeed = true; // the other half of CR LF may be in the next piece
    const lines = (this.#rest + text).split(/\r\n|\r|\n/);
    this.#rest = lines.pop();
    if (this.#rest.length > MOST_BUFFERED) throw new Error('a line is too long');
    for (const line of lines) this.#line(line);
  }

  // WHATWG HTML 9.2.6, "interpreting an event stream".
  #line(line) {
    if (line === '') return this.#dispatch();
    if (line.startsWith(':')) return this.#found({ comment: line.slice(1).trim() });
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') this.#event = value;
    else if (field === 'data') this.#data.push(value);
    else if (field === 'id' && !value.includes('\0')) this.lastEventId = value;
    else if (field === 'retry' && /^[0-9]+$/.test(value)) this.retry = Number(value);
  }

  #dispatch() {
    if (this.#data.length > 0) {
      this.#found({ event: this.#event || 'message', id: this.lastEventId, data: this.#data.join('\n') });
    }
    this.#event = '';
    this.#data = [];
  }
}
