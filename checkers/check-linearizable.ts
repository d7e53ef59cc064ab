import type { CheckLimits } from '../harness/kernel/checker.ts';
import type { History } from '../harness/kernel/history.ts';
import type { JsonValue } from '../harness/kernel/json.ts';
import type { Model } from '../harness/kernel/model.ts';
import type { CheckResult } from '../harness/kernel/verdict.ts';
import { refuseUnknownMembers, refuseUnreadOptions } from './checker-options.ts';
import { limitsOver } from './check-limits.ts';
import { linearizabilityChecker } from './linearizability/index.ts';
import { monotonicNowMs } from './spawn-worker.ts';

/** Which object to judge by and how much it may cost. */
export interface LinearizableOptions {
  /** Name of a sequential object (see {@link modelNames}), or one of your own. */
  readonly model: string | Model<unknown>;
  /** Further options of the model, for example `{ initial: 0 }`. */
  readonly options?: Readonly<Record<string, JsonValue>>;
  /** Default: one minute, 2 GiB. */
  readonly limits?: Partial<CheckLimits>;
}

/**
 * Judges a history for linearizability in this thread. Keys are independent objects. Watches its budget and answers
 * `unknown` beyond it. Throws HarnessError `usage` for options, limits and models that cannot be
 * used.
 */
export function checkLinearizable(history: History, options: LinearizableOptions): CheckResult {
  refuseUnknownMembers('checkLinearizable', options, ['model', 'options', 'limits']);
  refuseUnreadOptions('linearizability', options.options);
  return linearizabilityChecker.check(history, {
    limits: limitsOver(options.limits),
    nowMs: monotonicNowMs,
    ...(typeof options.model === 'string'
      ? { options: { ...options.options, model: options.model } }
      : { options: options.options ?? {}, model: options.model }),
  });
}
