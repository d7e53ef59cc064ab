import type {
  CheckContext,
  Checker,
  CheckerUse,
  CheckLimits,
  ModelSource,
  Shard,
  ShardedChecker,
} from '../harness/kernel/checker.ts';
import { HarnessError } from '../harness/kernel/harness-error.ts';
import type { History } from '../harness/kernel/history.ts';
import type { CheckResult } from '../harness/kernel/verdict.ts';
import { refuseUnknownMembers, refuseUnreadOptions } from './checker-options.ts';
import { limitsOver } from './check-limits.ts';
import { packedBytes, packHistory, PackingStopped, type PackedHistory } from './packed-history.ts';
import { withForegroundCompilation } from './foreground-compilation.ts';
import { checkerNamed } from './registry.ts';
import { CheckThreads } from './check-threads.ts';
import { contextOf, guarded, tryInCaller, unknown, type Try } from './try-in-caller.ts';
import { monotonicNowMs, parallelism } from './spawn-worker.ts';
import type { CheckAnswer, CheckJob } from './worker-entry.ts';

/** Further wishes for {@link runCheck}. */
export interface RunCheckOptions {
  /** A sequential object of the user's own, by module and export, for all uses that name none. */
  readonly model?: ModelSource;
  /** At most so many threads; default one per core. */
  readonly threads?: number;
  /** Uses a worker even where the history is small enough to be judged in no time by this thread. */
  readonly inWorker?: boolean;
}

/** A check with what it may cost. */
export interface CheckRequest extends CheckerUse {
  /** Default: one minute, 2 GiB. */
  readonly limits?: Partial<CheckLimits>;
}

/**
 * Runs a check by name in worker threads, within its limits (one minute and 2 GiB unless told otherwise): past them the verdict is `unknown`, with how far it came. A
 * checker that throws is `unknown` too, with what it threw. Throws a usage error for an unknown name of a checker
 * or of an option, and for options and limits that cannot be read.
 */
export async function runCheck(
  history: History,
  request: string | CheckRequest,
  limits?: Partial<CheckLimits>,
  options: RunCheckOptions = {},
): Promise<CheckResult> {
  const { limits: own, ...use }: CheckRequest = typeof request === 'string' ? { checker: request } : request;
  const [result] = await runChecks(history, [use], { ...own, ...limits }, options);
  if (result === undefined) throw new Error('a check without result');
  return result;
}

/**
 * Runs several checks over one history, on all cores. Each has the limits for itself: from when it begins, what both have
 * to do beforehand included (default: one minute, 2 GiB). Results in order of `uses`.
 */
export async function runChecks(
  history: History,
  uses: readonly CheckerUse[],
  given: Partial<CheckLimits> = {},
  options: RunCheckOptions = {},
): Promise<readonly CheckResult[]> {
  const limits = limitsOver(given);
  const checkers = uses.map((use) => checkerNamed(use.checker));
  for (const use of uses) {
    refuseUnknownMembers('a check', use, ['checker', 'options', 'model']);
    refuseUnreadOptions(use.checker, use.options);
  }
  // All that keeps this thread busy comes first: nothing may keep it from stopping a worker in time.
  const tries = uses.map((use, index) => tryInCaller(history, checkers[index] as Checker, use, limits, options));
  const startMs = monotonicNowMs();
  const size = threadsOf(options);
  const shards = uses.map((use, index) => {
    if (tries[index]?.result !== undefined) return 0;
    return shardsOf(history, checkers[index] as Checker, contextOf(use, limits), size);
  });
  const run = async (): Promise<readonly CheckResult[]> => {
    const threads = new CheckThreads(size, shards, limits);
    try {
      return await inThreads(history, { uses, checkers, tries, shards, threads, limits, options, startMs });
    } finally {
      await threads.end(limits);
    }
  };
  const atOnce = Math.min(size, sumOf(shards));
  return atOnce >= parallelism() ? withForegroundCompilation(run) : run();
}

