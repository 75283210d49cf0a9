// Makes dist/client.js, which the gateway serves at /client.js, the adapters, and what the pages need besides
// (../shared/uplot). With --check it fails when one is larger than it may be.

import { cp, mkdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

process.chdir(fileURLToPath(new URL('.', import.meta.url)));

const MOST = {
  'dist/client.js': 5000,
  'dist/tabs.js': 6000,
  'dist/polling.js': 1000,
  'dist/adapters/react.js': 1000,
  'dist/adapters/vue.js': 1000,
  'dist/adapters/svelte.js': 1000,
};

// Names that only the client's own parts use, shortened alike in all files: not what applications see, nor what tabs tell
// each other.
const OWN = `alive alone beat beats block check ended flush isClosed isOpen isStale kind lastEventId network opened order owner plan
  quiet response retry settings want`.split(/\s+/);

await build({
  entryPoints: {
    client: 'src/index.ts',
    tabs: 'src/tabs.ts',
    polling: 'src/polling.ts',
    'adapters/react': 'src/react.ts',
    'adapters/vue': 'src/vue.ts',
    'adapters/svelte': 'src/svelte.ts',
  },
  outdir: 'dist',
  bundle: true,
  format: 'esm',
  target: 'es2022',
  minify: true,
  mangleProps: new RegExp(`^(${OWN.join('|')})$`),
  mangleCache: Object.fromEntries(OWN.map((name, i) => [name, String.fromCharCode(97 + i)])),
  sourcemap: true,
  external: ['react', 'vue', './polling.js'],
});

let isTooLarge = false;
for (const [file, most] of Object.entries(MOST)) {
  const { length } = gzipSync(await readFile(file), { level: 9 });
  console.log(`size: ${file} ${length} bytes gzipped, at most ${most}`);
  isTooLarge ||= length >= most;
}
if (isTooLarge && process.argv.includes('--check')) {
  console.error('size: too large');
  process.exit(1);
}

const uplot = '../shared/uplot';
await mkdir(uplot, { recursive: true });
await cp('node_modules/uplot/dist/uPlot.esm.js', `${uplot}/uPlot.esm.js`);
await cp('node_modules/uplot/dist/uPlot.min.css', `${uplot}/uPlot.min.css`);
await cp('node_modules/uplot/LICENSE', `${uplot}/LICENSE.txt`);
