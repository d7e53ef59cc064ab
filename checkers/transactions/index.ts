import type { Checker } from '../../harness/kernel/checker.ts';
import { listAppendChecker } from './list-append/check-list-append.ts';

/** Judges of transactions. */
export const transactionCheckers: readonly Checker[] = [listAppendChecker];

export { LEVELS, levelNamed, type Level } from './levels.ts';
