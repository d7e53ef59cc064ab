import type {
  CheckContext,
  Checker,
  CheckerUse,
  CheckLimits,
  ModelSource,
  Shard,
  ShardedChecker,
} from '../harness/kernel/checker.ts';
import type { History } from '../harness/kernel/history.ts';
import type { JsonValue } from '../harness/kernel/json.ts';
import type { CheckResult } from '../harness/kernel/verdict.ts';
import { packHistory, type PackedHistory } from './packed-history.ts';
import { checkerNamed } from './registry.ts';
import { monotonicNowMs, parallelism, runInWorker, type WorkerEnd } from './spawn-worker.ts';
import type { CheckJob } from './worker-entry.ts';

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

/**
 * Runs a check by name in worker threads, within its limits: past them the verdict is `unknown`, with how far it came. A
 * checker that throws is `unknown` too, with what it threw. Throws a usage error for an unknown name only.
 */
export async function runCheck(
  history: History,
  use: CheckerUse,
  limits: CheckLimits,
  options: RunCheckOptions = {},
): Promise<CheckResult> {
  const [result] = await runChecks(history, [use], limits, options);
  if (result === undefined) throw new Error('a check without result');
  return result;
}

/** Runs several checks over one history, on all cores. Each has the limits for itself. Results in order of `uses`. */
export async function runChecks(
  history: History,
  uses: readonly CheckerUse[],
  limits: CheckLimits,
  options: RunCheckOptions = {},
): Promise<readonly CheckResult[]> {
  const checkers = uses.map((use) => checkerNamed(use.checker));
  const pool = new Pool(options.threads ?? parallelism());
  let packed: PackedHistory | undefined;
  return Promise.all(
    uses.map(async (use, index) => {
      const checker = checkers[index] as Checker;
      const model = use.model ?? options.model;
      const mayTry = model === undefined && options.inWorker !== true;
      const quick = mayTry ? tryHere(history, checker, use, limits) : undefined;
      if (quick !== undefined) return quick;
      packed ??= packHistory(history);
      const job: CheckJob = {
        history: packed,
        use,
        limits,
        ...(model === undefined ? {} : { model }),
      };
      return runShards(history, checker, job, pool);
    }),
  );
}

/** The answer, where the history is small and the check was done in no time. */
function tryHere(history: History, checker: Checker, use: CheckerUse, limits: CheckLimits): CheckResult | undefined {
  if (history.length >= SMALL_ENTRIES || !isLight(history)) return undefined;
  const endMs = limits.timeMs > SMALL_TIME_MS ? monotonicNowMs() + SMALL_TIME_MS : Infinity;
  let ranOut = false;
  // The limits are those of a worker: a check that hurries would find less on a busy machine than on an idle one.
  const nowMs = (): number => {
    const now = monotonicNowMs();
    ranOut ||= now > endMs;
    if (ranOut) throw new Error('this takes too long for the thread of the caller');
    return now;
  };
  const result = guarded(use, () => checker.check(history, { ...contextOf(use, limits), nowMs }));
  return ranOut ? undefined : result;
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
    return unknown(`the checker ${use.checker} failed: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function runShards(history: History, checker: Checker, job: CheckJob, pool: Pool): Promise<CheckResult> {
  const count = isSharded(checker) ? Math.min(pool.size, checker.shardsOf(history, contextOf(job.use, job.limits))) : 1;
  if (!isSharded(checker) || count <= 1) return pool.run(() => runJob(job));
  const limits = { ...job.limits, memoryBytes: Math.floor(job.limits.memoryBytes / count) };
  const shards = Array.from({ length: count }, (_, index): Shard => ({ index, of: count }));
  const results = await Promise.all(shards.map((shard) => pool.run(() => runJob({ ...job, limits, shard }))));
  return guarded(job.use, () => checker.merge(results));
}

function isSharded(checker: Checker): checker is ShardedChecker {
  return 'shardsOf' in checker;
}

async function runJob(job: CheckJob): Promise<CheckResult> {
  return resultOf(job, await runInWorker('worker-entry', job, job.limits));
}

function resultOf({ use, limits }: CheckJob, end: WorkerEnd): CheckResult {
  if (end.kind === 'answered') return end.answer as CheckResult;
  const came = end.progress === undefined ? '' : `; it had come so far: ${end.progress}`;
  switch (end.kind) {
    case 'time':
      return unknown(`the time budget of ${limits.timeMs} ms was spent${came}`);
    case 'memory':
      return unknown(`the memory budget of ${Math.floor(limits.memoryBytes / 2 ** 20)} MiB was spent${came}`);
    case 'crashed':
      return unknown(`the checker ${use.checker} failed: ${end.error ?? 'no reason given'}${came}`);
    case 'not-started':
      return unknown(`the worker for ${use.checker} did not start in time`);
  }
}

function unknown(reason: string): CheckResult {
  return { verdict: 'unknown', reason, findings: [], facts: {} };
}

/** Runs at most `size` tasks at a time, first come first served. */
class Pool {
  readonly size: number;
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(size: number) {
    this.size = Math.max(1, size);
  }

  async run<Result>(task: () => Promise<Result>): Promise<Result> {
    if (this.#running < this.size) this.#running++;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await task();
    } finally {
      // Whoever waits takes over the place.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }
}
