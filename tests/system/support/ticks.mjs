// A steady source of numbered messages, and the mapping that makes events of them.

export const KINDS = 10;

export const MAPPING = {
  'ticks.yaml': `events:
  tick: {kind: text, n: int, pad: text}
rules:
  - topic: ticks/{kind}
    payload: {n: int, pad: text}
    emit: tick
streams:
  ticks:
    path: /ticks
    events: tick
    query: {kind: [text]}
    when: query.kind == null or kind in query.kind
    on_connect: tick
`,
};

const EVERY_MS = 10;
const PAD = 'x'.repeat(40);

/** Publishes the number n. */
export function tick(client, n) {
  client.publish(`ticks/${n % KINDS}`, `{"n":${n},"pad":"${PAD}"}`, { qos: 0 });
}

/** Publishes n = `first`, `first` + 1 ... to ticks/<n % 10>, `rate` a second, until stopped. `sent` is the next n. */
export class Ticks {
  constructor(client, rate, first = 0) {
    this.sent = first;
    const started = performance.now();
    this.timer = setInterval(() => {
      const due = first + Math.floor(((performance.now() - started) / 1000) * rate);
      for (const most = this.sent + rate; this.sent < due && this.sent < most; this.sent += 1) {
        tick(client, this.sent);
      }
    }, EVERY_MS);
  }

  stop() {
    clearInterval(this.timer);
  }
}
