import type { CheckContext, Checker } from '../../harness/kernel/checker.ts';
import type { History } from '../../harness/kernel/history.ts';
import type { CheckResult } from '../../harness/kernel/verdict.ts';
import { judgeLinearizability } from './judge-linearizability.ts';
import type { FailedCas, RegisterOptions } from './register-operations.ts';

const FAILED_CAS: readonly string[] = ['precondition', 'all', 'ignore'] satisfies readonly FailedCas[];

/**
 * Is there one order of all operations that agrees with real time and with every answer?
 *
 * Options: `model` (`register`, `cas-register`), `initial` (value before the first write, default null), `failedCas`
 * (`precondition`, `all` or `ignore`; see {@link RegisterOptions}), `nullReads` (`exact` or `any`).
 */
export const linearizabilityChecker: Checker = {
  name: 'linearizability',
  check(history: History, context: CheckContext): CheckResult {
    const { model = 'cas-register', initial = null, failedCas = 'precondition', nullReads = 'exact' } = context.options;
    if (model !== 'register' && model !== 'cas-register') return refuse(`there is no model ${JSON.stringify(model)}`);
    if (typeof failedCas !== 'string' || !FAILED_CAS.includes(failedCas)) {
      return refuse(`failedCas is one of ${FAILED_CAS.join(', ')}, came ${JSON.stringify(failedCas)}`);
    }
    if (nullReads !== 'exact' && nullReads !== 'any') {
      return refuse(`nullReads is exact or any, came ${JSON.stringify(nullReads)}`);
    }
    const options: RegisterOptions = {
      initial,
      failedCas: failedCas as FailedCas,
      nullReadsAreLegal: nullReads === 'any',
    };
    return judgeLinearizability(history, options, context);
  },
};

function refuse(reason: string): CheckResult {
  return { verdict: 'unknown', reason, findings: [], facts: {} };
}
