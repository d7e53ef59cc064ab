import type { CheckLimits } from '../harness/kernel/checker.ts';
import type { History } from '../harness/kernel/history.ts';
import type { JsonValue } from '../harness/kernel/json.ts';
import { refuseUnknownMembers, refuseUnreadOptions } from './checker-options.ts';
import { limitsOver } from './check-limits.ts';
import { guarantees as place, type GuaranteeReport } from './guarantees/index.ts';
import { monotonicNowMs } from './spawn-worker.ts';

/** What {@link guarantees} may cost, and how it reads the history. */
export interface GuaranteesOptions {
  /** Options of the single checks: `{ initial: 0 }`, `{ model: 'stack' }`, ... */
  readonly options?: Readonly<Record<string, JsonValue>>;
  /** Default: one minute, 2 GiB. */
  readonly limits?: Partial<CheckLimits>;
}

/**
 * Places a history in the lattice of consistency models, in this thread: which ones hold, which are broken and by what,
 * which could not be told within the limits. Throws HarnessError `usage` for options and limits that cannot be read.
 */
export function guarantees(history: History, options: GuaranteesOptions = {}): GuaranteeReport {
  refuseUnknownMembers('guarantees', options, ['options', 'limits']);
  refuseUnreadOptions('guarantees', options.options);
  return place(history, {
    limits: limitsOver(options.limits),
    nowMs: monotonicNowMs,
    options: options.options ?? {},
  });
}
