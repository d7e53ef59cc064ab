import type { Budget } from '../../judging/budget.ts';
import { NO_TXN } from '../write-index.ts';
import type { Chains } from './chains.ts';
import { nearest } from './nearest.ts';
import { listOf, type RegisterReads } from './register-reads.ts';
import type { VectorClocks } from './vector-clocks.ts';

/** The transactions of each chain that wrote a key, in the chain's order. */
export class ChainedWriters {
  readonly #chains: Chains;
  readonly #clocks: VectorClocks;
  readonly #start: Int32Array;
  readonly #txns: Int32Array;

  constructor(reads: RegisterReads, chains: Chains, clocks: VectorClocks, keys: number, budget: Budget) {
    this.#chains = chains;
    this.#clocks = clocks;
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
    for (let chain = 0; chain < this.#chains.count; chain++) {
      const bucket = key * this.#chains.count + chain;
      const [start, end] = [this.#start[bucket] as number, this.#start[bucket + 1] as number];
      const found = start === end ? undefined : pick(this.#txns.subarray(start, end), chain);
      if (found !== undefined) picked.push(found);
    }
    return picked;
  }

  /**
   * Who wrote the key before `reader`, where that tells something about the order against `source`, whose value it read
   * (NO_TXN for the initial state): the last of each chain, but those that lead to `source` or to another one of them.
   */
  lastBefore(key: number, reader: number, source: number): number[] {
    const before = this.each(key, (list, chain) => lastBefore(list, chain, reader, this.#chains, this.#clocks));
    const unordered = before.filter(
      (each) => each !== source && (source === NO_TXN || !this.#clocks.reaches(each, source)),
    );
    return nearest(unordered, (one, other) => this.#clocks.reaches(other, one));
  }
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
