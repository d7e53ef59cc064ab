/** Compiles the product into dist/: tsc for Node, esbuild for what is shipped as one file. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const run = (command, args) => {
  const { status } = spawnSync(command, args, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
};

run(process.execPath, ['node_modules/typescript/bin/tsc']);
const bundles = ['agent', 'process-host', 'report', 'check-worker'];
for (const bundle of bundles.map((name) => `.config/bundle-${name}.mjs`)) {
  if (existsSync(bundle)) run(process.execPath, [bundle]);
}
