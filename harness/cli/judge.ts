import { DEFAULT_CHECK_LIMITS } from '../../checkers/check-limits.ts';
import { runCheck } from '../../checkers/run-check.ts';
import type { CheckLimits, CheckerUse } from '../kernel/checker.ts';
import { isUsageError } from '../kernel/harness-error.ts';
import type { History } from '../kernel/history.ts';
import type { CheckSummary } from '../store/run-record.ts';

/** As {@link judge}, at the end of a run: a check that refuses its options is `unknown`, and the run is kept. */
export async function judgeRun(
  history: History,
  uses: readonly CheckerUse[],
  limits: CheckLimits,
): Promise<readonly CheckSummary[]> {
  const summaries: CheckSummary[] = [];
  for (const use of uses) {
    try {
      summaries.push(...(await judge(history, [use], limits)));
    } catch (error) {
      if (!isUsageError(error)) throw error;
      const refused = { verdict: 'unknown', reason: error.message, findings: [], facts: {} } as const;
      summaries.push({ ...refused, name: use.checker, use, elapsedMs: 0 });
    }
  }
  return summaries;
}

/** Throws HarnessError `usage` for options that a check cannot read. Runs checks under a budget each, one after the other: each of them may use all cores by itself. */
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
