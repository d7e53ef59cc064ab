import { setFlagsFromString } from 'node:v8';

let holders = 0;

/**
 * Makes threads that are started while `during` runs compile their hot code themselves. V8 otherwise compiles it on further
 * threads; where every core has a checking thread, those wait for a core while the slow code keeps it busy: two workers on two
 * cores were done 1.4 times sooner without (docs/performance.md). Only costs time where cores are idle. V8 reads the flag
 * when a thread begins, so that threads which exist already are not affected.
 */
export async function withForegroundCompilation<Result>(during: () => Promise<Result>): Promise<Result> {
  if (holders++ === 0) setFlagsFromString('--no-concurrent-recompilation');
  try {
    return await during();
  } finally {
    if (--holders === 0) setFlagsFromString('--concurrent-recompilation');
  }
}
