import type { Checker } from '../harness/kernel/checker.ts';
import { HarnessError } from '../harness/kernel/harness-error.ts';
import { guaranteesCheckers } from './guarantees/index.ts';
import { needingPower } from './judging/power.ts';
import { linearizabilityCheckers } from './linearizability/index.ts';
import { runQualityCheckers } from './run-quality/index.ts';
import { sessionsCheckers } from './sessions/index.ts';
import { totalsCheckers } from './totals/index.ts';
import { transactionCheckers } from './transactions/index.ts';

/** Every checker, by family. Totals and run quality say for themselves what they need to see. */
const CHECKERS: readonly Checker[] = [
  ...linearizabilityCheckers.map(needingPower),
  ...totalsCheckers,
  ...sessionsCheckers.map(needingPower),
  ...runQualityCheckers,
  ...transactionCheckers.map(needingPower),
  ...guaranteesCheckers.map(needingPower),
];

const byName: ReadonlyMap<string, Checker> = new Map(CHECKERS.map((checker) => [checker.name, checker]));

/** Names of all checkers, in order of family. */
export function checkerNames(): readonly string[] {
  return CHECKERS.map((checker) => checker.name);
}

/** The checker of that name. Throws a usage error that lists the names there are. */
export function checkerNamed(name: string): Checker {
  const checker = byName.get(name);
  if (checker === undefined) {
    throw new HarnessError(
      'usage',
      `there is no checker ${JSON.stringify(name)}; there are: ${checkerNames().join(', ')}`,
    );
  }
  return checker;
}
