import { cycleEvidence } from '../cycle-evidence.ts';
import type { Dependencies, EdgeReason } from '../dependencies.ts';
import { WW } from '../dependency-graph.ts';
import { keyName, nameOf, type Evidence } from '../evidence.ts';
import type { Dialect, Transactions } from '../transactions.ts';
import type { AssumedEdge, ChosenCircle } from './order-refutation.ts';

/** Circles told in a message, and told in `detail` besides the first. */
const TOLD = 2;
const DETAILED = 6;
/** Writers of a key that a message names. */
const NAMED = 8;
const EVIDENCE_TXNS = 50;

/** What evidence is put together from. */
export interface EvidenceSource {
  readonly transactions: Transactions;
  readonly dependencies: Dependencies;
  readonly dialect: Dialect;
}

/**
 * An anomaly that shows in every order of some writes: a circle for each choice. `detail` is that of the first circle, with
 * those of others as `otherOrders`.
 */
export function orderEvidence(circles: readonly ChosenCircle[], source: EvidenceSource): Evidence {
  const { transactions, dependencies, dialect } = source;
  const distinct = new Map(circles.map((each) => [JSON.stringify(each.cycles.steps), each]));
  const shown = [...distinct.values()].map(({ cycles, assumed }) => {
    // Told as it was found: what is assumed of the order of writes stands in its edges.
    const explained: Dependencies = {
      graph: dependencies.graph,
      explain: (from, to, kind) => {
        const edge = assumed(from, to, kind);
        return edge === undefined ? dependencies.explain(from, to, kind) : assumption(edge, transactions);
      },
    };
    return cycleEvidence(cycles, transactions, explained, dialect);
  });
  const told = shown.slice(0, TOLD).map(({ message }) => message);
  const more = shown.length > TOLD ? `; and so on in ${shown.length - TOLD} more ways` : '';
  const detail = shown.map((each) => each.detail ?? null);
  return {
    txns: [...new Set(shown.flatMap(({ txns }) => txns))].slice(0, EVIDENCE_TXNS),
    message: `nobody read in which order these wrote: ${writesChosenBetween([...distinct.values()], transactions)}; whichever came first, there is a circle: ${told.join('; or: ')}${more}`,
    detail: { ...(detail[0] as object), otherOrders: detail.slice(1, DETAILED) },
  };
}

/** The same, where circles for every choice are too many to find: who takes part. */
export function searchEvidence(among: readonly number[], transactions: Transactions): Evidence {
  const named = among.slice(0, EVIDENCE_TXNS);
  return {
    txns: named,
    message: `nobody read in which order these ${among.length} transactions wrote, and every order of their writes closes a circle: ${named.map((txn) => nameOf(transactions, txn)).join(', ')}`,
  };
}

function assumption({ from, to, kind, key, before, after }: AssumedEdge, transactions: Transactions): EdgeReason {
  const [first, second] = [nameOf(transactions, before), nameOf(transactions, after)];
  const name = keyName(transactions, key);
  if (kind === WW) return { key, text: `say ${second} wrote ${name} after ${first}`, witnesses: [] };
  const text = `${nameOf(transactions, from)} read the ${name} of ${first}, and say ${second} wrote ${name} after that`;
  return { key, text, witnesses: [before, to] };
}

function writesChosenBetween(circles: readonly ChosenCircle[], transactions: Transactions): string {
  const writers = new Map<number, Set<number>>();
  for (const { cycles, assumed } of circles) {
    for (const { from, to, kind } of cycles.steps) {
      const edge = assumed(from, to, kind);
      if (edge !== undefined)
        writers.set(edge.key, (writers.get(edge.key) ?? new Set()).add(edge.before).add(edge.after));
    }
  }
  const named = [...writers].map(([key, all]) => {
    const names = [...all].sort((one, other) => one - other).map((txn) => nameOf(transactions, txn));
    const rest = names.length > NAMED ? ` and ${names.length - NAMED} more` : '';
    return `${names.slice(0, NAMED).join(', ')}${rest} to ${keyName(transactions, key)}`;
  });
  return named.join('; ');
}
