// Counters become rates: what came between two looks, a second.

export const KEPT = 60; // values of each, for the curves

export class Rates {
  #before = null; // {counts, at}
  #past = new Map(); // name -> values, oldest first

  /** `counts`: {name: number}; `at`: ms of a clock that never goes back. A counter that fell began anew: rate 0. */
  take(counts, at) {
    const before = this.#before;
    this.#before = { counts, at };
    if (!before || at <= before.at) return;
    for (const [name, count] of Object.entries(counts)) {
      const grown = count - (before.counts[name] ?? count);
      this.note(name, (Math.max(0, grown) / (at - before.at)) * 1000);
    }
  }

  /** A value that is no counter's. */
  note(name, value) {
    const past = this.#past.get(name) ?? [];
    past.push(value);
    if (past.length > KEPT) past.shift();
    this.#past.set(name, past);
  }

  /** Forgets the last look: the next rates are those after a pause. */
  pause() {
    this.#before = null;
  }

  past(name) {
    return this.#past.get(name) ?? [];
  }

  /** The newest; undefined before the second look. */
  now(name) {
    return this.past(name).at(-1);
  }
}
