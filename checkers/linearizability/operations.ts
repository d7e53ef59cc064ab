/** In {@link OperationColumns.complete}: no completion says that the operation happened. Later than every entry. */
export const NEVER = 0x7fffffff;

/** How an operation ended, as far as a judge of single operations cares. */
export const ENDED_OK = 0;
export const ENDED_FAIL = 1;
/** Indeterminate or never completed: it may take effect at any time after its invocation, or never. */
export const ENDED_OPEN = 2;

/**
 * Operations of a history, one slot each. Times are entry indices: the order of entries is the order in which the
 * controller saw them, finer than any clock.
 */
export interface OperationColumns {
  readonly count: number;
  /** Entry index of the invocation. */
  readonly invoke: Int32Array;
  /** Entry index of the `ok` or `fail` completion, else {@link NEVER}. */
  readonly complete: Int32Array;
  /** {@link ENDED_OK}, {@link ENDED_FAIL} or {@link ENDED_OPEN}. */
  readonly ended: Uint8Array;
}

/** Operations with what their entries say beside them: the entries of one object lie far apart, and each costs a cache line. */
export interface GatheredOperations extends OperationColumns {
  /** Function code of the invocation. */
  readonly f: Uint16Array;
  /** Value codes of invocation and completion; that of null for the answer of an open operation. */
  readonly argument: Int32Array;
  readonly answer: Int32Array;
}
