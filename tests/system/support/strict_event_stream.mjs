// An event stream as WHATWG HTML 9.2.6 interprets it, step by step; and strict: what a gateway has no reason to send
// (a field without a name in the standard, a NUL, a byte that is no UTF-8) is an error instead of being passed over.

const LINE = /([^\r\n]*)(\r\n|\r(?!$)|\n)/y; // a CR at the end may be half of a CRLF

export class StrictEventStream {
  seen = []; // [type, data, last event ID] of each event dispatched
  reconnectionTime = null;
  #decoder = new TextDecoder('utf-8', { fatal: true }); // takes a leading BOM away, as "UTF-8 decode" does
  #rest = '';
  #data = '';
  #type = '';
  #lastEventId = '';

  /** More bytes of the body. */
  take(bytes) {
    const text = this.#rest + this.#decoder.decode(bytes, { stream: true });
    let at = 0;
    for (LINE.lastIndex = 0; ; at = LINE.lastIndex) {
      const found = LINE.exec(text);
      if (!found) break;
      this.#line(found[1]);
    }
    this.#rest = text.slice(at);
  }

  #line(line) {
    if (line === '') return this.#dispatch();
    const colon = line.indexOf(':');
    if (colon === 0) return; // a comment
    const name = colon < 0 ? line : line.slice(0, colon);
    let value = colon < 0 ? '' : line.slice(colon + 1);
    if (value.startsWith(' ')) value = value.slice(1);
    this.#field(name, value);
  }

  #field(name, value) {
    if (value.includes('\0')) throw new Error(`a NUL in the field '${name}'`);
    if (name === 'event') this.#type = value;
    else if (name === 'data') this.#data += `${value}\n`;
    else if (name === 'id') this.#lastEventId = value;
    else if (name === 'retry' && /^[0-9]+$/.test(value)) this.reconnectionTime = Number(value);
    else throw new Error(`the field '${name}' with the value ${JSON.stringify(value.slice(0, 80))}`);
  }

  #dispatch() {
    const type = this.#type || 'message';
    if (this.#data !== '') this.seen.push([type, this.#data.slice(0, -1), this.#lastEventId]);
    this.#data = '';
    this.#type = '';
  }
}
