import { TYPE_OK } from '../../../harness/kernel/history.ts';
import type { JsonValue } from '../../../harness/kernel/json.ts';
import type { Budget } from '../../judging/budget.ts';
import type { Transactions } from '../transactions.ts';
import { ABORTED, GARBAGE, REPEATED, type Writes } from '../write-index.ts';

/** In the `first...` columns of {@link VersionOrders}: the longest read has no such element. */
export const NOWHERE = 0x7fffffff;
/** In {@link VersionOrders.readVersion}: the read found the empty list. */
export const EMPTY = -1;
/** In {@link VersionOrders.readVersion}: not a completed read. */
export const NOT_READ = -2;

type List = readonly JsonValue[];

/**
 * The order in which elements came to each key: the longest read of the key tells it, and every other read must be a
 * prefix of that (Kingsbury and Alvaro, VLDB 2020, section 4.2).
 */
export interface VersionOrders {
  readonly writes: Writes;
  /** Per micro-operation, the version a read found: that of its list's last element. */
  readonly readVersion: Int32Array;
  /** Versions of all keys in order; those of key `k` from `orderStart[k]` up to but not including `orderStart[k + 1]`. */
  readonly order: Int32Array;
  readonly orderStart: Int32Array;
  /** Position of a version in its key's order, or -1 where it was never observed. */
  readonly position: Int32Array;
  /** The longest read of each key; empty where nothing was ever found. */
  readonly longest: readonly List[];
  /** The transaction that read it, or -1. */
  readonly longestReader: Int32Array;
  /** Per key, the place in the longest read of the first aborted, garbage or repeated element, or {@link NOWHERE}. */
  readonly firstAborted: Int32Array;
  readonly firstGarbage: Int32Array;
  readonly firstDuplicate: Int32Array;
}

/** O(elements of the longest reads + micro-operations). */
export function orderVersions(transactions: Transactions, writes: Writes, budget: Budget): VersionOrders {
  budget.doing('ordering versions');
  const keyCount = transactions.keys.length;
  const reads = findReads(transactions, writes, budget);
  const total = reads.longest.reduce((sum, list) => sum + list.length, 0);
  budget.reserve((total * 2 + writes.index.size) * 4 + keyCount * 20);
  const order = new Int32Array(total);
  const orderStart = new Int32Array(keyCount + 1);
  const position = new Int32Array(writes.index.size + total).fill(-1);
  const firstAborted = new Int32Array(keyCount).fill(NOWHERE);
  const firstGarbage = new Int32Array(keyCount).fill(NOWHERE);
  const firstDuplicate = new Int32Array(keyCount).fill(NOWHERE);
  let used = 0;
  for (let key = 0; key < keyCount; key++) {
    const start = used;
    orderStart[key] = start;
    const list = reads.longest[key] as List;
    for (let place = 0; place < list.length; place++) {
      const version = writes.index.observe(key, transactions.elements.encode(list[place] as JsonValue));
      if (writes.index.has(version, ABORTED)) lower(firstAborted, key, place);
      if (writes.index.has(version, GARBAGE)) lower(firstGarbage, key, place);
      if ((position[version] as number) < 0) {
        position[version] = used - start;
        order[used++] = version;
      } else if (!writes.index.has(version, REPEATED)) lower(firstDuplicate, key, place);
    }
    budget.step(list.length * 6);
  }
  orderStart[keyCount] = used;
  const places = { firstAborted, firstGarbage, firstDuplicate };
  return { writes, ...reads, order: order.subarray(0, used), orderStart, position, ...places };
}

function findReads(
  transactions: Transactions,
  writes: Writes,
  budget: Budget,
): Pick<VersionOrders, 'readVersion' | 'longest' | 'longestReader'> {
  const { count, first, key, lists, outcome, keys, elements } = transactions;
  const longest = keys.map((): List => []);
  const longestReader = new Int32Array(keys.length).fill(-1);
  const readVersion = new Int32Array(key.length).fill(NOT_READ);
  for (let txn = 0; txn < count; txn++) {
    if (outcome[txn] !== TYPE_OK) continue;
    const end = first[txn + 1] as number;
    for (let mop = first[txn] as number; mop < end; mop++) {
      const list = lists[mop];
      if (list === undefined) continue;
      const owner = key[mop] as number;
      const last = list[list.length - 1];
      readVersion[mop] = last === undefined ? EMPTY : writes.index.observe(owner, elements.encode(last));
      if (list.length <= (longest[owner] as List).length) continue;
      longest[owner] = list;
      longestReader[owner] = txn;
    }
    budget.step(10);
  }
  return { readVersion, longest, longestReader };
}

function lower(places: Int32Array, key: number, place: number): void {
  if (place < (places[key] as number)) places[key] = place;
}
