import type { Budget } from '../../judging/budget.ts';
import type { Graph } from '../dependency-graph.ts';
import { cyclicCount, strongComponents } from '../strong-components.ts';
import type { Chains } from './chains.ts';

/** For every vertex and chain, the place of the last transaction of that chain that leads to the vertex, or -1. */
export interface VectorClocks {
  /** Whether transaction `before`, which must be in a chain, leads to `after` or is it. */
  reaches(before: number, after: number): boolean;
  /** The place of the last transaction of `chain` that leads to `txn` or is it, or -1. */
  last(chain: number, txn: number): number;
}

/**
 * Vector clocks along the edges in `mask` (Mattern 1989), or undefined where those form a cycle. Chains must be paths of
 * the graph. O((vertices + edges) * chains) time, O(vertices * chains) memory.
 */
export function vectorClocks(graph: Graph, mask: number, chains: Chains, budget: Budget): VectorClocks | undefined {
  const { size, real, offset, target, kind } = graph;
  const components = strongComponents(graph, mask, budget);
  if (cyclicCount(components) > 0) return undefined;
  const width = chains.count;
  budget.reserve(size * (width + 1) * 4);
  const byRank = new Int32Array(size);
  components.rank.forEach((rank, vertex) => {
    byRank[rank] = vertex;
  });
  const clocks = new Int32Array(size * width).fill(-1);
  for (let rank = size - 1; rank >= 0; rank--) {
    const vertex = byRank[rank] as number;
    const base = vertex * width;
    const chain = vertex < real ? (chains.of[vertex] as number) : -1;
    if (chain >= 0) clocks[base + chain] = chains.place[vertex] as number;
    const allowed = vertex >= real ? -1 : mask;
    for (let edge = offset[vertex] as number; edge < (offset[vertex + 1] as number); edge++) {
      if (((kind[edge] as number) & allowed) === 0) continue;
      const next = (target[edge] as number) * width;
      for (let column = 0; column < width; column++) {
        const place = clocks[base + column] as number;
        if (place > (clocks[next + column] as number)) clocks[next + column] = place;
      }
      budget.step(width);
    }
  }
  const last = (chain: number, txn: number): number => clocks[txn * width + chain] as number;
  return {
    last,
    reaches: (before, after) => last(chains.of[before] as number, after) >= (chains.place[before] as number),
  };
}
