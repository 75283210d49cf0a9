// What the pages share: words for the connection's state, and a plot that follows the colours of the page.

import { say } from '/shared/dom.js';
import uPlot from '/shared/uplot/uPlot.esm.js';

export { byId, copyOf, onceAFrame, say } from '/shared/dom.js';

const STATES = {
  connecting: ['warn', 'Connecting'],
  open: ['good', 'Connected'],
  fallback: ['warn', 'Polling'],
  stale: ['warn', 'Nothing comes'],
  reconnecting: ['bad', 'Reconnecting'],
  offline: ['bad', 'Offline'],
  closed: ['bad', 'Closed'],
};

/** Shows the state of a client's connection, and whether the gateway has its broker. */
export function showState(client, element) {
  let broker = true;
  const show = () => {
    const [is, text] = STATES[client.state];
    if (client.state === 'open' && !broker) say(element, 'warn', 'The gateway lost its broker');
    else say(element, is, client.reason && client.state !== 'open' ? `${text}: ${client.reason}` : text);
    document.body.classList.toggle('old', !['open', 'fallback'].includes(client.state) || !broker);
  };
  client.on('source', ({ connected }) => {
    broker = connected;
    show();
  });
  client.subscribe(show);
  show();
}

const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/**
 * A plot over time in an element, as wide as that is. `lines`: [{label, color, dash}]; `range`: (min, max) => [low, high].
 * `show(times, ...values)`: Unix seconds, and a list of numbers or null for each line; `to` ends the time axis.
 */
export class Plot {
  #element;
  #options;
  #plot;
  #values = [[]];

  constructor(element, { lines, unit, range }) {
    this.#element = element;
    this.#options = { lines, unit, range };
    this.#make();
    new ResizeObserver(() => this.#resize()).observe(element);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#make());
  }

  show(times, ...values) {
    this.#values = [times, ...values];
    this.#plot.setData(this.#values);
    this.#element.dataset.points = times.length;
    // What a screen reader has instead of the picture.
    const newest = values[0].findLast((value) => value !== null) ?? '–';
    const known = values[0].filter((value) => value !== null);
    const { lines, unit } = this.#options;
    const low = known.length ? Math.min(...known) : '–';
    const high = known.length ? Math.max(...known) : '–';
    const summary = `${lines[0].label}: now ${newest} ${unit}, lowest ${low}, highest ${high}`;
    this.#element.setAttribute('role', 'img'); // with its text only: without one a reader finds a picture of nothing
    this.#element.setAttribute('aria-label', summary);
  }

  #make() {
    const { lines, range } = this.#options;
    const axis = { stroke: color('--soft'), grid: { stroke: color('--line'), width: 1 }, ticks: { show: false } };
    this.#plot?.destroy();
    this.#plot = new uPlot(
      {
        ...this.#size(),
        legend: { show: false },
        cursor: { drag: { setScale: false } },
        scales: { y: range ? { range: (_, low, high) => range(low ?? 0, high ?? 0) } : {} },
        axes: [axis, { ...axis, size: 60 }],
        series: [
          {},
          ...lines.map((line) => ({ stroke: color(line.color), width: 2, dash: line.dash, points: { show: false } })),
        ],
      },
      this.#values,
      this.#element,
    );
  }

  #size() {
    return { width: Math.max(100, this.#element.clientWidth), height: Math.max(80, this.#element.clientHeight) };
  }

  #resize() {
    const { width, height } = this.#size();
    if (width !== this.#plot.width || height !== this.#plot.height) this.#plot.setSize({ width, height });
  }
}
