// The client library takes the Events that `sluice types` prints, and refuses what they do not have.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import typescript from 'typescript';

const root = fileURLToPath(new URL('../..', import.meta.url));
const binary = path.resolve(process.env.SLUICE_BIN ?? path.join(root, 'build/dev/sluice'));

test('a client of the shipped mappings knows their events', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'sluice-client-'));
  try {
    const { stdout } = await promisify(execFile)(binary, ['types', '--lang', 'ts', 'mappings/'], { cwd: root });
    await writeFile(path.join(folder, 'events.ts'), stdout);
    const use = path.join(folder, 'use.ts');
    await writeFile(
      use,
      `import { createClient, type Client } from '${path.join(root, 'web/client/src/index')}';
import type { Events } from './events';
const client: Client<Events> = createClient<Events>({ streams: { desk: { desk: ['a'] }, scada: { interval: 'minute' } } });
client.on('height_update', ({ height_cm }) => height_cm.toFixed());
client.on('desk.height_update', ({ height_cm }) => height_cm.toFixed());
client.on('gap', ({ missed }) => missed);
client.on('height_updated', () => {});
client.on('height_update', ({ height_mm }) => height_mm);
`,
    );
    const { ModuleKind, ModuleResolutionKind, ScriptTarget } = typescript;
    const program = typescript.createProgram([use], {
      strict: true,
      noEmit: true,
      target: ScriptTarget.ES2022,
      module: ModuleKind.ESNext,
      moduleResolution: ModuleResolutionKind.Bundler,
      lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
      types: [],
    });
    const faults = typescript
      .getPreEmitDiagnostics(program)
      .map(({ file, start }) => [path.basename(file.fileName), file.getLineAndCharacterOfPosition(start).line + 1]);
    assert.deepEqual(faults, [['use.ts', 7], ['use.ts', 8]]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
