/** Bundles the fault agent and the thread that renews its lease to one file each, so that the agent runs anywhere. */
import { build } from 'esbuild';
import { renameSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const programs = { agent: 'harness/agent/agent-main.ts', 'agent-lease': 'harness/agent/lease-thread.ts' };

for (const [name, entry] of Object.entries(programs)) {
  // Written beside and renamed, because several test processes may bundle at once.
  const partial = `${root}dist/.${name}.${process.pid}.mjs`;
  await build({
    entryPoints: [`${root}${entry}`],
    outfile: partial,
    bundle: true,
    platform: 'node',
    target: 'node18',
    format: 'esm',
    legalComments: 'none',
    logLevel: 'warning',
    // Dependencies written for CommonJS call require for Node's own modules.
    banner: {
      js: `import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);`,
    },
  });
  renameSync(partial, `${root}dist/${name}.mjs`);
}
