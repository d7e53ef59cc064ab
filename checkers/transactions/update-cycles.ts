import type { Budget } from '../judging/budget.ts';
import { workingBytes, workingShorts } from '../judging/working-memory.ts';
import { CycleFinder } from './cycle-finder.ts';
import { huntCycles, pattern, type Caught } from './cycle-hunt.ts';
import { FORCED, FORCED_BY_REALTIME, RW, WR, WW, type Graph } from './dependency-graph.ts';
import { SingleAntiDependencySweep } from './single-anti-dependency.ts';
import { strongComponents } from './strong-components.ts';
import { MOP_WRITE, type Transactions } from './transactions.ts';

/** Anti-dependencies of transactions that wrote something. Real time takes no part in this, so its kind is free. */
export const UPDATE_RW: number = FORCED_BY_REALTIME;
/** What transactions that wrote something follow each other by. */
export const UPDATES_FOLLOW: number = WW | WR | FORCED | UPDATE_RW;

/** Per transaction, in the numbering of `original`, 1 where it wrote something. O(micro-operations). */
export function updatesAmong({ first, kind }: Transactions, original: Int32Array): Uint8Array {
  return Uint8Array.from(original, (txn) => {
    for (let mop = first[txn] as number; mop < (first[txn + 1] as number); mop++) if (kind[mop] === MOP_WRITE) return 1;
    return 0;
  });
}

/**
 * The graph with its dependencies alone, and the anti-dependencies of all but those who wrote nothing as
 * {@link UPDATE_RW}. O(edges).
 */
export function updateGraph(graph: Graph, updates: Uint8Array, budget: Budget): Graph {
  const { size, real, offset } = graph;
  budget.reserve(graph.kind.length * 2);
  budget.step(graph.kind.length);
  const kind = workingShorts(graph.kind.length);
  for (let vertex = 0; vertex < size; vertex++) {
    const isReader = vertex < real && updates[vertex] === 0;
    for (let edge = offset[vertex] as number; edge < (offset[vertex + 1] as number); edge++) {
      const known = (graph.kind[edge] as number) & (WW | WR | FORCED | RW);
      kind[edge] = known === RW && !isReader ? UPDATE_RW : known;
    }
  }
  return { ...graph, kind };
}

/**
 * Searches the circles that update serializability forbids (Adya 1999, section 4.2, G-update: no update conflict misses):
 * those of transactions of which at most one wrote nothing. Each reader alone is then serializable together with all that
 * wrote, but two readers may disagree about the order of writers that have nothing to do with each other.
 *
 * Existence is exact, O(transactions / 32 * edges) at worst; presumes no circle of dependencies alone (G1c).
 */
export function searchUpdateCycles(graph: Graph, updates: Uint8Array, budget: Budget): Caught {
  const relabelled = updateGraph(graph, updates, budget);
  const all = UPDATES_FOLLOW | RW;
  const follows = strongComponents(relabelled, UPDATES_FOLLOW, budget);
  const parts = strongComponents(relabelled, all, budget);
  const finder = new CycleFinder(relabelled, budget);
  const taken = workingBytes(graph.size);
  const common = {
    finder,
    coreVertex: (vertex: number) => vertex,
    isTaken: (members: Int32Array) => members.some((vertex) => taken[vertex] === 1),
    take: (members: Int32Array) => {
      for (const vertex of members) taken[vertex] = 1;
    },
    isAllowed: () => true,
  };
  const ofUpdates = huntCycles({
    ...common,
    parts: follows,
    plan: (members) => ({
      starts: members.filter((vertex) => vertex < graph.real),
      pattern: pattern(UPDATES_FOLLOW, UPDATES_FOLLOW, UPDATES_FOLLOW),
      sure: true,
    }),
  });
  const sweep = new SingleAntiDependencySweep(relabelled, follows, { first: RW, mask: UPDATES_FOLLOW }, budget);
  const withReader = huntCycles({
    ...common,
    parts,
    plan: (members, part) => ({
      starts: sweep.starts(members, part, parts),
      pattern: pattern(RW, UPDATES_FOLLOW, UPDATES_FOLLOW),
      sure: true,
    }),
  });
  const isFirstShorter = (ofUpdates.steps?.length ?? Infinity) <= (withReader.steps?.length ?? Infinity);
  const shorter = isFirstShorter ? ofUpdates : withReader;
  return {
    parts: ofUpdates.parts + withReader.parts,
    steps: shorter.steps?.map((step) => (step.kind === UPDATE_RW ? { ...step, kind: RW } : step)),
    shortest: shorter.shortest && (shorter.steps?.length === 2 || ofUpdates.parts * withReader.parts === 0),
    settled: true,
  };
}
