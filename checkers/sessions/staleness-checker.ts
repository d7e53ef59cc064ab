import type { CheckContext, Checker } from '../../harness/kernel/checker.ts';
import type { History } from '../../harness/kernel/history.ts';
import type { CheckResult } from '../../harness/kernel/verdict.ts';
import { withinBudget } from '../judging/budget.ts';
import { CheckOptions } from '../judging/check-options.ts';
import { Operations } from '../judging/operations.ts';
import { judged, undecided } from '../judging/results.ts';
import { leastStale } from './source-choices.ts';
import { tellTimeline } from './regular-models.ts';
import { problemsOf, readingOf } from './register-model-checker.ts';
import { measureStaleness, stalenessFacts } from './staleness.ts';

/**
 * Measures how stale the reads of registers were: how many versions and milliseconds behind, at least, and the smallest Δ
 * for which the history is Δ-atomic, and between which bounds the smallest k lies for which it is k-atomic. Only bounds
 * that are asked for can be violated. Values out of nowhere are no measure of staleness; other models judge them.
 *
 * Options: `initial`, `nullReads`; `maxVersions`, `maxMs`: a read further behind is a `stale-read`. A read answered before its write began is a
 * `future-read` in any case. O(n log n log Δ).
 */
export const stalenessChecker: Checker = {
  name: 'staleness',
  check: (history: History, context: CheckContext): CheckResult =>
    withinBudget(context, (budget) => {
      const options = new CheckOptions(context);
      const maxVersions = options.number('maxVersions') ?? Infinity;
      const maxMs = options.number('maxMs');
      const operations = new Operations(history);
      const isTimeless = maxMs !== undefined && !operations.hasTimes;
      const maxNs = isTimeless ? Infinity : (maxMs ?? Infinity) * 1e6;
      const problems = problemsOf(operations, 'key', readingOf(context), budget);
      if (typeof problems === 'string') return undecided(problems);
      const { staleness, timelines } = measureStaleness(problems, budget);
      const findings = problems.flatMap((given, position) => {
        const problem = leastStale(given);
        const { stale = [], future = [] } = timelines[position] ?? {};
        const over = stale.filter(({ versionsBehind, behindNs }) => versionsBehind > maxVersions || behindNs > maxNs);
        // As many versions as the bound, so that the finding is beyond it by itself.
        const shown = maxVersions === Infinity ? undefined : Math.max(5, maxVersions + 2);
        return tellTimeline(problem, { stale: over, future }, shown);
      });
      const doubt = isTimeless
        ? 'the history has no times: how long ago a value was replaced, nobody knows'
        : undefined;
      return judged(findings, stalenessFacts(staleness, operations.hasTimes), doubt);
    }),
};
