import { TYPE_FAIL, TYPE_OK, type History } from '../../../harness/kernel/history.ts';
import type { JsonValue } from '../../../harness/kernel/json.ts';

/** A micro-operation as the oracle reads it. */
export interface OracleMicroOp {
  readonly write: boolean;
  readonly key: string;
  /** What was written, or found. */
  readonly value: JsonValue;
}

export interface OracleTransaction {
  readonly outcome: 'ok' | 'fail' | 'info';
  readonly process: number;
  readonly call: number;
  /** Entry of the completion; Infinity unless `ok`. */
  readonly ret: number;
  readonly microOps: readonly OracleMicroOp[];
}

/** The transactions of a history, read the slow and obvious way. Reads that have no result are left out. */
export function oracleTransactions(history: History): OracleTransaction[] {
  const transactions: OracleTransaction[] = [];
  for (let entry = 0; entry < history.length; entry++) {
    const { type, process, value } = history.at(entry);
    if (type !== 'invoke') continue;
    const pair = history.columns.pair[entry] ?? -1;
    const completed = pair < 0 ? -1 : history.columns.type[pair];
    const outcome = completed === TYPE_OK ? 'ok' : completed === TYPE_FAIL ? 'fail' : 'info';
    const microOps = (outcome === 'ok' ? history.at(pair).value : value) as readonly [string, JsonValue, JsonValue][];
    transactions.push({
      outcome,
      process,
      call: entry,
      ret: outcome === 'ok' ? pair : Infinity,
      microOps: microOps
        .filter(([name]) => name !== 'r' || outcome === 'ok')
        .map(([name, key, result]) => ({ write: name !== 'r', key: JSON.stringify(key), value: result })),
    });
  }
  return transactions;
}

/** All orders of the items. */
export function* permutations<T>(items: readonly T[]): Generator<readonly T[]> {
  if (items.length === 0) yield [];
  for (const [index, item] of items.entries()) {
    for (const rest of permutations(items.toSpliced(index, 1))) yield [item, ...rest];
  }
}

/** All selections of one item from each list. */
export function* selections<T>(lists: readonly (readonly T[])[]): Generator<readonly T[]> {
  const [first, ...rest] = lists;
  if (first === undefined) yield [];
  else for (const item of first) for (const others of selections(rest)) yield [item, ...others];
}

/** All subsets of the items. */
export function* subsets<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let mask = 0; mask < 2 ** items.length; mask++) yield items.filter((_, index) => (mask & (1 << index)) !== 0);
}

/** Whether `before` precedes `after` in the order of processes, or in real time. */
export function precedes(
  before: OracleTransaction,
  after: OracleTransaction,
  order: '' | '-process' | '-realtime',
): boolean {
  if (order === '' || before.outcome !== 'ok' || before.ret > after.call) return false;
  return order === '-realtime' || before.process === after.process;
}