function threadsOf({ threads = parallelism() }: RunCheckOptions): number {
  if (Number.isInteger(threads) && threads >= 1) return threads;
  throw new HarnessError('usage', `threads expects a whole number from 1 on, ${threads} came`);
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

/** Checks that this thread has not answered, and what there is for them. */
interface Remaining {
  readonly uses: readonly CheckerUse[];
  readonly checkers: readonly Checker[];
  readonly tries: readonly Try[];
  readonly shards: readonly number[];
  readonly threads: CheckThreads;
  readonly limits: CheckLimits;
  readonly options: RunCheckOptions;
  /** When the tries had ended: what comes after them is spent by every check. */
  readonly startMs: number;
}

async function inThreads(history: History, remaining: Remaining): Promise<readonly CheckResult[]> {
  const { uses, checkers, tries, shards, threads, limits, options, startMs } = remaining;
  if (shards.every((count) => count === 0)) return tries.flatMap(({ result }) => result ?? []);
  const longestMs = Math.max(...tries.map(({ spentMs }) => spentMs));
  const leftMs = limits.timeMs - longestMs - (monotonicNowMs() - startMs);
  const packed = packWithin(history, { ...limits, timeMs: leftMs });
  const sharedMs = monotonicNowMs() - startMs;
  return Promise.all(
    uses.map(async (use, index) => {
      const { result, spentMs } = tries[index] as Try;
      if (result !== undefined) return result;
      if (packed instanceof PackingStopped) return stopped(packed.what, limits, packed.message);
      const model = use.model ?? options.model;
      const work: Work = {
        job: { history: packed.history, use, ...(model === undefined ? {} : { model }) },
        limits: { ...limits, memoryBytes: Math.max(MIN_MEMORY_BYTES, limits.memoryBytes - packed.bytes) },
        full: limits,
        spentMs: spentMs + sharedMs,
      };
      return runShards(checkers[index] as Checker, work, shards[index] as number, threads);
    }),
  );
}

/** What a worker has at least, however much of the budget the history itself takes. */
const MIN_MEMORY_BYTES = 2 ** 24;

/** A check that needs workers. */
interface Work {
  readonly job: Omit<CheckJob, 'limits'>;
  /** What is left of memory, and all of the time. */
  readonly limits: CheckLimits;
  readonly full: CheckLimits;
  /** Time that is spent already. */
  readonly spentMs: number;
}

interface Packed {
  readonly history: PackedHistory;
  readonly bytes: number;
}

function packWithin(history: History, { timeMs, memoryBytes }: CheckLimits): Packed | PackingStopped {
  const startMs = monotonicNowMs();
  try {
    const packed = packHistory(history, {
      nowMs: monotonicNowMs,
      deadlineMs: startMs + timeMs,
      bytes: memoryBytes,
    });
    return { history: packed, bytes: packedBytes(packed) };
  } catch (error) {
    if (error instanceof PackingStopped) return error;
    throw error;
  }
}

/** How many threads share out the work of a check. */
function shardsOf(history: History, checker: Checker, context: CheckContext, most: number): number {
  return isSharded(checker) ? Math.max(1, Math.min(most, checker.shardsOf(history, context))) : 1;
}

function isSharded(checker: Checker): checker is ShardedChecker {
  return 'shardsOf' in checker;
}

async function runShards(checker: Checker, work: Work, count: number, threads: CheckThreads): Promise<CheckResult> {
  const { use } = work.job;
  if (!isSharded(checker) || count <= 1) return runWork(work, threads);
  const limits = { ...work.limits, memoryBytes: Math.floor(work.limits.memoryBytes / count) };
  const shards = Array.from({ length: count }, (_, index): Shard => ({ index, of: count }));
  const results = await Promise.all(
    shards.map((shard) => runWork({ ...work, limits, job: { ...work.job, shard } }, threads)),
  );
  return guarded(use, () => checker.merge(results));
}

async function runWork({ job, limits, full, spentMs }: Work, threads: CheckThreads): Promise<CheckResult> {
  const end = await threads.run(limits, job.shard !== undefined, (thread) => {
    const within = { ...limits, startMs: monotonicNowMs() - spentMs };
    return thread.run({ ...job, limits: within } satisfies CheckJob, within);
  });
  switch (end.kind) {
    case 'answered': {
      const answer = end.answer as CheckAnswer;
      if ('refused' in answer) throw new HarnessError('usage', answer.refused);
      return answer;
    }
    case 'crashed':
      return unknown(`the checker ${job.use.checker} failed: ${end.error ?? 'no reason given'}${cameTo(end.progress)}`);
    case 'time':
    case 'memory':
      return stopped(end.kind, full, end.progress);
  }
}

function stopped(what: 'time' | 'memory', { timeMs, memoryBytes }: CheckLimits, progress?: string): CheckResult {
  const amount = what === 'time' ? `${timeMs} ms` : `${Math.floor(memoryBytes / 2 ** 20)} MiB`;
  return unknown(`the ${what} budget of ${amount} was spent${cameTo(progress)}`);
}

function cameTo(progress: string | undefined): string {
  return progress === undefined ? '' : `; it had come so far: ${progress}`;
}
