/**
 * Puts what a check worker loads into one file, in place of the compiled module: a worker starts for every check, and
 * resolving some 250 modules takes most of that.
 */
import { build } from 'esbuild';
import { renameSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../dist/checkers/', import.meta.url));
// Written beside and renamed, because several test processes may bundle at once.
const partial = `${folder}.worker-entry.${process.pid}.js`;
await build({
  entryPoints: [`${folder}../../checkers/worker-entry.ts`],
  outfile: partial,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  packages: 'external',
  legalComments: 'none',
  // A third less to read at each start.
  minifyWhitespace: true,
  logLevel: 'warning',
});
renameSync(partial, `${folder}worker-entry.js`);
