import type { Budget } from '../judging/budget.ts';
import { workingInts, workingShorts } from '../judging/working-memory.ts';
import type { Step } from './cycle-finder.ts';
import { ANTI, WR, WW, type Graph } from './dependency-graph.ts';
import { cyclicCount, type Components } from './strong-components.ts';

/** The part of a graph in which cycles can lie, with its vertices renumbered: transactions first, in their order. */
export interface CyclicCore {
  readonly graph: Graph;
  /** The vertex of the whole graph behind each vertex of the core. */
  readonly original: Int32Array;
}

/**
 * Keeps the vertices of cyclic components, and the edges inside them but for anti-dependencies beside a `ww` or `wr` edge
 * between the same two: whatever cycle such a one closes, the other closes, too, and more gravely. O(vertices + edges).
 */
export function cyclicCore(graph: Graph, components: Components, budget: Budget): CyclicCore {
  const { of, members } = components;
  budget.reserve(cyclicCount(components) === 0 ? 0 : graph.size * 4);
  const original = members.slice().sort();
  const renumbered = workingInts(graph.size).fill(-1);
  let real = 0;
  original.forEach((vertex, index) => {
    renumbered[vertex] = index;
    if (vertex < graph.real) real++;
  });
  const offset = workingInts(original.length + 1);
  const dependsOn = workingInts(graph.size).fill(-1);
  const inside = (vertex: number, visit: (edge: number, to: number) => void): void => {
    const [start, end] = [graph.offset[vertex] as number, graph.offset[vertex + 1] as number];
    for (let edge = start; edge < end; edge++) {
      if (((graph.kind[edge] as number) & (WW | WR)) !== 0) dependsOn[graph.target[edge] as number] = vertex;
    }
    for (let edge = start; edge < end; edge++) {
      const to = graph.target[edge] as number;
      if (of[to] !== of[vertex] || (((graph.kind[edge] as number) & ANTI) !== 0 && dependsOn[to] === vertex)) continue;
      visit(edge, renumbered[to] as number);
    }
  };
  let edges = 0;
  original.forEach((vertex, index) => {
    offset[index] = edges;
    inside(vertex, () => edges++);
  });
  offset[original.length] = edges;
  budget.reserve(edges * 6);
  const target = workingInts(edges);
  const kind = workingShorts(edges);
  let slot = 0;
  for (const vertex of original) {
    inside(vertex, (edge, to) => {
      target[slot] = to;
      kind[slot++] = graph.kind[edge] as number;
    });
  }
  return { graph: { size: original.length, real, offset, target, kind }, original };
}

/** Steps over vertices of the core as steps over those of the whole graph. */
export function originalSteps(steps: readonly Step[], { original }: Pick<CyclicCore, 'original'>): readonly Step[] {
  return steps.map(({ from, to, kind }) => ({ from: original[from] as number, to: original[to] as number, kind }));
}
