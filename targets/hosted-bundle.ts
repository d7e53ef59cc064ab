import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { HarnessError } from '../harness/kernel/harness-error.ts';

let bundle: { readonly path: string; readonly content: Uint8Array } | undefined;

/**
 * The process host as one file, with the reference protocols in it. Run from sources it is bundled afresh once per
 * process, so that no container gets a stale one.
 *
 * @throws HarnessError `internal` where it cannot be found or made.
 */
export function processHostBundle(): { readonly path: string; readonly content: Uint8Array } {
  if (bundle !== undefined) return bundle;
  const fromSources = import.meta.url.endsWith('.ts');
  const root = new URL(fromSources ? '../' : '../../', import.meta.url);
  if (fromSources) {
    const script = fileURLToPath(new URL('.config/bundle-process-host.mjs', root));
    const { status, stderr } = spawnSync(process.execPath, [script], { encoding: 'utf8' });
    if (status !== 0) throw new HarnessError('internal', 'the process host could not be bundled', { detail: stderr });
  }
  const path = fileURLToPath(new URL('dist/process-host.mjs', root));
  try {
    bundle = { path, content: readFileSync(path) };
  } catch (cause) {
    throw new HarnessError('internal', `the process host is missing at ${path}; run npm run build`, { cause });
  }
  return bundle;
}
