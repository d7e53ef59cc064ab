import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa, type ResultPromise } from 'execa';
import { runCommandLine } from '../command-line.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** The built command; `npm test` builds it first. */
export const FAULTLINE: string = path.join(ROOT, 'dist/harness/cli/main.js');

/** How a command line ended. */
export interface Ended {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line in this process. */
export async function faultline(...args: readonly string[]): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  const exitCode = await runCommandLine(args, {
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
  });
  return { exitCode, stdout, stderr };
}

/** Starts the built command in a process of its own. It is killed after five minutes. */
export function startFaultline(...args: readonly string[]): ResultPromise<typeof SPAWNING> {
  return execa(process.execPath, [FAULTLINE, ...args], SPAWNING);
}

const SPAWNING: {
  readonly cwd: string;
  readonly reject: false;
  readonly stdin: 'ignore';
  readonly timeout: number;
  readonly env: Readonly<Record<string, string>>;
} = {
  cwd: ROOT,
  reject: false,
  stdin: 'ignore',
  timeout: 300_000,
  env: { NO_COLOR: '1' },
};

/** A store of a test's own. */
export function temporaryStore(): string {
  return mkdtempSync(path.join(tmpdir(), 'faultline-store-'));
}
