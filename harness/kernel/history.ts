import type { FaultEvent } from './fault.ts';
import type { JsonValue } from './json.ts';
import type { NodeId } from './node.ts';
import type { Op } from './op.ts';
import type { OpError } from './outcome.ts';

/**
 * A value code: what the `value` and `key` columns hold instead of values.
 *
 * A whole number in [0, 2^31) stands for itself. Negative codes name an entry of the history's value table:
 * {@link NULL_CODE} is `null`, the others were interned. Scalars (numbers, strings, booleans) are interned uniquely, so
 * equal codes mean equal values and different codes different ones. Arrays and objects may occur twice under two codes:
 * compare what {@link History.decode} gives.
 */
export type ValueCode = number;

/** The code of `null`, in every history. */
export const NULL_CODE: ValueCode = -1;
/** In the `key` column: the operation has no key. Never a value. */
export const NO_KEY: ValueCode = -0x80000000;
/** In the `pair` column: an invocation that never completed. */
export const NO_PAIR = -1;

/** Codes of the `type` column, by name. */
export const TYPE_INVOKE = 0;
export const TYPE_OK = 1;
export const TYPE_FAIL = 2;
export const TYPE_INFO = 3;

/** Columns of a history: one slot per entry, structure of arrays, shareable between threads. About 31 bytes an entry. */
export interface HistoryColumns {
  /** Nanoseconds since the run's origin; never decreasing. */
  readonly timeNs: Float64Array;
  readonly process: Int32Array;
  /** {@link TYPE_INVOKE}, {@link TYPE_OK}, {@link TYPE_FAIL} or {@link TYPE_INFO}. */
  readonly type: Uint8Array;
  /** Index into {@link History.fNames}. */
  readonly f: Uint16Array;
  /** Value code of the key, or {@link NO_KEY}. */
  readonly key: Int32Array;
  readonly value: Int32Array;
  /** Index of the other half of the operation, or {@link NO_PAIR}. */
  readonly pair: Int32Array;
  /** 0 for none, else 1 + index into {@link History.errors}. */
  readonly error: Uint16Array;
  /** Index into {@link History.nodes}, or -1 where unknown. */
  readonly node: Int16Array;
}

/**
 * A finished history: what checkers and reports read.
 *
 * Well-formed by construction: every completion has its invocation, a process has at most one operation open, times do
 * not run backwards. Whoever builds one rejects anything else.
 */
export interface History {
  /** Number of entries (an operation has up to two). */
  readonly length: number;
  readonly columns: HistoryColumns;
  /** Function names, by the codes of the `f` column. */
  readonly fNames: readonly string[];
  /** Node names, by the codes of the `node` column. Empty where unknown. */
  readonly nodes: readonly NodeId[];
  readonly errors: readonly OpError[];
  /** Records about faults, in order of time. */
  readonly faults: readonly FaultEvent[];
  /** The value behind a code of the `value` or `key` column; undefined for {@link NO_KEY}. */
  decode(code: ValueCode): JsonValue | undefined;
  /** The code of a scalar, or undefined where the history does not contain it. */
  codeOf(value: null | boolean | number | string): ValueCode | undefined;
  /** The entry at `index`, as a record. Allocates: hot paths read {@link columns}. Throws RangeError outside. */
  at(index: number): Op;
}
