import type { JsonValue } from '../../../harness/kernel/json.ts';
import type { Budget } from '../../judging/budget.ts';
import { workingInts } from '../../judging/working-memory.ts';
import type { Transactions } from '../transactions.ts';
import { ABORTED, GARBAGE, REPEATED, type Writes } from '../write-index.ts';

/** In the `first...` columns of {@link VersionOrders}: the longest read has no such element. */
export const NOWHERE = 0x7fffffff;
/** In {@link VersionOrders.readVersion}: the read found the empty list. */
export const EMPTY = -1;
/** In {@link VersionOrders.readVersion}: not a completed read. */
export const NOT_READ = -2;

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
  /**
   * The version at each place of the longest lists, repeated elements included; those of key `k` from `placedStart[k]` up
   * to but not including `placedStart[k + 1]`.
   */
  readonly placed: Int32Array;
  readonly placedStart: Int32Array;
  /** Per key, the place in the longest read of the first aborted, garbage or repeated element, or {@link NOWHERE}. */
  readonly firstAborted: Int32Array;
  readonly firstGarbage: Int32Array;
  readonly firstDuplicate: Int32Array;
}

/** O(elements of the longest reads + micro-operations). */
export function orderVersions(transactions: Transactions, writes: Writes, budget: Budget): VersionOrders {
  budget.doing('ordering versions');
  const { lists, keys, elements } = transactions;
  const keyCount = keys.length;
  const readVersion = workingInts(transactions.key.length).fill(NOT_READ);
  findDiffering(transactions, writes, readVersion, budget);
  let total = 0;
  for (let key = 0; key < keyCount; key++) total += lists.longest(key).length;
  budget.reserve((total * 3 + writes.index.size + transactions.key.length) * 4 + keyCount * 24);
  const order = workingInts(total);
  const orderStart = new Int32Array(keyCount + 1);
  const placed = workingInts(total);
  const placedStart = new Int32Array(keyCount + 1);
  const position = workingInts(writes.index.size + total).fill(-1);
  const firstAborted = new Int32Array(keyCount).fill(NOWHERE);
  const firstGarbage = new Int32Array(keyCount).fill(NOWHERE);
  const firstDuplicate = new Int32Array(keyCount).fill(NOWHERE);
  let [used, filled] = [0, 0];
  for (let key = 0; key < keyCount; key++) {
    const start = used;
    orderStart[key] = start;
    placedStart[key] = filled;
    const list = lists.longest(key);
    for (let place = 0; place < list.length; place++) {
      const version = writes.index.observe(key, elements.encode(list[place] as JsonValue));
      placed[filled++] = version;
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
  placedStart[keyCount] = filled;
  findAgreeing(transactions, { placed, placedStart }, readVersion, budget);
  const places = { placed, placedStart, firstAborted, firstGarbage, firstDuplicate };
  return { writes, readVersion, order: order.subarray(0, used), orderStart, position, ...places };
}

/** Names the versions found by reads that disagree with the longest one: those of their last elements. */
function findDiffering(
  { lists, key, elements }: Transactions,
  { index }: Writes,
  readVersion: Int32Array,
  budget: Budget,
): void {
  if (lists.differing === 0) return;
  for (let mop = 0; mop < key.length; mop++) {
    budget.step();
    if (lists.agrees(mop)) continue;
    const last = lists.of(mop)?.at(-1);
    if (last === undefined) continue;
    readVersion[mop] = index.observe(key[mop] as number, elements.encode(last));
    budget.step(10);
  }
}

/** Names those found by the others: known from where in the longest list they end. */
function findAgreeing(
  { lists, key }: Transactions,
  { placed, placedStart }: Pick<VersionOrders, 'placed' | 'placedStart'>,
  readVersion: Int32Array,
  budget: Budget,
): void {
  for (let mop = 0; mop < key.length; mop++) {
    if (!lists.agrees(mop)) continue;
    const length = lists.lengthOf(mop);
    readVersion[mop] =
      length === 0 ? EMPTY : (placed[(placedStart[key[mop] as number] as number) + length - 1] as number);
    budget.step(2);
  }
}

function lower(places: Int32Array, key: number, place: number): void {
  if (place < (places[key] as number)) places[key] = place;
}
