import type { EdgeReason } from './dependencies.ts';
import { PROCESS } from './dependency-graph.ts';
import { nameOf, runnerOf } from './evidence.ts';
import type { Transactions } from './transactions.ts';

/** Why a process or realtime edge is there. */
export function explainOrder(transactions: Transactions, from: number, to: number, kind: number): EdgeReason {
  const [before, after] = [nameOf(transactions, from), nameOf(transactions, to)];
  const text =
    kind === PROCESS
      ? `${runnerOf(transactions, to)} ran ${before} before ${after}`
      : `${before} had completed before ${after} was invoked`;
  return { text, witnesses: [] };
}
