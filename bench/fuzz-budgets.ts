import { parseArgs } from 'node:util';
import { checkerNames } from '../checkers/registry.ts';
import { runCheck } from '../checkers/run-check.ts';
import { sketch } from '../checkers/testing/sketch.ts';
import { op } from '../checkers/testing/workload-case.ts';
import type { CheckLimits } from '../harness/kernel/checker.ts';
import type { History } from '../harness/kernel/history.ts';
import { HOSTILE_HISTORIES, hostileUse } from './hostile-histories.ts';

/**
 * Runs every checker on every hostile history within small budgets, and prints how far each went over:
 * `node --expose-gc dist/bench/fuzz-budgets.js [--size N] [--seconds S] [--mebibytes M] [--checker C] [--history H]`.
 *
 * Time is that of the whole call: history packed, worker started, judged, stopped. Memory is the growth of the process's
 * resident set over what it was before, less that of a worker with nothing to do. One thread. Exit code 1 where a check went over
 * by more than a tenth in time or a quarter in memory.
 */
const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '100000' },
    seconds: { type: 'string', default: '1' },
    mebibytes: { type: 'string', default: '256' },
    checker: { type: 'string', default: '' },
    history: { type: 'string', default: '' },
  },
});
const limits: CheckLimits = { timeMs: Number(values.seconds) * 1000, memoryBytes: Number(values.mebibytes) * 2 ** 20 };

interface Spent {
  readonly what: string;
  readonly ms: number;
  readonly bytes: number;
  readonly verdict: string;
}

const idle = await idleWorker();
console.log(`a worker with nothing to do: ${idle.ms.toFixed(0)} ms, ${mebibytes(idle.bytes)} MiB`);
const all: Spent[] = [];
for (const hostile of HOSTILE_HISTORIES) {
  if (!hostile.name.includes(values.history)) continue;
  const history = hostile.make(Number(values.size));
  for (const checker of checkerNames()) {
    if (values.checker !== '' && checker !== values.checker) continue;
    const spent = await spend(`${checker} | ${hostile.name}`, history, hostileUse(checker, hostile), limits);
    all.push(spent);
    if (spent.ms <= limits.timeMs * 1.1 && spent.bytes - idle.bytes <= limits.memoryBytes * 1.25) continue;
    print(spent);
    process.exitCode = 1;
  }
}
console.log(`${all.length} checks; slowest and largest:`);
for (const spent of all.toSorted((left, right) => right.ms - left.ms).slice(0, 10)) print(spent);
for (const spent of all.toSorted((left, right) => right.bytes - left.bytes).slice(0, 10)) print(spent);

async function idleWorker(): Promise<Spent> {
  const small = sketch([op(0, 'write', 1)]);
  // Twice: the first worker also pays for what all of them share.
  await spend('', small, { checker: 'stats' }, { ...limits, timeMs: 100 });
  return spend('', small, { checker: 'stats' }, { ...limits, timeMs: 100 });
}

async function spend(
  what: string,
  history: History,
  use: Parameters<typeof runCheck>[1],
  within: CheckLimits,
): Promise<Spent> {
  globalThis.gc?.();
  const before = process.memoryUsage.rss();
  let peak = before;
  const sampler = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 5);
  const startMs = performance.now();
  const { verdict, reason = '' } = await runCheck(history, use, within, { threads: 1, inWorker: true });
  const ms = performance.now() - startMs;
  clearInterval(sampler);
  return {
    what,
    ms,
    bytes: Math.max(peak, process.memoryUsage.rss()) - before,
    verdict: `${verdict} ${reason.slice(0, 90)}`,
  };
}

function print({ what, ms, bytes, verdict }: Spent): void {
  const timeOver = (ms / limits.timeMs - 1) * 100;
  const memoryOver = ((bytes - idle.bytes) / limits.memoryBytes - 1) * 100;
  console.log(
    `${what}: ${ms.toFixed(0)} ms (${timeOver.toFixed(0)} %), ${mebibytes(bytes - idle.bytes)} MiB (${memoryOver.toFixed(0)} %), ${verdict}`,
  );
}

function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(0);
}
