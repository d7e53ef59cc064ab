import type { CheckContext, Checker } from '../../harness/kernel/checker.ts';
import type { History } from '../../harness/kernel/history.ts';
import type { CheckResult, Finding } from '../../harness/kernel/verdict.ts';
import { withinBudget, type Budget } from '../judging/budget.ts';
import { CheckOptions } from '../judging/check-options.ts';
import { groupByKey } from '../judging/group-by-key.ts';
import { Operations } from '../judging/operations.ts';
import { judged, undecided } from '../judging/results.ts';
import { plural } from '../judging/wording.ts';
import { isRegisterProblem, registerProblem, type RegisterProblem } from './register-problem.ts';
import { tellStrays } from './stray-findings.ts';

/** A consistency model of registers. */
export interface RegisterModel {
  readonly name: string;
  /** `store`: all keys are judged together, and sessions span them. `key`: each key is judged alone. */
  readonly scope: 'store' | 'key';
  /** Whether a value that nobody wrote breaks it. */
  readonly forbidsStrays: boolean;
  readonly judge: (problem: RegisterProblem, budget: Budget) => readonly Finding[];
}

/**
 * The checker of a consistency model: histories of `read`, `write` and `cas` on registers whose written values are unique
 * per key; others are `unknown`. Option `scope: 'key'` judges each key alone where the model would judge all
 * keys together: a session's operations on different keys then have nothing to do with each other.
 */
export function registerModelChecker(model: RegisterModel): Checker {
  return {
    name: model.name,
    check: (history: History, context: CheckContext): CheckResult =>
      withinBudget(context, (budget) => {
        const asked = new CheckOptions(context).text('scope');
        const scope = model.scope === 'key' || asked === 'key' ? 'key' : 'store';
        const operations = new Operations(history);
        const problems = problemsOf(operations, scope, budget);
        return typeof problems === 'string'
          ? undecided(problems, { scope })
          : judgeAll(model, problems, { scope, budget });
      }),
  };
}

/** The problems that a history poses: one, or one per key. A string says why it poses none. */
export function problemsOf(
  operations: Operations,
  scope: 'store' | 'key',
  budget: Budget,
): readonly RegisterProblem[] | string {
  const groups = scope === 'store' ? [operations.invocations] : groupByKey(operations).values();
  const problems: RegisterProblem[] = [];
  for (const group of groups) {
    const problem = registerProblem(operations, group, budget);
    if (!isRegisterProblem(problem)) return problem.reason;
    problems.push(problem);
  }
  return problems.some(({ count, strays }) => count + strays.length > 0)
    ? problems
    : 'the history has no answered operation on a register (read, write, cas)';
}

function judgeAll(
  model: RegisterModel,
  problems: readonly RegisterProblem[],
  { scope, budget }: { readonly scope: string; readonly budget: Budget },
): CheckResult {
  const findings: Finding[] = [];
  const totals = { operations: 0, unusedObservations: 0 };
  for (const problem of problems) {
    totals.operations += problem.count;
    totals.unusedObservations += problem.unusedObservations;
    budget.doing(`judging ${model.name} on ${plural(problem.count, 'operation')}`);
    if (model.forbidsStrays) findings.push(...tellStrays(problem.operations, problem.strays));
    findings.push(...model.judge(problem, budget));
  }
  return judged(findings, { scope, ...totals });
}
