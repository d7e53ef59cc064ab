import type { Checker } from '../../harness/kernel/checker.ts';
import { listAppendChecker } from './list-append/check-list-append.ts';
import { rwRegisterChecker } from './rw-register/check-rw-register.ts';

/** Judges of transactions. */
export const transactionCheckers: readonly Checker[] = [listAppendChecker, rwRegisterChecker];

export { LEVELS, levelNamed, type Level } from './levels.ts';
