import { NO_KEY, NO_PAIR, TYPE_FAIL, TYPE_INVOKE, TYPE_OK, type History } from '../../harness/kernel/history.ts';

/** In {@link OperationColumns.complete}: no completion says that the operation happened. Later than every entry. */
export const NEVER = 0x7fffffff;

/** How an operation ended, as far as a judge of single operations cares. */
export const ENDED_OK = 0;
export const ENDED_FAIL = 1;
/** Indeterminate or never completed: it may take effect at any time after its invocation, or never. */
export const ENDED_OPEN = 2;

/**
 * The operations of a history in order of invocation, one slot each. Times are entry indices: the order of entries is the
 * order in which the controller saw them, finer than any clock.
 */
export interface OperationColumns {
  readonly count: number;
  /** Entry index of the invocation. */
  readonly invoke: Int32Array;
  /** Entry index of the `ok` or `fail` completion, else {@link NEVER}. */
  readonly complete: Int32Array;
  /** {@link ENDED_OK}, {@link ENDED_FAIL} or {@link ENDED_OPEN}. */
  readonly ended: Uint8Array;
  readonly key: Int32Array;
}

/** Collects the operations of a history. O(entries). */
export function operationsOf(history: History): OperationColumns {
  const { type, pair, key } = history.columns;
  let count = 0;
  for (let entry = 0; entry < type.length; entry++) if (type[entry] === TYPE_INVOKE) count++;
  const operations: OperationColumns = {
    count,
    invoke: new Int32Array(count),
    complete: new Int32Array(count),
    ended: new Uint8Array(count),
    key: new Int32Array(count),
  };
  let slot = 0;
  for (let entry = 0; entry < type.length; entry++) {
    if (type[entry] !== TYPE_INVOKE) continue;
    const completion = pair[entry] ?? NO_PAIR;
    const completionType = completion === NO_PAIR ? -1 : type[completion];
    const ended = completionType === TYPE_OK ? ENDED_OK : completionType === TYPE_FAIL ? ENDED_FAIL : ENDED_OPEN;
    operations.invoke[slot] = entry;
    operations.complete[slot] = ended === ENDED_OPEN ? NEVER : completion;
    operations.ended[slot] = ended;
    operations.key[slot] = key[entry] ?? NO_KEY;
    slot++;
  }
  return operations;
}

/** Operations grouped by key: the members of group g are `members[start[g] .. start[g + 1])`, in order of invocation. */
export interface OperationGroups {
  readonly keys: Int32Array;
  readonly start: Int32Array;
  readonly members: Int32Array;
}

/** Groups operations by key code, keys in order of first use. O(operations). */
export function groupByKey(operations: OperationColumns): OperationGroups {
  const { count, key } = operations;
  const groupOf = new Map<number, number>();
  const group = new Int32Array(count);
  const sizes: number[] = [];
  for (let slot = 0; slot < count; slot++) {
    const code = key[slot] ?? NO_KEY;
    let index = groupOf.get(code);
    if (index === undefined) {
      index = sizes.length;
      groupOf.set(code, index);
      sizes.push(0);
    }
    group[slot] = index;
    sizes[index] = (sizes[index] ?? 0) + 1;
  }
  const start = new Int32Array(sizes.length + 1);
  for (let index = 0; index < sizes.length; index++) start[index + 1] = (start[index] ?? 0) + (sizes[index] ?? 0);
  const members = new Int32Array(count);
  const fill = start.slice();
  for (let slot = 0; slot < count; slot++) {
    const index = group[slot] ?? 0;
    const at = fill[index] ?? 0;
    members[at] = slot;
    fill[index] = at + 1;
  }
  return { keys: Int32Array.from(groupOf.keys()), start, members };
}

/** All operations in one group without a key. */
export function oneGroup(operations: OperationColumns): OperationGroups {
  const members = new Int32Array(operations.count);
  for (let slot = 0; slot < members.length; slot++) members[slot] = slot;
  return { keys: Int32Array.of(NO_KEY), start: Int32Array.of(0, operations.count), members };
}
