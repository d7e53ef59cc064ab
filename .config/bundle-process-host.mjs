/** Bundles the process host, with the reference protocols in it, to one file that runs on Node 18 and later. */
import { build } from 'esbuild';
import { renameSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
// Written beside and renamed, because several test processes may bundle at once.
const partial = `${root}dist/.process-host.${process.pid}.mjs`;
await build({
  entryPoints: [`${root}harness/process-host/main.ts`],
  outfile: partial,
  bundle: true,
  platform: 'node',
  target: 'node18',
  format: 'esm',
  legalComments: 'none',
  logLevel: 'warning',
});
renameSync(partial, `${root}dist/process-host.mjs`);
