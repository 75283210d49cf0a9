// Addresses and positions: small rules about the gateway's words.

import type { Wishes } from './types';

type Scalar = string | number | boolean;
export type Parameters = Record<string, Scalar | readonly Scalar[] | null | undefined>;

const encode = encodeURIComponent;

/** `{tags: ['a', 'b'], interval: 'minute'}` as a query string, the same for equal parameters. */
export function query(parameters: Parameters): string {
  return Object.entries(parameters)
    .flatMap(([name, value]) =>
      [value ?? []].flat().map((one) => `${encode(name)}${Array.isArray(value) ? '[]' : ''}=${encode(one as Scalar)}`),
    )
    .sort()
    .join('&');
}

/** An address with those of the parameters that there are. */
export const withQuery = (path: string, ...parts: (string | false | undefined)[]): string =>
  [path, parts.filter(Boolean).join('&')].filter(Boolean).join(path.includes('?') ? '&' : '?');

export const ownAddress = (base: string, name: string, wishes: Wishes, suffix = ''): string =>
  withQuery(`${base}/streams/${encode(name)}${suffix}`, wishes[name]);

/** All of them on one connection: each parameter with its stream's name before it. */
export const joinedAddress = (base: string, wishes: Wishes): string =>
  withQuery(
    `${base}/streams?names=${Object.keys(wishes).map(encode).join()}`,
    ...Object.entries(wishes).map(([name, text]) => text.replace(/(^|&)(?=.)/g, `$1${encode(name)}.`)),
  );

/** True when what stands at `id` is known to one who has seen all up to `position`. */
export function isSeen(id: string, position = ''): boolean {
  const [epoch, sequence] = id.split('-');
  const [theirs, last] = position.split('-');
  return epoch === theirs && +sequence! <= +last!;
}

/** An event that several of the streams carry has an id for each part, `<epoch>-<sequence>-<part>`: the position before. */
export function whole(position: string): string {
  const [epoch, sequence, part] = position.split('-');
  return part ? `${epoch}-${+sequence! - 1}` : position;
}
