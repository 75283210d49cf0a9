// Numbers and times as people read them.

const plain = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const fine = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

export const count = (number) => plain.format(number);

/** "3 rules", "1 rule". */
export const counted = (number, noun) => `${count(number)} ${noun}${number === 1 ? '' : 's'}`;

/** A rate a second; "–" while it is not known. */
export const rate = (number) => (number === undefined ? '–' : (number < 10 ? fine : plain).format(number));

export function bytes(number) {
  if (number === undefined) return '–';
  const units = ['B', 'kB', 'MB', 'GB'];
  const power = number < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(number) / 3));
  return `${rate(number / 1000 ** power)} ${units[power]}`;
}

export function duration(ms) {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
  return `${Math.floor(seconds / 86400)} d ${Math.floor((seconds % 86400) / 3600)} h`;
}

/** 12:34:56.789, by the clock of whoever reads. */
export function timeOf(date) {
  return `${date.toTimeString().slice(0, 8)}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

export const moment = (ms) => new Date(ms).toLocaleString();
