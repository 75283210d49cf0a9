// The last minute of one value as an SVG curve; the scale follows what is shown.

const WIDTH = 600;
const HEIGHT = 140;
const SPAN_MS = 60_000;
const LEAST_RANGE_CM = 10; // so that a resting desk's noise does not fill the plot

export class Plot {
  #curve;
  #line;
  #points = []; // {time, value}, oldest first

  constructor(curve, line) {
    this.#curve = curve;
    this.#line = line;
  }

  add(value, target, now = Date.now()) {
    this.#points.push({ time: now, value });
    while (this.#points[0].time < now - SPAN_MS) this.#points.shift();

    const values = this.#points.map((point) => point.value);
    if (target !== null) values.push(target);
    const middle = (Math.min(...values) + Math.max(...values)) / 2;
    const range = Math.max(LEAST_RANGE_CM, Math.max(...values) - Math.min(...values)) * 1.2;
    const x = (time) => WIDTH - ((now - time) / SPAN_MS) * WIDTH;
    const y = (cm) => HEIGHT / 2 - ((cm - middle) / range) * HEIGHT;

    const corners = this.#points.map((point) => `${x(point.time).toFixed(1)},${y(point.value).toFixed(1)}`);
    this.#curve.setAttribute('points', corners.join(' '));
    const at = target === null ? -1 : y(target);
    this.#line.setAttribute('y1', at);
    this.#line.setAttribute('y2', at);
  }
}
