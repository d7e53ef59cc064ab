import type { Budget } from '../../judging/budget.ts';
import { cycleEvidence } from '../cycle-evidence.ts';
import { CycleFinder } from '../cycle-finder.ts';
import { huntCycles, pattern } from '../cycle-hunt.ts';
import { originalSteps, type CyclicCore } from '../cyclic-core.ts';
import type { EdgeReason } from '../dependencies.ts';
import { ALL_KINDS, GraphBuilder, PROCESS, RW, WR, type Graph } from '../dependency-graph.ts';
import { keyName, nameOf, show, type Anomalies } from '../evidence.ts';
import { SingleAntiDependencySweep } from '../single-anti-dependency.ts';
import { strongComponents } from '../strong-components.ts';
import { MOP_WRITE, type Transactions } from '../transactions.ts';
import { readsOf } from './external-reads.ts';
import { placeOf } from './self-agreement.ts';
import type { VersionOrders } from './version-orders.ts';

/** From what a transaction read to what it wrote. */
const WITHIN = PROCESS;
const LEADS: number = WR | WITHIN;

/**
 * Finds `COConflictAO`: a transaction read a list without what another one had appended, though that one leads to it
 * through reads. A list shows whose appends are visible, so that with read-atomic nothing else can break causal consistency
 * (Cerone, Bernardi and Gotsman, CONCUR 2015: visibility is transitive; Biswas and Enea, OOPSLA 2019): the least
 * visibility is that of everybody whose element stands in a list that was read, and of all that is visible to those; appends
 * that nobody read can be in whatever order.
 *
 * Such a circle has one anti-dependency, so only the cyclic part of the dependencies is looked at. O(elements of the keys
 * read there + micro-operations) edges, searched as for G-single.
 */
export function findCausalConflicts(
  transactions: Transactions,
  orders: VersionOrders,
  core: CyclicCore,
  anomalies: Anomalies,
  budget: Budget,
): void {
  budget.doing('looking for reads that contradict causality');
  const { real } = core.graph;
  if (real === 0) return;
  const graph = visibilityGraph(transactions, orders, core, budget);
  const parts = strongComponents(graph, ALL_KINDS, budget);
  const leads = strongComponents(graph, LEADS, budget);
  const sweep = new SingleAntiDependencySweep(graph, leads, { first: RW, mask: LEADS }, budget);
  const caught = huntCycles({
    parts,
    finder: new CycleFinder(graph, budget),
    coreVertex: (vertex) => (vertex < real ? vertex : vertex - real),
    plan: (members, part) => ({
      starts: sweep.starts(members, part, parts),
      pattern: pattern(RW, LEADS, LEADS),
      sure: true,
    }),
    // A step from what a transaction read to what it wrote is none between transactions.
    isAllowed: (steps) => steps.some(({ kind }) => kind === RW),
  });
  if (caught.steps === undefined) return;
  const explain = (from: number, to: number, kind: number): EdgeReason =>
    kind === RW ? explainMissed(transactions, orders, from, to) : explainShown(transactions, orders, from, to);
  const found = { steps: originalSteps(caught.steps, core), shortest: caught.shortest };
  anomalies.set('COConflictAO', caught.parts, cycleEvidence(found, transactions, { graph, explain }, 'append'));
}

/**
 * Who is visible to whom, and who is not. Each transaction of the core is two vertices, so that what it wrote is not
 * mistaken for what it missed or saw: `v` stands for its reads, `v + real` for its writes. Per key two chains over the places
 * of its order: one from each element on to all longer lists, one from each list on to all elements beyond it.
 */
