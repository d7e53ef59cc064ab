import type { Checker } from '../../harness/kernel/checker.ts';
import { convergenceChecker } from './convergence-checker.ts';
import { setChecker } from './set-checker.ts';

/** Judges of what a system holds in the end, against what it acknowledged. */
export const totalsCheckers: readonly Checker[] = [setChecker, convergenceChecker];

export { convergenceChecker, setChecker };
