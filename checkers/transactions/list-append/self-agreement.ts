import { workingBytes, workingInts } from '../../judging/working-memory.ts';
import { NO_LIST } from '../read-lists.ts';
import { MOP_WRITE, type Transactions } from '../transactions.ts';
import { NO_TXN } from '../write-index.ts';
import type { VersionOrders } from './version-orders.ts';

/**
 * Tells at a glance most transactions that surely agree with themselves, from lengths and positions alone. While every
 * read of a key is a beginning of the same list without repeated elements, what a transaction expects of the key is a
 * length: that of its last read, one more for each append that stands at the next place, and after a first append where
 * that one stands.
 */
export class SelfAgreement {
  readonly #transactions: Transactions;
  readonly #orders: VersionOrders;
  /** Per key: the transaction that touched it last, the length which that one expects, and how to take it. */
  readonly #touched: Int32Array;
  readonly #expected: Int32Array;
  readonly #sense: Uint8Array;
  /** Per key: the place of that transaction's last append, -1 for none. */
  readonly #lastPlace: Float64Array;

  constructor(transactions: Transactions, orders: VersionOrders) {
    const keys = transactions.keys.length;
    this.#transactions = transactions;
    this.#orders = orders;
    this.#touched = workingInts(keys).fill(-1);
    this.#expected = workingInts(keys);
    this.#sense = workingBytes(keys);
    this.#lastPlace = new Float64Array(keys);
  }

  /** False where it takes a closer look. O(micro-operations of the transaction). */
  isCertain(txn: number): boolean {
    const { first, key, kind } = this.#transactions;
    const end = first[txn + 1] as number;
    for (let mop = first[txn] as number; mop < end; mop++) {
      const owner = key[mop] as number;
      const isFirst = this.#touched[owner] !== txn;
      this.#touched[owner] = txn;
      if (isFirst) this.#lastPlace[owner] = -1;
      if (!(kind[mop] === MOP_WRITE ? this.#appends(mop, owner, isFirst) : this.#reads(mop, owner, isFirst))) {
        return false;
      }
    }
    return true;
  }

  #reads(mop: number, owner: number, isFirst: boolean): boolean {
    const { lists } = this.#transactions;
    const length = lists.lengthOf(mop);
    if (length === NO_LIST) {
      // Whatever follows a read of unknown result is judged alone.
      if (isFirst) this.#touched[owner] = -1;
      return true;
    }
    if (isFirst) {
      this.#expected[owner] = length;
      this.#sense[owner] = lists.agrees(mop) && this.#isPlain(owner) ? MET_BY_LENGTH : UNCLEAR;
      return true;
    }
    return this.#sense[owner] === MET_BY_LENGTH && lists.agrees(mop) && this.#expected[owner] === length;
  }

  #appends(mop: number, owner: number, isFirst: boolean): boolean {
    const { position, placed, placedStart, writes } = this.#orders;
    const version = writes.versionOf[mop] as number;
    const place = position[version] as number;
    const rank = placeOf(this.#orders, mop);
    if (rank < (this.#lastPlace[owner] as number)) return false;
    this.#lastPlace[owner] = rank;
    if (isFirst) {
      this.#expected[owner] = place + 1;
      this.#sense[owner] = place >= 0 && this.#isPlain(owner) ? MET_BY_LENGTH : UNMET;
      return true;
    }
    const expected = this.#expected[owner] as number;
    if (this.#sense[owner] === UNCLEAR || (place >= 0 && place < expected)) return false;
    const slot = (placedStart[owner] as number) + expected;
    if (slot >= (placedStart[owner + 1] as number) || placed[slot] !== version) this.#sense[owner] = UNMET;
    this.#expected[owner] = expected + 1;
    return true;
  }

  /** Whether the key's longest list repeats no element, so that places in it are places in the order. */
  #isPlain(owner: number): boolean {
    const { orderStart, placedStart } = this.#orders;
    const next = owner + 1;
    return (
      (placedStart[next] as number) - (placedStart[owner] as number) ===
      (orderStart[next] as number) - (orderStart[owner] as number)
    );
  }
}

/** A read of the expected length, and none else, is what the transaction expects. */
const MET_BY_LENGTH = 0;
/** Any read after this takes a closer look. */
const UNMET = 1;
/** Whatever touches the key after this takes a closer look. */
const UNCLEAR = 2;

/** Where an append stands in its key's order; Infinity where nobody read it, or nobody knows. */
export function placeOf({ position, writes }: VersionOrders, mop: number): number {
  const version = writes.versionOf[mop] as number;
  const place = position[version] as number;
  return place < 0 || writes.index.writerOf(version) === NO_TXN ? Infinity : place;
}
