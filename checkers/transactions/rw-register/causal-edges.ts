import type { Budget } from '../../judging/budget.ts';
import type { GraphBuilder } from '../dependency-graph.ts';
import { addOverwriteEdges, type OverwriteKinds } from '../exclusive-edges.ts';
import type { Transactions } from '../transactions.ts';
import { NO_TXN } from '../write-index.ts';
import type { Chains } from './chains.ts';
import { ChainedWriters } from './chained-writers.ts';
import { listOf, type RegisterReads } from './register-reads.ts';
import { nearest } from './nearest.ts';
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
  const writers = new ChainedWriters(reads, chains, clocks, transactions.keys.length, budget);
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
      for (const before of writers.lastBefore(key, reader, writer)) builder.addEdge(before, writer, kinds.forced);
    }
    budget.step(readers.length * chains.count * 8);
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
