import type { Budget } from '../judging/budget.ts';
import type { CyclicCore } from './cyclic-core.ts';
import { RW, type Graph } from './dependency-graph.ts';

/** Pairs of transactions that show write skew. */
export interface WriteSkews {
  readonly count: number;
  /** One of the pairs, as vertices of the whole graph. */
  readonly first: readonly [one: number, other: number];
}

/**
 * Pairs of transactions that each read what the other overwrote next, and depend on each other in no other way: the
 * G2-item that snapshot isolation lets through (Berenson et al., SIGMOD 1995, A5B). Undefined where there are none. The
 * core holds no anti-dependency beside a graver edge between the same two, so whoever has them both ways has nothing else.
 *
 * O(e log e) in the anti-dependencies of the core.
 */
export function findWriteSkews({ graph, original }: CyclicCore, budget: Budget): WriteSkews | undefined {
  const pairs = antiDependentPairs(graph, budget);
  let count = 0;
  let first: WriteSkews['first'] | undefined;
  for (let index = 1; index < pairs.length; index++) {
    const pair = Math.floor((pairs[index] as number) / 2);
    // The same two with the other direction stand side by side; the same direction may stand there twice.
    if (pairs[index] === pairs[index - 1] || pair !== Math.floor((pairs[index - 1] as number) / 2)) continue;
    count++;
    first ??= [original[Math.floor(pair / graph.size)] as number, original[pair % graph.size] as number];
  }
  return first === undefined ? undefined : { count, first };
}

/** Anti-dependencies between transactions as sorted numbers: (smaller vertex * size + larger vertex) * 2 + direction. */
function antiDependentPairs(graph: Graph, budget: Budget): Float64Array {
  const { real, size, offset, target, kind } = graph;
  const isWanted = (from: number, edge: number): boolean =>
    ((kind[edge] as number) & RW) !== 0 && (target[edge] as number) < real && target[edge] !== from;
  let wanted = 0;
  for (let from = 0; from < real; from++) {
    budget.step(degree(graph, from));
    for (let edge = offset[from] as number; edge < (offset[from + 1] as number); edge++) {
      if (isWanted(from, edge)) wanted++;
    }
  }
  budget.reserve(wanted * 8);
  const pairs = new Float64Array(wanted);
  let next = 0;
  for (let from = 0; from < real; from++) {
    for (let edge = offset[from] as number; edge < (offset[from + 1] as number); edge++) {
      if (!isWanted(from, edge)) continue;
      const to = target[edge] as number;
      pairs[next++] = (Math.min(from, to) * size + Math.max(from, to)) * 2 + (from < to ? 0 : 1);
    }
  }
  return pairs.sort();
}

function degree({ offset }: Graph, vertex: number): number {
  return (offset[vertex + 1] as number) - (offset[vertex] as number);
}
