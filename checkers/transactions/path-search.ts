import type { Step } from './cycle-finder.ts';
import type { Graph } from './dependency-graph.ts';

/** A shortest path along edges in `mask`, as steps between transactions, or undefined. O(vertices + edges). */
export function shortestPath(graph: Graph, from: number, to: number, mask: number): readonly Step[] | undefined {
  const { real, offset, target, kind } = graph;
  const arrival = new Map<number, Arrival>([[from, { parent: from, kind: 0 }]]);
  let level = [from];
  while (level.length > 0) {
    const next: number[] = [];
    for (const start of level) {
      const pending = [start];
      for (let vertex = pending.pop(); vertex !== undefined; vertex = pending.pop()) {
        const allowed = vertex >= real ? -1 : mask;
        for (let edge = offset[vertex] as number; edge < (offset[vertex + 1] as number); edge++) {
          const reached = target[edge] as number;
          if (((kind[edge] as number) & allowed) === 0 || arrival.has(reached)) continue;
          arrival.set(reached, { parent: vertex, kind: kind[edge] as number });
          if (reached === to) return traced(arrival, from, to, real);
          (reached < real ? next : pending).push(reached);
        }
      }
    }
    level = next;
  }
  return undefined;
}

/** How a vertex was reached first. */
interface Arrival {
  readonly parent: number;
  readonly kind: number;
}

function traced(arrival: ReadonlyMap<number, Arrival>, from: number, to: number, real: number): readonly Step[] {
  const steps: Step[] = [];
  let end = to;
  for (let vertex = to; vertex !== from;) {
    const { parent, kind } = arrival.get(vertex) ?? { parent: from, kind: 0 };
    vertex = parent;
    if (vertex >= real) continue;
    // All edges through auxiliary vertices between two transactions have the kind of the last one.
    steps.push({ from: vertex, to: end, kind });
    end = vertex;
  }
  return steps.reverse();
}

/** The transactions along a path, both ends included. */
export function along(path: readonly Step[]): readonly number[] {
  const [first] = path;
  return first === undefined ? [] : [first.from, ...path.map(({ to }) => to)];
}
