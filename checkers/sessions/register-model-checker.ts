import type { CheckContext, Checker } from '../../harness/kernel/checker.ts';
import type { History } from '../../harness/kernel/history.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import type { CheckResult, Finding } from '../../harness/kernel/verdict.ts';
import { withinBudget, type Budget } from '../judging/budget.ts';
import { CheckOptions } from '../judging/check-options.ts';
import { groupByKey } from '../judging/group-by-key.ts';
import { Operations } from '../judging/operations.ts';
import { judged, undecided } from '../judging/results.ts';
import { listed, plural } from '../judging/wording.ts';
import { linearizabilityChecker } from '../linearizability/index.ts';
import { judgeAmbiguous } from './ambiguous-registers.ts';
import { registerProblem } from './read-registers.ts';
import type { RegisterModel } from './register-model.ts';
import type { RegisterProblem, RegisterReading } from './register-problem.ts';
import { tellStrays } from './stray-findings.ts';

/**
 * The checker of a consistency model: histories of `read`, `write` and `cas` on registers. Where values repeat it may
 * come to no answer, and says so. Options: `initial` and `nullReads`, as the linearizability checker has them;
 * `scope: 'key'` judges each key alone where the model would judge all keys together: a session's operations on
 * different keys then have nothing to do with each other.
 *
 * A failed compare-and-set is no operation of these models. They are counted by the fact `unusedObservations`.
 */
export function registerModelChecker(model: RegisterModel): Checker {
  return {
    name: model.name,
    check: (history: History, context: CheckContext): CheckResult =>
      withinBudget(context, (budget) => {
        const asked = new CheckOptions(context).text('scope');
        const scope = model.scope === 'key' || asked === 'key' ? 'key' : 'store';
        const reading = readingOf(context);
        const problems = problemsOf(new Operations(history), scope, reading, budget);
        if (typeof problems === 'string') return undecided(problems, { scope });
        const isAmbiguous = problems.some(({ choices }) => choices.length > 0);
        if (isAmbiguous && isLinearizable(history, context)) {
          return judged([], { ...totalsOf(problems), scope, shownBy: 'linearizability' });
        }
        return judgeAll(model, problems, { scope, reading, budget });
      }),
  };
}

/** How the options say values are to be read. */
export function readingOf(context: Pick<CheckContext, 'options'>): RegisterReading {
  const nullReads = new CheckOptions(context).oneOf('nullReads', ['exact', 'any']) ?? 'exact';
  return { initial: context.options['initial'] ?? null, ignoresNullReads: nullReads === 'any' };
}

/** The problems that a history poses: one, or one per key. A string says why it poses none. */
export function problemsOf(
  operations: Operations,
  scope: 'store' | 'key',
  reading: RegisterReading,
  budget: Budget,
): readonly RegisterProblem[] | string {
  const groups = scope === 'store' ? [operations.invocations] : groupByKey(operations).values();
  const problems: RegisterProblem[] = [];
  for (const group of groups) problems.push(registerProblem(operations, group, budget, reading));
  return problems.some(({ count, strays }) => count + strays.length > 0)
    ? problems
    : 'the history has no answered operation on a register (read, write, cas)';
}

/** Judges all problems of a history. Unknown where some were not decided and none was found to be broken. */
export function judgeAll(
  model: RegisterModel,
  problems: readonly RegisterProblem[],
  tools: { readonly scope: string; readonly reading: RegisterReading; readonly budget: Budget },
): CheckResult {
  const { scope, reading, budget } = tools;
  const findings: Finding[] = [];
  const doubts: string[] = [];
  for (const problem of problems) {
    budget.doing(`judging ${model.name} on ${plural(problem.count, 'operation')}`);
    if (model.forbidsStrays) findings.push(...tellStrays(problem.operations, problem.strays));
    const judgement = judgeAmbiguous(model, problem, reading, budget);
    if (typeof judgement === 'string') doubts.push(judgement);
    else findings.push(...judgement);
  }
  const facts = { scope, ...totalsOf(problems) };
  return judged(findings, facts, doubts.length === 0 ? undefined : listed(doubts, 2));
}

function totalsOf(problems: readonly RegisterProblem[]): Readonly<Record<string, JsonValue>> {
  const sum = (of: (problem: RegisterProblem) => number): number =>
    problems.reduce((total, problem) => total + of(problem), 0);
  const ambiguousReads = sum(({ choices }) => choices.length);
  return {
    operations: sum(({ count }) => count),
    unusedObservations: sum(({ unusedObservations }) => unusedObservations),
    ...(ambiguousReads === 0 ? {} : { ambiguousReads }),
  };
}

/** Share of the time in which linearizability may show all that is weaker, where values repeat. */
const LINEARIZABILITY_SHARE = 0.3;

function isLinearizable(history: History, context: CheckContext): boolean {
  const { initial = null, nullReads = 'exact' } = context.options;
  const limits = { ...context.limits, timeMs: context.limits.timeMs * LINEARIZABILITY_SHARE };
  const options = { model: 'cas-register', failedCas: 'ignore', initial, nullReads };
  return linearizabilityChecker.check(history, { ...context, limits, options }).verdict === 'valid';
}
