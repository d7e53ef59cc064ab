import { NO_PAIR, TYPE_OK } from '../../../harness/kernel/history.ts';
import type { Budget } from '../../judging/budget.ts';
import type { CyclicCore } from '../cyclic-core.ts';
import type { Anomalies } from '../evidence.ts';
import { ruledOutBy, type Level } from '../levels.ts';
import type { Transactions } from '../transactions.ts';
import { updatesAmong } from '../update-cycles.ts';
import { breaks, conditionOf, CONDITIONS, includes, type Condition } from './conditions.ts';
import { partsWithOpenWrites } from './cyclic-parts.ts';
import { orderEvidence, searchEvidence, type EvidenceSource } from './order-evidence.ts';
import { refuteOrders } from './order-refutation.ts';
import type { OpenWrites } from './open-writes.ts';
import { settleCondition, type OrderProblem, type Settlement } from './settle-condition.ts';

/** What is known about a condition: whether some order of all writes meets it. Why not, where that was not settled. */
export type Standing = 'met' | 'broken' | { readonly open: string };

export type Standings = Map<Condition, Standing>;

/** Where to look: a problem, and its vertices in the whole graph. */
interface Place extends OrderProblem {
  readonly original: (vertex: number) => number;
}

/**
 * Settles all conditions that the anomalies so far do not show to be broken. The strongest first, also where no level asks
 * for it any more: one that is met settles those it implies, and the more order it keeps the less is left to try. What turns
 * out to be broken is added to the anomalies, the weakest condition first, where it rules out more. `standings` takes
 * what is known as soon as it is, so that nothing is lost when the budget ends it.
 */
export function settleConditions(
  core: CyclicCore,
  source: EvidenceSource,
  anomalies: Anomalies,
  standings: Standings,
  budget: Budget,
  mostWork?: number,
): void {
  const found = anomalies.names();
  for (const condition of CONDITIONS) {
    if (found.some((anomaly) => breaks(anomaly, condition))) standings.set(condition, 'broken');
  }
  const ruledOutBefore = ruledOutBy(found);
  for (const condition of CONDITIONS) if (isMoot(condition, ruledOutBefore)) standings.set(condition, 'broken');
  const place = placeOf(core, source, budget);
  const searched = new Map<Condition, readonly number[]>();
  for (const condition of CONDITIONS) {
    if (standings.has(condition)) continue;
    const settled = place === undefined ? MET : settle(place, condition, budget, mostWork);
    standings.set(condition, standingOf(settled, condition, source.dependencies.open));
    if (settled.outcome === 'met') {
      for (const weaker of CONDITIONS) if (includes(condition, weaker)) standings.set(weaker, 'met');
    }
    if (settled.outcome !== 'broken') continue;
    for (const other of CONDITIONS) {
      if (!includes(other, condition)) continue;
      if (other === condition || standings.get(other) !== 'broken') searched.set(other, settled.transactions);
      standings.set(other, 'broken');
    }
  }
  const ruledOut = new Set(ruledOutBefore);
  for (const condition of CONDITIONS.toReversed()) {
    const among = searched.get(condition);
    const rulesOut = ruledOutBy([condition.anomaly]);
    if (among === undefined || rulesOut.every((level) => ruledOut.has(level))) continue;
    addBroken(condition, among, source, anomalies, budget);
    for (const level of rulesOut) ruledOut.add(level);
  }
}

/** Whether no level asks for it any more, and it was not even looked whether known circles break it. */
function isMoot({ demand, anomaly }: Condition, ruledOut: readonly Level[]): boolean {
  return (
    (demand === 'update' || demand === 'prefix') && ruledOutBy([anomaly]).every((level) => ruledOut.includes(level))
  );
}

const MET: Settlement = { outcome: 'met', commits: new Int32Array(0) };

function settle(place: Place, condition: Condition, budget: Budget, mostWork: number | undefined): Settlement {
  // Where nobody read them, transactions that are serial or read prefixes may commit in any order that keeps the rest.
  const isFree = condition.demand === 'serial' || condition.demand === 'prefix';
  if (isFree && place.writes.reader.length === 0) return MET;
  budget.doing(`trying orders of writes against ${condition.anomaly}`);
  const settled = settleCondition(place, condition, budget, mostWork);
  if (settled.outcome !== 'broken') return settled;
  return { outcome: 'broken', transactions: settled.transactions.map((vertex) => place.original(vertex)) };
}

/** Undefined where no order of writes matters. Writes that nobody read matter only to each other, where they lie on circles. */
function placeOf(core: CyclicCore, { transactions, dependencies }: EvidenceSource, budget: Budget): Place | undefined {
  const { graph, open } = dependencies;
  if (open === undefined || open.keys.length === 0) return undefined;
  if (open.reader.length > 0) {
    const all = Int32Array.from({ length: graph.real }, (_, txn) => txn);
    return {
      graph,
      writes: open,
      completed: completions(transactions, (txn) => txn, graph.real),
      updates: updatesAmong(transactions, all),
      original: (txn) => txn,
    };
  }
  const parts = partsWithOpenWrites(core, open, budget);
  if (parts === undefined) return undefined;
  const original = (vertex: number): number => parts.original[vertex] as number;
  const { real } = parts.graph;
  return {
    ...parts,
    completed: completions(transactions, original, real),
    updates: updatesAmong(transactions, parts.original.subarray(0, real)),
    original,
  };
}

function completions(
  { complete, outcome }: Transactions,
  original: (vertex: number) => number,
  count: number,
): Float64Array {
  return Float64Array.from({ length: count }, (_, vertex) => {
    const txn = original(vertex);
    return outcome[txn] === TYPE_OK && complete[txn] !== NO_PAIR ? (complete[txn] as number) : Infinity;
  });
}

function standingOf(settled: Settlement, { anomaly }: Condition, open: OpenWrites | undefined): Standing {
  if (settled.outcome !== 'open') return settled.outcome;
  const [writes, keys] = [open?.writer.length ?? 0, open?.keys.length ?? 0];
  return {
    open:
      `nobody read in which order ${writes} writes to ${keys} keys happened, and whether some order of them shows no ${anomaly} ` +
      `was not settled: ${settled.choices} choices between two orders were open and contradicted each other ` +
      `${settled.conflicts} times before the bound of work was reached`,
  };
}

function addBroken(
  condition: Condition,
  among: readonly number[],
  source: EvidenceSource,
  anomalies: Anomalies,
  budget: Budget,
): void {
  const { graph, open: writes } = source.dependencies;
  const all = Int32Array.from({ length: graph.real }, (_, txn) => txn);
  const updates = updatesAmong(source.transactions, all);
  const circles = writes === undefined ? undefined : refuteOrders({ graph, writes, updates }, among, condition, budget);
  const evidence = circles === undefined ? searchEvidence(among, source.transactions) : orderEvidence(circles, source);
  anomalies.set(condition.anomaly, 1, evidence);
}

/** Why it is not known whether some order of all writes gives a level what it asks for: '' where the search was not ended. */
export function whyOpen(level: Level, standings: Standings): string | undefined {
  const condition = conditionOf(level);
  const standing = condition === undefined ? 'met' : standings.get(condition);
  if (standing === 'met') return undefined;
  return typeof standing === 'object' ? standing.open : '';
}
