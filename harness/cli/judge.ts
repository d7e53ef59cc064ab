import { DEFAULT_CHECK_LIMITS } from '../../checkers/check-limits.ts';
import { runCheck } from '../../checkers/run-check.ts';
import type { CheckLimits, CheckerUse } from '../kernel/checker.ts';
import type { History } from '../kernel/history.ts';
import type { CheckSummary } from '../store/run-record.ts';

/** Runs checks under a budget each, one after the other: each of them may use all cores by itself. */
export async function judge(
  history: History,
  uses: readonly CheckerUse[],
  limits: CheckLimits = DEFAULT_CHECK_LIMITS,
): Promise<readonly CheckSummary[]> {
  const summaries: CheckSummary[] = [];
  for (const use of uses) {
    const startedMs = performance.now();
    const result = await runCheck(history, use, limits);
    summaries.push({ ...result, name: use.checker, use, elapsedMs: Math.round(performance.now() - startedMs) });
  }
  return summaries;
}
