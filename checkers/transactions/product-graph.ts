import type { Budget } from '../judging/budget.ts';
import { workingInts, workingShorts } from '../judging/working-memory.ts';
import { ANTI, type Graph } from './dependency-graph.ts';

/**
 * The graph whose cycles are the cycles of `graph` without two anti-dependencies in a row: what snapshot isolation
 * forbids (Cerone and Gotsman, JACM 2018: ((SO ∪ WR ∪ WW) ; RW?) has no cycle).
 *
 * Each vertex `v` becomes two: reached by anything else, `v`, and reached by an anti-dependency, `v + real`, which may
 * not be left by another one. Auxiliary vertices keep the state they were entered in. Only edges in `mask` are taken.
 * Vertices are laid out as: real ones in both states, then auxiliary ones in both.
 */
export function productGraph(graph: Graph, mask: number, budget: Budget): Graph {
  const { size, real, offset, target, kind } = graph;
  budget.reserve(size * 16 + target.length * 12);
  const auxiliary = size - real;
  const plain = (vertex: number): number => (vertex < real ? vertex : vertex + real);
  const overwritten = (vertex: number): number => (vertex < real ? vertex + real : vertex + real + auxiliary);
  const productOffset = workingInts(2 * size + 1);
  const productTarget = workingInts(2 * target.length);
  const productKind = workingShorts(2 * target.length);
  let slot = 0;
  const leave = (vertex: number, state: number, wasOverwritten: boolean): void => {
    productOffset[state] = slot;
    for (let edge = offset[vertex] as number; edge < (offset[vertex + 1] as number); edge++) {
      const edgeKind = kind[edge] as number;
      const next = target[edge] as number;
      if ((edgeKind & mask) === 0) continue;
      if ((edgeKind & ANTI) !== 0) {
        if (wasOverwritten && vertex < real) continue;
        productTarget[slot] = overwritten(next);
      } else productTarget[slot] = plain(next);
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
