// What the gateway had to leave out, as its counters say.

export const LOSSES = [
  ['sluice_mqtt_oversize_total', 'messages above limits.payload'],
  ['sluice_mqtt_malformed_total', 'messages whose topic is no topic name'],
  ['sluice_mqtt_filters_refused_total', 'subscriptions that the broker refused'],
  ['sluice_mqtt_sessions_lost_total', 'sessions that the broker had forgotten'],
  ['sluice_mqtt_publish_errors_total', 'messages that the broker did not take'],
  ['sluice_mapping_publishes_dropped_total', "rules' messages that did not reach the broker"],
  ['sluice_mapping_latest_dropped_total', 'latest values that a reload dropped'],
  ['sluice_latest_refused_total', 'latest values not kept, for their number or size'],
  ['sluice_gaps_total', 'gaps told to clients'],
  ['sluice_clients_overload_total', 'clients turned away at a limit'],
  ['sluice_clients_stalled_total', 'clients ended because they took nothing'],
];

const RECENT_MS = 60_000;

export class Losses {
  #counts = new Map(); // name -> count at the last look
  #grown = new Map(); // name -> when it last grew

  /** `metrics`: sums by name; `now`: ms. */
  take(metrics, now) {
    for (const [name] of LOSSES) {
      const count = metrics.get(name) ?? 0;
      if (this.#counts.has(name) && count > this.#counts.get(name)) this.#grown.set(name, now);
      this.#counts.set(name, count);
    }
  }

  /** All since the gateway's start: [{count, words}]. */
  all() {
    return LOSSES.map(([name, words]) => ({ count: this.#counts.get(name) ?? 0, words })).filter(({ count }) => count);
  }

  /** The words of those that grew within the last minute. */
  recent(now) {
    return LOSSES.filter(([name]) => now - (this.#grown.get(name) ?? -Infinity) < RECENT_MS).map(([, words]) => words);
  }
}
