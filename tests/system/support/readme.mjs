// The README's examples.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { root } from './gateway.mjs';

export const readme = await readFile(path.join(root, 'README.md'), 'utf8');

/** The block after `<!-- test: name -->`. */
export function example(name) {
  const found = new RegExp(`<!-- test: ${name} -->\n\`\`\`\\w*\n([\\s\\S]*?)\`\`\``).exec(readme);
  assert.ok(found, `the README has no example '${name}'`);
  return found[1];
}
