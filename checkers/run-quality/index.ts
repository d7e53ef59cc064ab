import type { Checker } from '../../harness/kernel/checker.ts';
import { assumptionsChecker } from './assumptions-checker.ts';
import { errorsChecker } from './errors-checker.ts';
import { logPatternsChecker } from './log-patterns-checker.ts';
import { statsChecker } from './stats-checker.ts';

/** Judges of the run itself: what it did, and whether its other verdicts mean anything. */
export const runQualityCheckers: readonly Checker[] = [
  statsChecker,
  assumptionsChecker,
  errorsChecker,
  logPatternsChecker,
];
