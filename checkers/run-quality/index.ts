import type { Checker } from '../../harness/kernel/checker.ts';
import { assumptionsChecker } from './assumptions-checker.ts';
import { statsChecker } from './stats-checker.ts';

/** Judges of the run itself: what it did, and whether its other verdicts mean anything. */
export const runQualityCheckers: readonly Checker[] = [statsChecker, assumptionsChecker];

export { assumptionsChecker, statsChecker };
export { faultIntervals, type FaultInterval } from './fault-intervals.ts';
