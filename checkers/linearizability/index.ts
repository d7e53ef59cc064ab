import type { Checker } from '../../harness/kernel/checker.ts';
import { linearizabilityChecker, modelNames } from './linearizability-checker.ts';

/** Judges that ask for one order of all operations, in real time. */
export const linearizabilityCheckers: readonly Checker[] = [linearizabilityChecker];

export { linearizabilityChecker, modelNames };
