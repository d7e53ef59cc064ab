import type { CheckContext, Checker } from '../../harness/kernel/checker.ts';
import type { History } from '../../harness/kernel/history.ts';
import type { CheckResult } from '../../harness/kernel/verdict.ts';
import { withinBudget, type Budget } from './budget.ts';
import { CheckOptions } from './check-options.ts';
import { Operations } from './operations.ts';

/** What a judge of operations works with besides the operations. */
export interface JudgeTools {
  readonly options: CheckOptions;
  readonly budget: Budget;
}

/** The checker that runs `judge` within its budget. */
export function operationsChecker(
  name: string,
  judge: (operations: Operations, tools: JudgeTools) => CheckResult,
): Checker {
  return {
    name,
    check: (history: History, context: CheckContext): CheckResult =>
      withinBudget(context, (budget) => judge(new Operations(history), { options: new CheckOptions(context), budget })),
  };
}
