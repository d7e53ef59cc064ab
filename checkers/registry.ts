import type { Checker } from '../harness/kernel/checker.ts';
import { HarnessError } from '../harness/kernel/harness-error.ts';
import { guaranteesCheckers } from './guarantees/index.ts';
import { linearizabilityCheckers } from './linearizability/index.ts';
import { runQualityCheckers } from './run-quality/index.ts';
import { sessionsCheckers } from './sessions/index.ts';
import { totalsCheckers } from './totals/index.ts';
import { transactionCheckers } from './transactions/index.ts';

/** Every checker, by family. One line each. */
const CHECKERS: readonly Checker[] = [
  ...linearizabilityCheckers,
  ...totalsCheckers,
  ...sessionsCheckers,
  ...runQualityCheckers,
  ...transactionCheckers,
  ...guaranteesCheckers,
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
