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

/** Publishes n = 0, 1, 2 ... to ticks/<n % 10>, `rate` a second, until stopped. */
export class Ticks {
  sent = 0;

  constructor(client, rate) {
    const started = performance.now();
    const pad = 'x'.repeat(40);
    this.timer = setInterval(() => {
      const due = Math.floor(((performance.now() - started) / 1000) * rate);
      for (const most = this.sent + rate; this.sent < due && this.sent < most; this.sent += 1) {
        client.publish(`ticks/${this.sent % KINDS}`, `{"n":${this.sent},"pad":"${pad}"}`, { qos: 0 });
      }
    }, EVERY_MS);
  }

  stop() {
    clearInterval(this.timer);
  }
}