function visibilityGraph(
  transactions: Transactions,
  orders: VersionOrders,
  { original, graph: { real } }: CyclicCore,
  budget: Budget,
): Graph {
  const { first, kind, key } = transactions;
  const { order, orderStart, writes } = orders;
  budget.reserve(transactions.count * 4);
  const vertexOf = new Int32Array(transactions.count).fill(-1);
  const keys = new Set<number>();
  const unread = new Map<number, Set<number>>();
  for (let vertex = 0; vertex < real; vertex++) {
    const txn = original[vertex] as number;
    vertexOf[txn] = vertex;
    for (let mop = first[txn] as number; mop < (first[txn + 1] as number); mop++) {
      budget.step();
      const owner = key[mop] as number;
      keys.add(owner);
      if (kind[mop] !== MOP_WRITE || placeOf(orders, mop) !== Infinity) continue;
      const known = unread.get(owner);
      if (known === undefined) unread.set(owner, new Set([vertex]));
      else known.add(vertex);
    }
  }
  const builder = new GraphBuilder(2 * real, real * 4, budget);
  for (let vertex = 0; vertex < real; vertex++) builder.addEdge(vertex, vertex + real, WITHIN);
  /** Per key, the first vertices of its two chains. */
  const chains = new Map<number, { readonly shown: number; readonly beyond: number }>();
  for (const owner of keys) {
    const start = orderStart[owner] as number;
    const length = (orderStart[owner + 1] as number) - start;
    const chain = (count: number): number => {
      const [head = -1] = Array.from({ length: count }, () => builder.addVertex());
      return head;
    };
    const [shown, beyond] = [chain(length), chain(length + 1)];
    chains.set(owner, { shown, beyond });
    for (let place = 0; place < length; place++) {
      const txn = writes.index.writerOf(order[start + place] as number);
      const vertex = txn < 0 ? -1 : (vertexOf[txn] as number);
      if (vertex >= 0) {
        builder.addEdge(vertex + real, shown + place, WR);
        builder.addEdge(beyond + place, vertex + real, RW);
      }
      if (place > 0) builder.addEdge(shown + place - 1, shown + place, WR);
      builder.addEdge(beyond + place, beyond + place + 1, RW);
    }
    for (const vertex of unread.get(owner) ?? []) builder.addEdge(beyond + length, vertex + real, RW);
  }
  for (let vertex = 0; vertex < real; vertex++) {
    for (const read of readsOf(transactions, orders, original[vertex] as number)) {
      const chain = chains.get(read.key);
      if (chain === undefined) continue;
      if (read.external > 0) builder.addEdge(chain.shown + read.external - 1, vertex, WR);
      builder.addEdge(vertex, chain.beyond + read.length, RW);
    }
  }
  return builder.build();
}

/** Why one transaction is visible to another: its element stands in a list that the other read. */
function explainShown(transactions: Transactions, orders: VersionOrders, from: number, to: number): EdgeReason {
  for (const read of readsOf(transactions, orders, to)) {
    const append = appendsOf(transactions, from, read.key).find((mop) => placeOf(orders, mop) < read.external);
    if (append !== undefined) {
      return {
        key: read.key,
        text: `${told(transactions, to, read)} with ${named(transactions, from, append)}`,
        witnesses: [],
      };
    }
  }
  throw new RangeError(`transaction ${to} read nothing of ${from}`);
}

/** Why it is not: its element does not. */
function explainMissed(transactions: Transactions, orders: VersionOrders, from: number, to: number): EdgeReason {
  for (const read of readsOf(transactions, orders, from)) {
    const append = appendsOf(transactions, to, read.key).find((mop) => placeOf(orders, mop) >= read.length);
    if (append !== undefined) {
      return {
        key: read.key,
        text: `${told(transactions, from, read)} without ${named(transactions, to, append)}`,
        witnesses: [],
      };
    }
  }
  throw new RangeError(`transaction ${from} missed nothing of ${to}`);
}

function appendsOf({ first, kind, key }: Transactions, txn: number, owner: number): number[] {
  const mops: number[] = [];
  for (let mop = first[txn] as number; mop < (first[txn + 1] as number); mop++) {
    if (kind[mop] === MOP_WRITE && key[mop] === owner) mops.push(mop);
  }
  return mops;
}

function told(
  transactions: Transactions,
  txn: number,
  { mop, key }: { readonly mop: number; readonly key: number },
): string {
  return `${nameOf(transactions, txn)} read ${keyName(transactions, key)} = ${show(transactions.lists.of(mop) ?? [])}`;
}

function named(transactions: Transactions, txn: number, append: number): string {
  const { elements, element } = transactions;
  return `${nameOf(transactions, txn)}'s ${show(elements.decode(element[append] as number))}`;
}
