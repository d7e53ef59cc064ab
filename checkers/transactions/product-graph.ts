import type { Budget } from '../judging/budget.ts';
import { workingInts, workingShorts } from '../judging/working-memory.ts';
import type { Graph } from './dependency-graph.ts';

/** Kinds of edges that are only taken after certain others, as masks. */
export interface GuardedKinds {
  /** The guarded ones. */
  readonly anti: number;
  /** Those that a guarded one may follow on. */
  readonly opening: number;
}

/**
 * The graph whose cycles are those cycles of `graph` in which each `anti` edge follows on an `opening` one. Where all but
 * anti-dependencies open, those are the cycles without two anti-dependencies in a row, which snapshot isolation forbids
 * (Cerone and Gotsman, JACM 2018: ((SO ∪ WR ∪ WW) ; RW?) has no cycle); where only reads do, what prefix consistency
 * forbids (Cerone, Gotsman and Yang, CONCUR 2017: ((SO ∪ WR) ; RW? ∪ WW) has none).
 *
 * Each vertex `v` becomes two: `v`, reached by an opening edge, and `v + real`, reached by another one. Auxiliary vertices
 * keep the state they were entered in. Only edges in `mask` are taken. Vertices are laid out as: real ones in both states,
 * then auxiliary ones in both.
 */
export function productGraph(graph: Graph, mask: number, { anti, opening }: GuardedKinds, budget: Budget): Graph {
  const { size, real, offset, target, kind } = graph;
  budget.reserve(size * 16 + target.length * 12);
  const auxiliary = size - real;
  const plain = (vertex: number): number => (vertex < real ? vertex : vertex + real);
  const shut = (vertex: number): number => (vertex < real ? vertex + real : vertex + real + auxiliary);
  const productOffset = workingInts(2 * size + 1);
  const productTarget = workingInts(2 * target.length);
  const productKind = workingShorts(2 * target.length);
  let slot = 0;
  const leave = (vertex: number, state: number, isShut: boolean): void => {
    productOffset[state] = slot;
    for (let edge = offset[vertex] as number; edge < (offset[vertex + 1] as number); edge++) {
      const edgeKind = kind[edge] as number;
      const next = target[edge] as number;
      if ((edgeKind & mask) === 0) continue;
      if ((edgeKind & anti) !== 0 && isShut && vertex < real) continue;
      productTarget[slot] = (edgeKind & opening) !== 0 ? plain(next) : shut(next);
      productKind[slot++] = edgeKind;
    }
  };
  for (let vertex = 0; vertex < real; vertex++) leave(vertex, vertex, false);
  for (let vertex = 0; vertex < real; vertex++) leave(vertex, vertex + real, true);
  for (let vertex = real; vertex < size; vertex++) leave(vertex, vertex + real, false);
  for (let vertex = real; vertex < size; vertex++) leave(vertex, vertex + real + auxiliary, true);
  productOffset[2 * size] = slot;
  return {
    size: 2 * size,
    real: 2 * real,
    offset: productOffset,
    target: productTarget.subarray(0, slot),
    kind: productKind.subarray(0, slot),
  };
}

/** The vertex of `graph` behind one of its product graph. */
export function vertexBehind({ size, real }: Graph, vertex: number): number {
  if (vertex < 2 * real) return vertex < real ? vertex : vertex - real;
  return vertex - real < size ? vertex - real : vertex - size;
}
