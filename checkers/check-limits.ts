import type { CheckLimits } from '../harness/kernel/checker.ts';
import { HarnessError } from '../harness/kernel/harness-error.ts';

/** What a check may cost where nobody says otherwise: one minute, 2 GiB. */
export const DEFAULT_CHECK_LIMITS: CheckLimits = { timeMs: 60_000, memoryBytes: 2 * 1024 ** 3 };

/** The limits given, over the default ones. Throws HarnessError `usage` for what is no number from 0 on. */
export function limitsOver(given: Partial<CheckLimits> = {}): CheckLimits {
  const limits = { ...DEFAULT_CHECK_LIMITS, ...given };
  for (const [name, value] of Object.entries(limits)) {
    if (!Object.hasOwn(DEFAULT_CHECK_LIMITS, name)) {
      throw new HarnessError('usage', `limits have no ${name}; there are: timeMs, memoryBytes`);
    }
    if (typeof value === 'number' && value >= 0) continue;
    throw new HarnessError('usage', `limits: ${name} expects a number from 0 on, ${String(value)} came`);
  }
  return limits;
}
