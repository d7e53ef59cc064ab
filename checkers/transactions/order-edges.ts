import { NO_PAIR, TYPE_FAIL, TYPE_OK } from '../../harness/kernel/history.ts';
import { workingInts } from '../judging/working-memory.ts';
import { PROCESS, REALTIME, type GraphBuilder } from './dependency-graph.ts';
import type { Transactions } from './transactions.ts';

/**
 * Adds an edge from each transaction of a process to the next one of the same process, of those that `counts` accepts. One
 * in doubt comes after those before it, wherever it happened, and precedes nobody unless it counts.
 */
export function addProcessEdges(
  transactions: Pick<Transactions, 'count' | 'outcome' | 'process'>,
  builder: GraphBuilder,
  counts: (outcome: number) => boolean = (each) => each === TYPE_OK,
): void {
  const { count, outcome, process } = transactions;
  const previous = new Map<number, number>();
  for (let txn = 0; txn < count; txn++) {
    if (outcome[txn] === TYPE_FAIL) continue;
    const owner = process[txn] as number;
    const before = previous.get(owner);
    if (before !== undefined) builder.addEdge(before, txn, PROCESS);
    if (counts(outcome[txn] as number)) previous.set(owner, txn);
  }
}

/**
 * Adds the order of real time: whatever completed `ok` before another transaction's invocation precedes it. Indeterminate
 * transactions may have happened at any later time, so they are preceded but precede nobody.
 *
 * A chain of auxiliary vertices carries the order: completions lead into the chain, invocations out of it. That is O(n)
 * edges with exactly the reachability of the O(n²) pairs. Each link stands between a run of completions and the next
 * invocation, so `entries` are walked in order of the history.
 */
export function addRealtimeEdges(
  transactions: Pick<Transactions, 'count' | 'invoke' | 'complete' | 'outcome'>,
  entries: number,
  builder: GraphBuilder,
): void {
  const { count, invoke, complete, outcome } = transactions;
  const completing = workingInts(entries).fill(-1);
  for (let txn = 0; txn < count; txn++) {
    const completion = complete[txn] as number;
    if (completion !== NO_PAIR && outcome[txn] === TYPE_OK) completing[completion] = txn;
  }
  /** The link that completions lead into, and the last one before it, from which invocations follow. */
  let open = -1;
  let closed = -1;
  let nextTxn = 0;
  for (let entry = 0; entry < entries; entry++) {
    const completed = completing[entry] as number;
    if (completed >= 0) {
      if (open < 0) open = builder.addVertex();
      builder.addEdge(completed, open, REALTIME);
    } else if (nextTxn < count && invoke[nextTxn] === entry) {
      if (open >= 0) {
        if (closed >= 0) builder.addEdge(closed, open, REALTIME);
        closed = open;
        open = -1;
      }
      if (closed >= 0 && outcome[nextTxn] !== TYPE_FAIL) builder.addEdge(closed, nextTxn, REALTIME);
      nextTxn++;
    }
  }
}
