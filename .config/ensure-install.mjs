/**
 * Installs the packages of the lock file unless they are there. Prints npm's output only when it fails. `npm ci` would refuse a
 * lock file in which optional builds for other platforms are missing, as they are where a registry does not carry them.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';

const marker = 'node_modules/.package-lock.json';
const fresh = existsSync(marker) && statSync(marker).mtimeMs >= statSync('package-lock.json').mtimeMs - 1000;
if (!fresh) {
  process.stderr.write('installing packages ...\n');
  const { status, stdout, stderr } = spawnSync(
    'npm',
    ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund'],
    {
      encoding: 'utf8',
      shell: process.platform === 'win32',
    },
  );
  if (status !== 0) {
    process.stderr.write(`${stdout ?? ''}${stderr ?? ''}\nnpm install failed; see above\n`);
    process.exit(status ?? 1);
  }
}
