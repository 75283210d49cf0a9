// A reader of the text format that /metrics answers with: sums by name, labels left aside.

/** Map of name to the sum over all its labels. */
export function readMetrics(text) {
  const sums = new Map();
  for (const line of text.split('\n')) {
    const found = /^([a-zA-Z_:][\w:]*)(?:\{.*\})? (\S+)/.exec(line);
    if (!found) continue; // comments and empty lines
    const value = Number(found[2]);
    if (!Number.isNaN(value)) sums.set(found[1], (sums.get(found[1]) ?? 0) + value);
  }
  return sums;
}
