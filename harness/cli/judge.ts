import { runChecks } from '../../checkers/run-check.ts';
import type { CheckLimits, CheckerUse } from '../kernel/checker.ts';
import type { History } from '../kernel/history.ts';
import type { CheckSummary } from '../store/run-record.ts';

export const DEFAULT_CHECK_LIMITS: CheckLimits = { timeMs: 60_000, memoryBytes: 2 * 1024 ** 3 };

/** Runs checks under a budget each, in worker threads where that pays. */
export async function judge(
  history: History,
  uses: readonly CheckerUse[],
  limits: CheckLimits = DEFAULT_CHECK_LIMITS,
): Promise<readonly CheckSummary[]> {
  const results = await runChecks(history, uses, limits);
  return results.map(({ use, result, elapsedMs }) => ({ ...result, name: use.checker, use, elapsedMs }));
}
