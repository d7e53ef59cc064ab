import type { Budget } from '../../judging/budget.ts';
import type { GraphBuilder } from '../dependency-graph.ts';
import { addOverwriteEdges, type OverwriteKinds } from '../exclusive-edges.ts';
import type { Transactions } from '../transactions.ts';
import { NO_TXN } from '../write-index.ts';
import type { Chains } from './chains.ts';
import { listOf, type RegisterReads } from './register-reads.ts';
import type { VectorClocks } from './vector-clocks.ts';

/**
 * Adds what follows for the order of writes from an order of transactions that must hold (`clocks`):
 *
 * - a write that comes after the writer of a value overwrote that value: `anti` from the value's readers to it;
 * - a write before a reader of another value must be before that value: `forced` to that value's writer.
 *
 * Only the nearest such writes get an edge, the others follow. O(n * chains * (chains + log n)).
 */
export function addCausalEdges(
  transactions: Transactions,
  reads: RegisterReads,
  { chains, clocks }: { readonly chains: Chains; readonly clocks: VectorClocks },
  kinds: OverwriteKinds,
  builder: GraphBuilder,
  budget: Budget,
): void {
  const { index } = reads.writes;
  const writers = new ChainedWriters(reads, chains, transactions.keys.length, budget);
  for (let version = 0; version < index.size; version++) {
    const readers = listOf(reads.readersOf, version);
    const writer = readers.length === 0 ? NO_TXN : index.writerOf(version);
    if (writer === NO_TXN) continue;
    const key = index.keyOf(version);
    if ((chains.of[writer] as number) >= 0) {
      const next = nearest(
        writers.each(key, (list) => firstAfter(list, writer, clocks)),
        (one, other) => clocks.reaches(one, other),
      );
      const writesKey = (reader: number): boolean => reads.finals.version(reader, key) >= 0;
      addOverwriteEdges(readers, next, writesKey, kinds, builder);
    }
    for (const reader of new Set(readers)) {
      const before = writers.each(key, (list, chain) => lastBefore(list, chain, reader, chains, clocks));
      const unordered = before.filter((each) => each !== writer && !clocks.reaches(each, writer));
      for (const each of nearest(unordered, (one, other) => clocks.reaches(other, one))) {
        builder.addEdge(each, writer, kinds.forced);
      }
    }
    budget.step(readers.length * chains.count * 8);
  }
}

/** The transactions of each chain that wrote a key, in the chain's order. */
class ChainedWriters {
  readonly #chains: number;
  readonly #start: Int32Array;
  readonly #txns: Int32Array;

  constructor(reads: RegisterReads, chains: Chains, keys: number, budget: Budget) {
    this.#chains = chains.count;
    budget.reserve((keys * chains.count + reads.writersOf.txns.length) * 8);
    this.#start = new Int32Array(keys * chains.count + 1);
    const free = new Int32Array(keys * chains.count);
    const each = (visit: (bucket: number, txn: number) => void): void => {
      for (let key = 0; key < keys; key++) {
        for (const txn of listOf(reads.writersOf, key)) {
          const chain = chains.of[txn] as number;
          if (chain >= 0) visit(key * chains.count + chain, txn);
        }
      }
    };
    each((bucket) => {
      this.#start[bucket + 1] = (this.#start[bucket + 1] as number) + 1;
    });
    for (let bucket = 0; bucket < free.length; bucket++) {
      free[bucket] = this.#start[bucket] as number;
      this.#start[bucket + 1] = (this.#start[bucket + 1] as number) + (this.#start[bucket] as number);
    }
    this.#txns = new Int32Array(this.#start[free.length] as number);
    each((bucket, txn) => {
      this.#txns[free[bucket] as number] = txn;
      free[bucket] = (free[bucket] as number) + 1;
    });
  }

  /** What `pick` finds in the list of each chain, where it finds something. */
  each(key: number, pick: (list: Int32Array, chain: number) => number | undefined): number[] {
    const picked: number[] = [];
    for (let chain = 0; chain < this.#chains; chain++) {
      const bucket = key * this.#chains + chain;
      const [start, end] = [this.#start[bucket] as number, this.#start[bucket + 1] as number];
      const found = start === end ? undefined : pick(this.#txns.subarray(start, end), chain);
      if (found !== undefined) picked.push(found);
    }
    return picked;
  }
}

/** The first of the list, other than `txn`, that `txn` leads to: those it leads to are the end of the list. */
function firstAfter(list: Int32Array, txn: number, clocks: VectorClocks): number | undefined {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const candidate = list[middle] as number;
    if (candidate !== txn && clocks.reaches(txn, candidate)) high = middle;
    else low = middle + 1;
  }
  return list[low];
}

/** The last of a chain's list, other than `txn`, that leads to `txn`: those that do are the beginning of the list. */
function lastBefore(
  list: Int32Array,
  chain: number,
  txn: number,
  chains: Chains,
  clocks: VectorClocks,
): number | undefined {
  const until = clocks.last(chain, txn);
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const candidate = list[middle] as number;
    if (candidate !== txn && (chains.place[candidate] as number) <= until) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? undefined : list[low - 1];
}

/** Those that no other one makes redundant. */
function nearest(all: readonly number[], covers: (one: number, other: number) => boolean): number[] {
  return all.filter((each) => !all.some((other) => other !== each && covers(other, each)));
}
