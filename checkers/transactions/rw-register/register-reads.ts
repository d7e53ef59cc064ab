import { TYPE_FAIL, TYPE_OK } from '../../../harness/kernel/history.ts';
import type { Budget } from '../../judging/budget.ts';
import { workingInts } from '../../judging/working-memory.ts';
import { NULL_ELEMENT } from '../element-codes.ts';
import { MOP_READ, MOP_WRITE, type Transactions } from '../transactions.ts';
import { GrowingInts } from '../growing-ints.ts';
import { PairTable } from '../pair-table.ts';
import { INTERMEDIATE, NO_TXN, type Writes } from '../write-index.ts';

/** In {@link RegisterReads.version}: the read found nothing, the initial state. */
export const INITIAL = -1;
/** In {@link RegisterReads.version}: no read, none with a known result, or one that saw its own transaction's write. */
export const NOT_EXTERNAL = -2;

/** Lists of transactions, one list per number: those of `n` from `start[n]` up to but not including `start[n + 1]`. */
export interface TxnLists {
  readonly start: Int32Array;
  readonly txns: Int32Array;
}

/** What reads of registers found, and who touched what. */
export interface RegisterReads {
  readonly writes: Writes;
  /** Per micro-operation: the version a read found that saw other transactions' writes. */
  readonly version: Int32Array;
  /** Per version, the committed transactions that read it. */
  readonly readersOf: TxnLists;
  /** Per key, the committed transactions that found it in its initial state. */
  readonly initialReadersOf: TxnLists;
  /** Per key, the transactions, not aborted, that wrote it. */
  readonly writersOf: TxnLists;
  readonly finals: FinalWrites;
}

/** O(micro-operations). */
export function readRegisters(transactions: Transactions, writes: Writes, budget: Budget): RegisterReads {
  budget.doing('matching reads with writes');
  budget.reserve(transactions.kind.length * 16);
  const version = externalVersions(transactions, writes, budget);
  const { kind, key, outcome, keys } = transactions;
  return {
    writes,
    version,
    finals: new FinalWrites(transactions, writes),
    readersOf: gather(transactions, writes.index.size, (_, mop) => version[mop] as number),
    initialReadersOf: gather(transactions, keys.length, (_, mop) =>
      version[mop] === INITIAL ? (key[mop] as number) : -1,
    ),
    writersOf: gather(transactions, keys.length, (txn, mop) => {
      if (kind[mop] !== MOP_WRITE || outcome[txn] === TYPE_FAIL) return -1;
      return writes.index.has(writes.versionOf[mop] as number, INTERMEDIATE) ? -1 : (key[mop] as number);
    }),
  };
}

/** The last write of each transaction to each key it wrote, aborted ones left out. */
export class FinalWrites {
  readonly #pairs: PairTable;
  readonly #versions: GrowingInts;
  /** Those of transaction `t` are numbered from `#start[t]` up to but not including `#start[t + 1]`. */
  readonly #start: Int32Array;

  constructor({ count, first, key, outcome }: Transactions, { index, versionOf }: Writes) {
    this.#pairs = new PairTable(index.size);
    this.#versions = new GrowingInts(index.size);
    this.#start = new Int32Array(count + 1);
    for (let txn = 0; txn < count; txn++) {
      this.#start[txn] = this.#pairs.size;
      if (outcome[txn] === TYPE_FAIL) continue;
      for (let mop = first[txn] as number; mop < (first[txn + 1] as number); mop++) {
        const version = versionOf[mop] as number;
        if (version < 0) continue;
        const pair = this.#pairs.add(txn, key[mop] as number);
        if (pair === this.#versions.length) this.#versions.push(version);
        else this.#versions.raw[pair] = version;
      }
    }
    this.#start[count] = this.#pairs.size;
  }

  /** The version that the transaction left in the key, or -1. */
  version(txn: number, key: number): number {
    const pair = this.#pairs.find(txn, key);
    return pair < 0 ? -1 : (this.#versions.raw[pair] as number);
  }

  /** Number of keys that the transaction wrote. */
  count(txn: number): number {
    return (this.#start[txn + 1] as number) - (this.#start[txn] as number);
  }

  /** The `nth` of those keys. */
  keyAt(txn: number, nth: number): number {
    return this.#pairs.rightOf((this.#start[txn] as number) + nth);
  }
}

function externalVersions(transactions: Transactions, writes: Writes, budget: Budget): Int32Array {
  const { count, first, kind, key, element, outcome } = transactions;
  const version = new Int32Array(kind.length).fill(NOT_EXTERNAL);
  /** Per version, the transaction that wrote it last so far: a read of what its own writes only later is no such read. */
  const writtenIn = workingInts(writes.index.size).fill(NO_TXN);
  for (let txn = 0; txn < count; txn++) {
    if (outcome[txn] !== TYPE_OK) continue;
    for (let mop = first[txn] as number; mop < (first[txn + 1] as number); mop++) {
      const owner = key[mop] as number;
      if (kind[mop] !== MOP_READ) {
        writtenIn[writes.versionOf[mop] as number] = txn;
        continue;
      }
      const found = element[mop] as number;
      const seen = found === NULL_ELEMENT ? INITIAL : writes.index.observe(owner, found);
      if (seen === INITIAL || writtenIn[seen] !== txn) version[mop] = seen;
    }
    budget.step(6);
  }
  return version;
}

/** Sorts transactions by a number that their micro-operations give, leaving out negative ones and repetitions in a row. */
function gather(transactions: Transactions, numbers: number, numberOf: (txn: number, mop: number) => number): TxnLists {
  const { count, first } = transactions;
  const start = new Int32Array(numbers + 1);
  const each = (visit: (number: number, txn: number) => void): void => {
    for (let txn = 0; txn < count; txn++) {
      for (let mop = first[txn] as number; mop < (first[txn + 1] as number); mop++) {
        const number = numberOf(txn, mop);
        if (number >= 0) visit(number, txn);
      }
    }
  };
  each((number) => {
    start[number + 1] = (start[number + 1] as number) + 1;
  });
  for (let number = 0; number < numbers; number++) {
    start[number + 1] = (start[number + 1] as number) + (start[number] as number);
  }
  const free = start.slice(0, numbers);
  const txns = new Int32Array(start[numbers] as number);
  each((number, txn) => {
    txns[free[number] as number] = txn;
    free[number] = (free[number] as number) + 1;
  });
  return { start, txns };
}

/** The list of one number, without copying. May hold a transaction twice, then in a row. */
export function listOf({ start, txns }: TxnLists, number: number): Int32Array {
  return txns.subarray(start[number], start[number + 1]);
}
