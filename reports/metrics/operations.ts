import { NO_PAIR, TYPE_INFO, TYPE_INVOKE, type History, type HistoryColumns } from '../../harness/kernel/history.ts';

/** The operations of a history in order of invocation, as columns. An operation without completion ends as `info`. */
export interface Operations {
  readonly count: number;
  /** Entry index of the invocation. */
  readonly invoke: Int32Array;
  /** Entry index of the completion, or {@link NO_PAIR}. */
  readonly completion: Int32Array;
  /** `TYPE_OK`, `TYPE_FAIL` or `TYPE_INFO`. */
  readonly outcome: Uint8Array;
  readonly startNs: Float64Array;
  /** When it completed; `Infinity` where it never did. */
  readonly endNs: Float64Array;
}

/** Pairs the entries of a history up. O(entries). */
export function operationsOf(history: History): Operations {
  const { type, pair, timeNs } = history.columns;
  let count = 0;
  for (let index = 0; index < history.length; index++) if (type[index] === TYPE_INVOKE) count++;
  const operations: Operations = {
    count,
    invoke: new Int32Array(count),
    completion: new Int32Array(count),
    outcome: new Uint8Array(count),
    startNs: new Float64Array(count),
    endNs: new Float64Array(count),
  };
  let operation = 0;
  for (let index = 0; index < history.length; index++) {
    if (type[index] !== TYPE_INVOKE) continue;
    const completion = pair[index] ?? NO_PAIR;
    operations.invoke[operation] = index;
    operations.completion[operation] = completion;
    operations.outcome[operation] = completion === NO_PAIR ? TYPE_INFO : (type[completion] ?? TYPE_INFO);
    operations.startNs[operation] = timeNs[index] ?? 0;
    operations.endNs[operation] = completion === NO_PAIR ? Infinity : (timeNs[completion] ?? 0);
    operation++;
  }
  return operations;
}

/** The entry at which an operation was invoked, given either of its entries. */
export function invocationOf(columns: HistoryColumns, entry: number): number {
  if (columns.type[entry] === TYPE_INVOKE) return entry;
  const pair = columns.pair[entry] ?? NO_PAIR;
  return pair === NO_PAIR ? entry : pair;
}

/** Time of a history's last entry or fault record, in nanoseconds. 0 for an empty one. */
export function endOfHistoryNs(history: History): number {
  const lastEntryNs = history.columns.timeNs[history.length - 1] ?? 0;
  return Math.max(0, lastEntryNs, history.faults.at(-1)?.timeNs ?? 0);
}
