import type { JsonValue } from '../../harness/kernel/json.ts';
import type { Operations } from '../judging/operations.ts';

/** In {@link RegisterProblem.source}: the operation read the initial value, or does not read at all. */
export const INITIAL = -1;
export const NOT_A_READ = -2;
/** In {@link RegisterProblem.end}: the operation was never known to be over. */
export const UNENDED = 0x7fffffff;

/** A read of a value that no write that may have happened put there. */
export interface StrayRead {
  readonly invocation: number;
  readonly value: JsonValue;
  /** Where it was not answered: the operation that read what it wrote, and where that was not either, the next one. */
  readonly witnesses: readonly number[];
  /** The write that tried to, where there is one: it had definitely failed. */
  readonly failedWrite?: number;
  /** Updates without an answer that cannot have happened either: compare-and-sets of values that were never there. */
  readonly impossible?: readonly number[];
}

/** A read that may have returned what any of several writes put there, because their values are equal. */
export interface SourceChoice {
  readonly op: number;
  /** Ascending operations, {@link INITIAL} first where it is one of them. Shared between reads of the same value. */
  readonly candidates: Int32Array;
  /** A crashed compare-and-set: it only read something if some read is taken to have returned what it wrote. */
  readonly isOptional: boolean;
}

/** How values are to be read. */
export interface RegisterReading {
  /** What is there before the first write. */
  readonly initial: JsonValue;
  /** Whether a read of null says nothing at all. */
  readonly ignoresNullReads: boolean;
}

/**
 * Operations on registers, with the write that each read returned. Columns have one slot per operation, in order of
 * invocation. A successful compare-and-set is one operation that reads and writes.
 *
 * Where a value was written once, the read of it has its {@link source}. Where it was written several times (or is the
 * initial one and was written too) the read is one of {@link choices}, and its source says {@link NOT_A_READ}: what is
 * broken already without these reads stays broken with them.
 *
 * Crashed writes are here where somebody may have read their value, and are left out otherwise, which is exact: what
 * nobody saw constrains nobody. Crashed reads, definite failures and compare-and-sets whose precondition was false are
 * left out.
 *
 * A session is what one process did up to its first operation without an answer, that one included: it may take effect
 * at any later time, so that nothing is known of its order with what the process did next. Usually the process has a new
 * id from there on, which is a session of its own as well.
 */
export interface RegisterProblem {
  readonly operations: Operations;
  /** What was there before the first write. */
  readonly initial: JsonValue;
  readonly count: number;
  /** Entry index of the invocation, and of the `ok` ({@link UNENDED} where there is none). */
  readonly invocation: Int32Array;
  readonly end: Int32Array;
  readonly key: Int32Array;
  readonly isWrite: Uint8Array;
  /** The operation whose write it read, {@link INITIAL} or {@link NOT_A_READ}. */
  readonly source: Int32Array;
  readonly choices: readonly SourceChoice[];
  /** Invocation of an operation that read what this one wrote, an answered one if there is one, or -1. */
  readonly seenBy: Int32Array;
  readonly session: Int32Array;
  readonly position: Int32Array;
  /** Operations of each session, in order. */
  readonly sessions: readonly Int32Array[];
  /** Invocations after which their process is another session: all that were not answered. Ascending. */
  readonly sessionEnds: readonly number[];
  readonly keyCount: number;
  readonly strays: readonly StrayRead[];
  /** Invocations of crashed writes whose value nobody saw. */
  readonly unseenCrashed: readonly number[];
  /** Failed compare-and-sets that were answered: observations that are not used. */
  readonly unusedObservations: number;
}
