import type {
  CheckContext,
  Checker,
  CheckerUse,
  CheckLimits,
  ModelSource,
  Shard,
  ShardedChecker,
} from '../harness/kernel/checker.ts';
import { HarnessError, isUsageError } from '../harness/kernel/harness-error.ts';
import type { History } from '../harness/kernel/history.ts';
import type { JsonValue } from '../harness/kernel/json.ts';
import type { CheckResult } from '../harness/kernel/verdict.ts';
import { refuseUnknownMembers, refuseUnreadOptions } from './checker-options.ts';
import { limitsOver } from './check-limits.ts';
import { packedBytes, packHistory, PackingStopped, type PackedHistory } from './packed-history.ts';
import { checkerNamed } from './registry.ts';
import { CheckThread, monotonicNowMs, parallelism } from './spawn-worker.ts';
import type { CheckAnswer, CheckJob } from './worker-entry.ts';

/** Histories with fewer entries are tried in this thread first, for so long. A worker costs more than most of them. */
const SMALL_ENTRIES = 5_000;
const SMALL_TIME_MS = 200;
/** Numbers, texts' characters and the like in the values of such a history. */
const SMALL_VALUES = 100_000;

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
  const tries = uses.map((use, index) => tryHere(history, checkers[index] as Checker, use, limits, options));
  const startMs = monotonicNowMs();
  const size = options.threads ?? parallelism();
  const shards = uses.map((use, index) => {
    if (tries[index]?.result !== undefined) return 0;
    return shardsOf(history, checkers[index] as Checker, contextOf(use, limits), size);
  });
  const threads = new Threads(size, shards, limits);
  try {
    return await inThreads(history, { uses, checkers, tries, shards, threads, limits, options, startMs });
  } finally {
    await threads.end(limits);
  }
}

/** Checks that this thread has not answered, and what there is for them. */
interface Remaining {
  readonly uses: readonly CheckerUse[];
  readonly checkers: readonly Checker[];
  readonly tries: readonly Try[];
  readonly shards: readonly number[];
  readonly threads: Threads;
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

/** The answer of this thread, if it has one, and the time that it took. */
interface Try {
  readonly result?: CheckResult;
  readonly spentMs: number;
}

/** The answer, where the history is small and the check was done in no time. */
function tryHere(
  history: History,
  checker: Checker,
  use: CheckerUse,
  limits: CheckLimits,
  { model, inWorker = false }: RunCheckOptions,
): Try {
  const startMs = monotonicNowMs();
  const mayTry = use.model === undefined && model === undefined && !inWorker;
  if (!mayTry || history.length >= SMALL_ENTRIES || !isLight(history)) return { spentMs: monotonicNowMs() - startMs };
  const endMs = limits.timeMs > SMALL_TIME_MS ? startMs + SMALL_TIME_MS : Infinity;
  let ranOut = false;
  // The limits are those of a worker: a check that hurries would find less on a busy machine than on an idle one.
  const nowMs = (): number => {
    const now = monotonicNowMs();
    ranOut ||= now > endMs;
    if (ranOut) throw new Error('this takes too long for the thread of the caller');
    return now;
  };
  const result = guarded(use, () => checker.check(history, { ...contextOf(use, limits), nowMs }));
  const spentMs = monotonicNowMs() - startMs;
  return ranOut ? { spentMs } : { result, spentMs };
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

/** Whether the values are small, too: few entries can hold lists that take minutes, and nobody can stop this thread. */
function isLight(history: History): boolean {
  let left = SMALL_VALUES;
  const weigh = (value: JsonValue): void => {
    left -= typeof value === 'string' ? 1 + value.length : 1;
    if (left < 0 || value === null || typeof value !== 'object') return;
    for (const member of Array.isArray(value) ? (value as readonly JsonValue[]) : Object.values(value)) {
      if (left < 0) return;
      weigh(member);
    }
  };
  for (const code of history.columns.value) {
    if (code >= 0) continue;
    weigh(history.decode(code) ?? null);
    if (left < 0) return false;
  }
  return true;
}

function contextOf(use: CheckerUse, limits: CheckLimits): CheckContext {
  return { limits, nowMs: monotonicNowMs, options: use.options ?? {} };
}

function guarded(use: CheckerUse, check: () => CheckResult): CheckResult {
  try {
    return check();
  } catch (error) {
    if (isUsageError(error)) throw error;
    return unknown(`the checker ${use.checker} failed: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** How many threads share out the work of a check. */
function shardsOf(history: History, checker: Checker, context: CheckContext, most: number): number {
  return isSharded(checker) ? Math.max(1, Math.min(most, checker.shardsOf(history, context))) : 1;
}

function isSharded(checker: Checker): checker is ShardedChecker {
  return 'shardsOf' in checker;
}

async function runShards(checker: Checker, work: Work, count: number, threads: Threads): Promise<CheckResult> {
  const { use } = work.job;
  if (!isSharded(checker) || count <= 1) return runWork(work, threads);
  const limits = { ...work.limits, memoryBytes: Math.floor(work.limits.memoryBytes / count) };
  const shards = Array.from({ length: count }, (_, index): Shard => ({ index, of: count }));
  const results = await Promise.all(
    shards.map((shard) => runWork({ ...work, limits, job: { ...work.job, shard } }, threads)),
  );
  return guarded(use, () => checker.merge(results));
}

async function runWork({ job, limits, full, spentMs }: Work, threads: Threads): Promise<CheckResult> {
  const end = await threads.run(limits, (thread) => {
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

function unknown(reason: string): CheckResult {
  return { verdict: 'unknown', reason, findings: [], facts: {} };
}

/**
 * At most so many threads at a time, a new one for each task, first come first served. The first ones start at once, while
 * the history is still being packed for them.
 */
class Threads {
  readonly #size: number;
  readonly #idle: CheckThread[];
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  /** `shards`: how many threads each task is shared out among. */
  constructor(size: number, shards: readonly number[], limits: CheckLimits) {
    this.#size = Math.max(1, size);
    const tasks = shards.flatMap((count) => Array<number>(count).fill(count));
    this.#idle = tasks
      .slice(0, this.#size)
      .map((count) => startThread({ ...limits, memoryBytes: limits.memoryBytes / count }));
  }

  async run<Result>(limits: CheckLimits, task: (thread: CheckThread) => Promise<Result>): Promise<Result> {
    if (this.#running < this.#size) this.#running++;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await task(this.#idle.shift() ?? startThread(limits));
    } finally {
      // Whoever waits takes over the place.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }

  /** Ends the threads for which there was nothing to do. */
  async end(limits: CheckLimits): Promise<void> {
    await Promise.all(this.#idle.splice(0).map((thread) => thread.end(limits)));
  }
}

function startThread(limits: CheckLimits): CheckThread {
  return new CheckThread('worker-entry', limits);
}
