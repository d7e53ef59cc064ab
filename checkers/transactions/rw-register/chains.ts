import { TYPE_OK } from '../../../harness/kernel/history.ts';
import type { Transactions } from '../transactions.ts';

/** Transactions of the same process, each chain in its order. */
export interface Chains {
  readonly count: number;
  /** Per transaction: its chain, or -1; and its place there. */
  readonly of: Int32Array;
  readonly place: Int32Array;
  /** Transactions in no chain. What would have to be told through them stays unknown. */
  readonly left: number;
}

/**
 * One chain per process, of those of its transactions that `counts` accepts: at most `most` chains, of the processes with
 * most transactions, because each costs a column of clocks. O(transactions).
 */
export function processChains(
  { count, outcome, process }: Transactions,
  most: number,
  counts: (outcome: number) => boolean = (each) => each === TYPE_OK,
): Chains {
  const lengths = new Map<number, number>();
  for (let txn = 0; txn < count; txn++) {
    if (counts(outcome[txn] as number))
      lengths.set(process[txn] as number, (lengths.get(process[txn] as number) ?? 0) + 1);
  }
  const longest = [...lengths.keys()].sort((left, right) => (lengths.get(right) ?? 0) - (lengths.get(left) ?? 0));
  const chainOf = new Map(longest.slice(0, most).map((owner, chain) => [owner, chain]));
  const of = new Int32Array(count).fill(-1);
  const place = new Int32Array(count).fill(-1);
  const used = new Int32Array(chainOf.size);
  let left = 0;
  for (let txn = 0; txn < count; txn++) {
    if (!counts(outcome[txn] as number)) continue;
    const chain = chainOf.get(process[txn] as number);
    if (chain === undefined) left++;
    else {
      of[txn] = chain;
      place[txn] = used[chain] as number;
      used[chain] = (used[chain] as number) + 1;
    }
  }
  return { count: chainOf.size, of, place, left };
}
