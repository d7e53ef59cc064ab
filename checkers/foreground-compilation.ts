import { env, execArgv } from 'node:process';
import { setFlagsFromString } from 'node:v8';

let holders = 0;
/** Who started this process chose already. */
const isChosen = [...execArgv, env['NODE_OPTIONS'] ?? ''].some((text) => /concurrent[-_]recompilation/.test(text));

/**
 * Makes threads that are started while `during` runs compile their hot code themselves. V8 otherwise compiles it on further
 * threads; where every core has a checking thread, those wait for a core while the slow code keeps it busy: two workers on two
 * cores were done 1.4 times sooner without (docs/performance.md). Only costs time where cores are idle. V8 reads the flag
 * when a thread begins: those that exist already are not affected, those that others start meanwhile are.
 */
export async function withForegroundCompilation<Result>(during: () => Promise<Result>): Promise<Result> {
  if (isChosen) return during();
  if (holders++ === 0) setFlagsFromString('--no-concurrent-recompilation');
  try {
    return await during();
  } finally {
    if (--holders === 0) setFlagsFromString('--concurrent-recompilation');
  }
}
