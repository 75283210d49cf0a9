// A small curve without axes. The number beside it says the same in words, so it is hidden from screen readers.

import { KEPT } from '/console/rates.js';

const SVG = 'http://www.w3.org/2000/svg';
const HEIGHT = 24;

export function drawCurve(svg, values) {
  const line = svg.firstElementChild ?? svg.appendChild(document.createElementNS(SVG, 'polyline'));
  svg.setAttribute('viewBox', `0 0 ${KEPT - 1} ${HEIGHT}`);
  svg.setAttribute('preserveAspectRatio', 'none');
  const highest = Math.max(1, ...values);
  const points = values.map((value, index) => {
    const x = KEPT - values.length + index;
    return `${x},${(HEIGHT - 1 - (value / highest) * (HEIGHT - 2)).toFixed(1)}`;
  });
  line.setAttribute('points', points.join(' '));
}
