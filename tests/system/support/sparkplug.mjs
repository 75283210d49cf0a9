// Sparkplug B payloads as protobuf's own compiler makes and reads them, from the published definition.

import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { root } from './gateway.mjs';

const folder = path.join(root, 'tests/sparkplug');
const protoc = (how, input) =>
  execFileSync('protoc', [`--${how}=org.eclipse.tahu.protobuf.Payload`, `-I${folder}`, `${folder}/sparkplug_b.proto`], {
    input,
  });

/** The bytes of a payload in protobuf's text format: `seq: 0 metrics { name: "up" ... }`. */
export const encode = (text) => protoc('encode', text);
/** Its text format, one field a line. */
export const decode = (bytes) => protoc('decode', bytes).toString();

/** A metric as a birth names it. */
export const born = (name, alias, datatype, value) =>
  `metrics { name: "${name}" alias: ${alias} datatype: ${datatype} ${value} }`;
/** A metric as data has it. */
export const data = (alias, value) => `metrics { alias: ${alias} ${value} }`;
/** The metric that pairs a death with its birth. */
export const bdSeq = (number) => `metrics { name: "bdSeq" datatype: 4 long_value: ${number} }`;

export const INT16 = 2;
export const DOUBLE = 10;
export const STRING = 12;
