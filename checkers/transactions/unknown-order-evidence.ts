import { cycleEvidence } from './cycle-evidence.ts';
import type { Dependencies, EdgeReason } from './dependencies.ts';
import { WW, type Graph } from './dependency-graph.ts';
import { nameOf, type Evidence } from './evidence.ts';
import type { Dialect, Transactions } from './transactions.ts';
import type { InEveryOrder } from './unknown-orders.ts';

/** Circles told in a message, and told in `detail` besides the first. */
const TOLD = 2;
const DETAILED = 6;
const EVIDENCE_TXNS = 50;

/**
 * An anomaly that shows in every order of some writes: a circle for each order. `detail` is that of the first circle, with
 * those of others as `otherOrders`.
 */
export function unknownOrderEvidence(
  { cycles, writes }: InEveryOrder,
  transactions: Transactions,
  dependencies: Dependencies,
  dialect: Dialect,
): Evidence {
  const assumed = (from: number, to: number): EdgeReason | undefined => {
    if (isKnown(dependencies.graph, from, to)) return undefined;
    const shared = writes.find(({ writers }) => writers.includes(from) && writers.includes(to));
    if (shared === undefined) return undefined;
    const key = String(transactions.keys[shared.key]);
    const text = `say ${nameOf(transactions, to)} wrote ${key} after ${nameOf(transactions, from)}`;
    return { key: shared.key, text, witnesses: [] };
  };
  const explained: Dependencies = {
    ...dependencies,
    explain: (from, to, kind) => (kind === WW ? assumed(from, to) : undefined) ?? dependencies.explain(from, to, kind),
  };
  const distinct = new Map(cycles.map((each) => [JSON.stringify(each.steps), each]));
  const circles = [...distinct.values()].map((each) => cycleEvidence(each, transactions, explained, dialect));
  const told = circles.slice(0, TOLD).map(({ message }) => message);
  const more = circles.length > TOLD ? `; and so on in ${circles.length - TOLD} more ways` : '';
  const appended = writes.map(
    ({ key, writers }) =>
      `${writers.map((writer) => nameOf(transactions, writer)).join(', ')} to ${String(transactions.keys[key])}`,
  );
  const detail = circles.map((each) => each.detail ?? null);
  return {
    txns: [...new Set(circles.flatMap(({ txns }) => txns))].slice(0, EVIDENCE_TXNS),
    message: `nobody read in which order these wrote: ${appended.join('; ')}. Whichever came first, there is a circle: ${told.join('. Or: ')}${more}`,
    detail: { ...(detail[0] as object), otherOrders: detail.slice(1, DETAILED) },
  };
}

/** Whether reads tell that the one wrote some key before the other. */
function isKnown({ offset, target, kind }: Graph, from: number, to: number): boolean {
  for (let edge = offset[from] as number; edge < (offset[from + 1] as number); edge++) {
    if (target[edge] === to && kind[edge] === WW) return true;
  }
  return false;
}
