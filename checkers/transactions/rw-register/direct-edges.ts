import { TYPE_OK } from '../../../harness/kernel/history.ts';
import type { Budget } from '../../judging/budget.ts';
import { FORCED, RW, WR, type GraphBuilder } from '../dependency-graph.ts';
import { addOverwriteEdges } from '../exclusive-edges.ts';
import { MOP_WRITE, type Transactions } from '../transactions.ts';
import { NO_TXN } from '../write-index.ts';
import { listOf, type RegisterReads } from './register-reads.ts';

/** Micro-operations from which on a transaction's keys are looked up instead of walked. */
const LONG = 32;

/**
 * Adds the dependencies of registers that hold whatever processes and clocks did:
 *
 * - `wr` from the writer of each value to its readers;
 * - `rw` from those who found the initial state to everybody who wrote the key;
 * - `rw` from the readers of a value to whoever read from its writer and wrote the same key: had that write come first,
 *   writes and reads would go in a circle (G1c). A transaction that reads a key and then writes it is a case of this, so
 *   for histories that only write what they read before, every version's place is known and nothing is left to guess;
 * - `forced` instead of `rw` where the reader wrote the key, too;
 * - `forced` from W to the writer of a value, where somebody read that value and also read from W, who wrote the same key.
 *
 * O(n^1.5) steps and edges in the number n of micro-operations, linear for transactions of bounded length.
 */
export function addDirectEdges(
  transactions: Transactions,
  reads: RegisterReads,
  builder: GraphBuilder,
  budget: Budget,
): void {
  budget.doing('building the dependency graph');
  const { index } = reads.writes;
  const adder = new DirectEdgeAdder(transactions, reads, builder);
  for (let txn = 0; txn < transactions.count; txn++) {
    if (transactions.outcome[txn] === TYPE_OK) adder.addReadsOf(txn);
    budget.step(4);
  }
  adder.addOverwrites();
  for (let key = 0; key < transactions.keys.length; key++) {
    const readers = listOf(reads.initialReadersOf, key);
    const writesKey = (reader: number): boolean => reads.finals.version(reader, key) >= 0;
    addOverwriteEdges(readers, [...listOf(reads.writersOf, key)], writesKey, { anti: RW, forced: FORCED }, builder);
  }
  budget.step(index.size);
}

class DirectEdgeAdder {
  readonly #transactions: Transactions;
  readonly #reads: RegisterReads;
  readonly #builder: GraphBuilder;
  /** Per version, the transactions that must have overwritten it. */
  readonly #overwriters = new Map<number, number[]>();

  constructor(transactions: Transactions, reads: RegisterReads, builder: GraphBuilder) {
    this.#transactions = transactions;
    this.#reads = reads;
    this.#builder = builder;
  }

  addReadsOf(txn: number): void {
    const { first } = this.#transactions;
    const { version, writes } = this.#reads;
    const sources = new Set<number>();
    for (let mop = first[txn] as number; mop < (first[txn + 1] as number); mop++) {
      const found = version[mop] as number;
      const writer = found < 0 ? NO_TXN : writes.index.writerOf(found);
      if (writer === NO_TXN || writer === txn || sources.has(writer)) continue;
      sources.add(writer);
      this.#builder.addEdge(writer, txn, WR);
    }
    const mopsOn = (first[txn + 1] as number) - (first[txn] as number) > LONG ? this.#mopsByKey(txn) : undefined;
    for (const source of sources) this.#compare(txn, source, mopsOn);
  }

  /** Where the transaction read or wrote a key that the source of one of its reads wrote, too, orders follow. */
  #compare(txn: number, source: number, mopsOn: ReadonlyMap<number, readonly number[]> | undefined): void {
    const { first, key } = this.#transactions;
    const { finals } = this.#reads;
    if (mopsOn !== undefined && finals.count(source) < mopsOn.size) {
      for (let nth = 0; nth < finals.count(source); nth++) {
        for (const mop of mopsOn.get(finals.keyAt(source, nth)) ?? []) this.#compareMicroOp(txn, source, mop);
      }
      return;
    }
    for (let mop = first[txn] as number; mop < (first[txn + 1] as number); mop++) {
      if (finals.version(source, key[mop] as number) >= 0) this.#compareMicroOp(txn, source, mop);
    }
  }

  #compareMicroOp(txn: number, source: number, mop: number): void {
    const { key, kind } = this.#transactions;
    const { finals, version, writes } = this.#reads;
    if (kind[mop] === MOP_WRITE) {
      this.#overwrite(finals.version(source, key[mop] as number), txn);
      return;
    }
    const found = version[mop] as number;
    const writer = found < 0 ? NO_TXN : writes.index.writerOf(found);
    if (writer !== NO_TXN && writer !== source && writer !== txn) this.#builder.addEdge(source, writer, FORCED);
  }

  #mopsByKey(txn: number): ReadonlyMap<number, readonly number[]> {
    const { first, key } = this.#transactions;
    const mops = new Map<number, number[]>();
    for (let mop = first[txn] as number; mop < (first[txn + 1] as number); mop++) {
      const known = mops.get(key[mop] as number);
      if (known === undefined) mops.set(key[mop] as number, [mop]);
      else known.push(mop);
    }
    return mops;
  }

  addOverwrites(): void {
    for (const [version, overwriters] of this.#overwriters) {
      const { finals, readersOf, writes } = this.#reads;
      const key = writes.index.keyOf(version);
      const writesKey = (reader: number): boolean => finals.version(reader, key) >= 0;
      addOverwriteEdges(
        listOf(readersOf, version),
        overwriters,
        writesKey,
        { anti: RW, forced: FORCED },
        this.#builder,
      );
    }
  }

  #overwrite(version: number, txn: number): void {
    const known = this.#overwriters.get(version);
    if (known === undefined) this.#overwriters.set(version, [txn]);
    else if (known.at(-1) !== txn) known.push(txn);
  }
}
