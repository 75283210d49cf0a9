// Follows one stream for as long as it is wanted: when the connection ends it comes back with the last event ID.

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
        const response = await fetch(url, {
          signal,
          cache: 'no-store',
          headers: { Accept: 'text/event-stream', ...(lastEventId && { 'Last-Event-ID': lastEventId }) },
        });
        if (!response.ok) throw new Error(`the gateway answered ${response.status}`);
        on.state('good', 'Connected');
        const text = response.body.pipeThrough(new TextDecoderStream()).getReader();
        for (let piece = await text.read(); !piece.done; piece = await text.read()) reader.push(piece.value);
        on.state('warn', 'The stream ended, coming back');
        wait = reader.retry;
      } catch (error) {
        if (signal.aborted) return;
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
