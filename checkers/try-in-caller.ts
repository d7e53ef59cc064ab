import type { CheckContext, Checker, CheckerUse, CheckLimits, ModelSource } from '../harness/kernel/checker.ts';
import { isUsageError } from '../harness/kernel/harness-error.ts';
import type { History } from '../harness/kernel/history.ts';
import type { JsonValue } from '../harness/kernel/json.ts';
import type { CheckResult } from '../harness/kernel/verdict.ts';
import { monotonicNowMs } from './spawn-worker.ts';

/** Histories with fewer entries are tried in this thread first, for so long. A worker costs more than most of them. */
const SMALL_ENTRIES = 5_000;
const SMALL_TIME_MS = 200;
/** Numbers, texts' characters and the like in the values of such a history. */
const SMALL_VALUES = 100_000;

/** The answer of this thread, if it has one, and the time that it took. */
export interface Try {
  readonly result?: CheckResult;
  readonly spentMs: number;
}

/** The answer, where the history is small and the check was done in no time. */
export function tryInCaller(
  history: History,
  checker: Checker,
  use: CheckerUse,
  limits: CheckLimits,
  { model, inWorker = false }: { readonly model?: ModelSource; readonly inWorker?: boolean },
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

/** What a check is told where nothing is shared out. */
export function contextOf(use: CheckerUse, limits: CheckLimits): CheckContext {
  return { limits, nowMs: monotonicNowMs, options: use.options ?? {} };
}

/** A check whose failure is `unknown`; what was asked wrongly is thrown on. */
export function guarded(use: CheckerUse, check: () => CheckResult): CheckResult {
  try {
    return check();
  } catch (error) {
    if (isUsageError(error)) throw error;
    return unknown(`the checker ${use.checker} failed: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** A result that says nothing, and why. */
export function unknown(reason: string): CheckResult {
  return { verdict: 'unknown', reason, findings: [], facts: {} };
}
