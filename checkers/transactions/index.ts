import type { Checker } from '../../harness/kernel/checker.ts';
import { listAppendChecker } from './list-append/check-list-append.ts';
import { rwRegisterChecker } from './rw-register/check-rw-register.ts';
import { weakIsolationChecker } from './weak-isolation/check-weak-isolation.ts';
import { WEAK_LEVELS } from './weak-isolation/pattern-search.ts';

/** Judges of transactions. */
export const transactionCheckers: readonly Checker[] = [listAppendChecker, rwRegisterChecker, weakIsolationChecker];

export { LEVELS, levelNamed, type Level } from './levels.ts';
export { WEAK_LEVELS };
