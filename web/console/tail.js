// Follows one stream for as long as it is wanted: when the connection ends it comes back with the last event ID.

import { ask } from '/console/gateway.js';
import { WireReader } from '/console/wire.js';

export class Tail {
  #stopped = new AbortController();

  /** `on.block` gets each event or comment, `on.state` a state and a sentence. */
  constructor(url, on) {
    this.#follow(url, on);
  }

  stop() {
    this.#stopped.abort();
  }

  async #follow(url, on) {
    const { signal } = this.#stopped;
    let lastEventId = '';
    while (!signal.aborted) {
      let wait = 3000;
      const reader = new WireReader(on.block);
      reader.lastEventId = lastEventId;
      try {
        const response = await ask(url, {
          signal,
          headers: { Accept: 'text/event-stream', ...(lastEventId && { 'Last-Event-ID': lastEventId }) },
        });
        on.state('good', 'Connected');
        const text = response.body.pipeThrough(new TextDecoderStream()).getReader();
        for (let piece = await text.read(); !piece.done; piece = await text.read()) reader.push(piece.value);
        on.state('warn', 'The stream ended, coming back');
        wait = reader.retry;
      } catch (error) {
        if (signal.aborted) return;
        if (error.status >= 400 && error.status < 500 && error.status !== 429) {
          return on.state('bad', `Refused: ${error.message}`); // asking again would not help
        }
        on.state('bad', `Reconnecting: ${error.message}`);
      }
      lastEventId = reader.lastEventId;
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, wait);
        signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
      });
    }
  }
}
