// A reader of text/event-stream, as WHATWG HTML 9.2.6 interprets it. Unlike EventSource it also tells of comments, which
// are heartbeats.

export interface Block {
  type: string;
  data: string;
  /** The block's own id; undefined when it has none. */
  id: string | undefined;
}

const MOST_BUFFERED = 4 << 20; // characters of one unfinished line

export class WireReader {
  lastEventId = '';
  retry: number | undefined; // ms
  #found: (block: Block) => void;
  #comment: (text: string) => void;
  #decoder = new TextDecoder(); // takes off one byte order mark (9.2.5)
  #rest = '';
  #skipLineFeed = false;
  #type = '';
  #data: string[] = [];
  #id: string | undefined;
  #buffered = ''; // the id that the next dispatch makes the last one

  constructor(found: (block: Block) => void, comment: (text: string) => void = () => {}) {
    this.#found = found;
    this.#comment = comment;
  }

  /** The next bytes of the body, as many as came. */
  push(bytes: Uint8Array): void {
    let text = this.#decoder.decode(bytes, { stream: true });
    if (!text) return;
    if (this.#skipLineFeed && text[0] === '\n') text = text.slice(1);
    this.#skipLineFeed = text.endsWith('\r'); // the other half of CR LF may be in the next piece
    if (/[\r\n]/.test(text)) {
      const lines = (this.#rest + text).split(/\r\n|\r|\n/);
      this.#rest = lines.pop()!;
      for (const line of lines) this.#line(line);
    } else {
      this.#rest += text;
    }
    if (this.#rest.length > MOST_BUFFERED) throw new Error('a line is too long');
  }

  #line(line: string): void {
    if (!line) return this.#dispatch();
    const colon = line.indexOf(':');
    if (!colon) return this.#comment(line.slice(1));
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'event') this.#type = value;
    else if (field === 'data') this.#data.push(value);
    else if (field === 'id' && !value.includes('\0')) this.#buffered = this.#id = value;
    else if (field === 'retry' && /^\d{1,9}$/.test(value)) this.retry = +value;
  }

  #dispatch(): void {
    this.lastEventId = this.#buffered;
    if (this.#data.length) {
      this.#found({ type: this.#type || 'message', data: this.#data.join('\n'), id: this.#id });
    }
    this.#type = '';
    this.#data = [];
    this.#id = undefined;
  }
}
