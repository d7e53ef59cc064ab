import { TYPE_FAIL } from '../../harness/kernel/history.ts';
import type { Budget } from '../judging/budget.ts';
import { workingInts } from '../judging/working-memory.ts';
import { GrowingInts } from './growing-ints.ts';
import { PairTable } from './pair-table.ts';
import { MOP_WRITE, type Transactions } from './transactions.ts';

/** Only aborted transactions wrote this version. */
export const ABORTED = 1;
/** More than one micro-operation wrote this version: nobody can say which of them a read saw. */
export const REPEATED = 2;
/** Its transaction wrote the same key again afterwards. */
export const INTERMEDIATE = 4;
/** Nobody wrote it. */
export const GARBAGE = 8;

/** In {@link WriteIndex.writerOf}: no transaction is known to have made this version. */
export const NO_TXN = -1;

/**
 * Who wrote what. A version is a pair of key and element, numbered densely. An element that was read but never written
 * has a version too, marked {@link GARBAGE}.
 */
export class WriteIndex {
  readonly #table: PairTable;
  /** The first transaction that wrote it; one that may have committed is preferred over an aborted one. */
  readonly #attempter: GrowingInts;
  readonly #flags: GrowingInts;

  /** `expected` versions fit without growing. */
  constructor(expected: number) {
    this.#table = new PairTable(expected);
    this.#attempter = new GrowingInts(expected);
    this.#flags = new GrowingInts(expected);
  }

  get size(): number {
    return this.#table.size;
  }

  find(key: number, element: number): number {
    return this.#table.find(key, element);
  }

  /** The version of a value that was read: marked {@link GARBAGE} where nobody wrote it. */
  observe(key: number, element: number): number {
    const known = this.#table.find(key, element);
    if (known >= 0) return known;
    this.#attempter.push(NO_TXN);
    this.#flags.push(GARBAGE);
    return this.#table.add(key, element);
  }

  record(key: number, element: number, txn: number, aborted: boolean): number {
    const version = this.#table.add(key, element);
    if (version === this.#attempter.length) {
      this.#attempter.push(txn);
      this.#flags.push(aborted ? ABORTED : 0);
      return version;
    }
    const flags = this.#flags.raw[version] as number;
    if (aborted) return version;
    if ((flags & ABORTED) !== 0) {
      this.#attempter.raw[version] = txn;
      this.#flags.raw[version] = flags & ~(ABORTED | INTERMEDIATE);
    } else this.mark(version, REPEATED);
    return version;
  }

  mark(version: number, flag: number): void {
    this.#flags.raw[version] = (this.#flags.raw[version] as number) | flag;
  }

  has(version: number, flag: number): boolean {
    return ((this.#flags.raw[version] as number) & flag) !== 0;
  }

  /** The one transaction, not aborted, that wrote this version, or {@link NO_TXN}. */
  writerOf(version: number): number {
    if (((this.#flags.raw[version] as number) & (ABORTED | REPEATED | GARBAGE)) !== 0) return NO_TXN;
    return this.#attempter.raw[version] as number;
  }

  /** Some transaction that tried to write it, aborted or not, or {@link NO_TXN}. */
  attempterOf(version: number): number {
    return this.#attempter.raw[version] as number;
  }

  keyOf(version: number): number {
    return this.#table.leftOf(version);
  }

  elementOf(version: number): number {
    return this.#table.rightOf(version);
  }
}

/** Writes of a history: the index, and the version each writing micro-operation made (-1 for reads). */
export interface Writes {
  readonly index: WriteIndex;
  readonly versionOf: Int32Array;
}

/** Indexes all writes. O(micro-operations). */
export function indexWrites(transactions: Transactions, budget: Budget): Writes {
  budget.doing('indexing writes');
  const { count, first, kind, key, element, outcome, keys } = transactions;
  const written = kind.reduce((sum, each) => sum + (each === MOP_WRITE ? 1 : 0), 0);
  budget.reserve(kind.length * 4 + written * 32 + keys.length * 8);
  const index = new WriteIndex(written);
  const versionOf = workingInts(kind.length).fill(-1);
  const lastTxn = new Int32Array(keys.length).fill(-1);
  const lastVersion = new Int32Array(keys.length);
  for (let txn = 0; txn < count; txn++) {
    const end = first[txn + 1] as number;
    for (let mop = first[txn] as number; mop < end; mop++) {
      if (kind[mop] !== MOP_WRITE) continue;
      const writtenKey = key[mop] as number;
      const version = index.record(writtenKey, element[mop] as number, txn, outcome[txn] === TYPE_FAIL);
      versionOf[mop] = version;
      // An aborted transaction may have tried the same value as a committed one, which need not have overwritten it.
      const before = lastVersion[writtenKey] as number;
      if (lastTxn[writtenKey] === txn && index.attempterOf(before) === txn) index.mark(before, INTERMEDIATE);
      lastTxn[writtenKey] = txn;
      lastVersion[writtenKey] = version;
    }
    budget.step(8);
  }
  return { index, versionOf };
}
