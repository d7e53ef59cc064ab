import type { JsonValue } from '../../../harness/kernel/json.ts';
import { precedes, subsets, type OracleTransaction } from './oracle-transactions.ts';

/** What is committed of a key, and when: after how many commits. */
interface Committed {
  readonly value: JsonValue;
  readonly time: number;
}

interface Execution {
  readonly state: ReadonlyMap<string, Committed>;
  readonly time: number;
  /** Transactions that have begun, by when. */
  readonly begun: ReadonlyMap<OracleTransaction, number>;
  readonly waiting: readonly OracleTransaction[];
}

/**
 * Whether a database with snapshots could have run the transactions, keeping `order`: each reads what was committed when it
 * began, and its own writes, and commits unless another one committed a key that it wrote meanwhile. Tries every
 * interleaving of beginnings and commits. Knows of no dependencies and no cycles.
 */
export function hasSnapshotExecution(
  transactions: readonly OracleTransaction[],
  lists: boolean,
  order: '' | '-process' | '-realtime',
): boolean {
  return [...subsets(transactions.filter(({ outcome }) => outcome === 'info'))].some((happened) => {
    const waiting = transactions.filter((each) => each.outcome === 'ok' || happened.includes(each));
    return canFinish({ state: new Map(), time: 0, begun: new Map(), waiting }, lists, order);
  });
}

function canFinish(execution: Execution, lists: boolean, order: '' | '-process' | '-realtime'): boolean {
  const { state, time, begun, waiting } = execution;
  if (waiting.length === 0 && begun.size === 0) return true;
  const unfinished = [...waiting, ...begun.keys()];
  const begins = waiting.some((txn) => {
    if (unfinished.some((other) => precedes(other, txn, order)) || !readsRight(txn, state, lists)) return false;
    const next = { state, time, begun: new Map(begun).set(txn, time), waiting: waiting.filter((each) => each !== txn) };
    return canFinish(next, lists, order);
  });
  if (begins) return true;
  return [...begun].some(([txn, beganAt]) => {
    const written = txn.microOps.filter(({ write }) => write);
    if (written.some(({ key }) => (state.get(key)?.time ?? 0) > beganAt)) return false;
    const after = new Map(state);
    for (const { key, value } of written)
      after.set(key, { value: put(after.get(key)?.value, value, lists), time: time + 1 });
    const left = new Map(begun);
    left.delete(txn);
    return canFinish({ state: after, time: time + 1, begun: left, waiting }, lists, order);
  });
}

function readsRight({ microOps }: OracleTransaction, state: ReadonlyMap<string, Committed>, lists: boolean): boolean {
  const own = new Map<string, JsonValue | undefined>();
  return microOps.every(({ write, key, value }) => {
    const now = own.has(key) ? own.get(key) : state.get(key)?.value;
    if (write) own.set(key, put(now, value, lists));
    const nothing = lists ? [] : null;
    return write || JSON.stringify(value ?? nothing) === JSON.stringify(now ?? nothing);
  });
}

function put(now: JsonValue | undefined, value: JsonValue, lists: boolean): JsonValue {
  return lists ? [...((now ?? []) as readonly JsonValue[]), value] : value;
}
