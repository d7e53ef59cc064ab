import type { Graph } from './dependency-graph.ts';

/** A shortest path of transactions along edges in `mask`, both ends included, or undefined. O(vertices + edges). */
export function shortestPath(graph: Graph, from: number, to: number, mask: number): readonly number[] | undefined {
  const { real, offset, target, kind } = graph;
  const parent = new Map<number, number>([[from, from]]);
  let level = [from];
  while (level.length > 0) {
    const next: number[] = [];
    for (const start of level) {
      const pending = [start];
      for (let vertex = pending.pop(); vertex !== undefined; vertex = pending.pop()) {
        const allowed = vertex >= real ? -1 : mask;
        for (let edge = offset[vertex] as number; edge < (offset[vertex + 1] as number); edge++) {
          const reached = target[edge] as number;
          if (((kind[edge] as number) & allowed) === 0 || parent.has(reached)) continue;
          parent.set(reached, vertex);
          if (reached === to) return traced(parent, from, to, real);
          (reached < real ? next : pending).push(reached);
        }
      }
    }
    level = next;
  }
  return undefined;
}

function traced(parent: ReadonlyMap<number, number>, from: number, to: number, real: number): readonly number[] {
  const path = [to];
  for (let vertex = to; vertex !== from;) {
    vertex = parent.get(vertex) ?? from;
    if (vertex < real) path.push(vertex);
  }
  return path.reverse();
}
