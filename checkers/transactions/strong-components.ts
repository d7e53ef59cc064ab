import type { Budget } from '../judging/budget.ts';
import { workingInts } from '../judging/working-memory.ts';
import type { Graph } from './dependency-graph.ts';

/** The strongly connected components of a graph that hold more than one vertex, and an order of all components. */
export interface Components {
  /** Number of the vertex's component among `starts`, or -1 where it lies on no cycle. */
  readonly of: Int32Array;
  /** Component `c` has the members `starts[c]` up to but not including `starts[c + 1]`. */
  readonly starts: readonly number[];
  readonly members: Int32Array;
  /** Descends along edges that leave a component: a vertex's rank is above those of all it leads to. Equal inside one. */
  readonly rank: Int32Array;
}

/** Number of components that hold a cycle. */
export function cyclicCount(components: Components): number {
  return components.starts.length - 1;
}

/**
 * Tarjan's algorithm (SIAM J. Comput. 1972), iterative, over the edges whose kind is in `mask` and all edges of
 * auxiliary vertices. The graph must have no self edges. O(vertices + edges).
 */
export function strongComponents(
  graph: Graph,
  mask: number,
  budget: Budget,
  workspace: ComponentWorkspace = new ComponentWorkspace(),
): Components {
  const { size, real, offset, target, kind } = graph;
  budget.reserve(size * 12);
  workspace.provide(size, budget);
  const { discovered, lowest, cursor, open, path } = workspace;
  const rank = workingInts(size).fill(-1);
  const of = workingInts(size).fill(-1);
  const members = workingInts(size);
  const starts = [0];
  let [memberCount, openCount, depth, clock, closed] = [0, 0, 0, 0, 0];
  for (let root = 0; root < size; root++) {
    if (discovered[root] !== 0) continue;
    path[depth++] = root;
    while (depth > 0) {
      const vertex = path[depth - 1] as number;
      if (discovered[vertex] === 0) {
        lowest[vertex] = discovered[vertex] = ++clock;
        cursor[vertex] = offset[vertex] as number;
        open[openCount++] = vertex;
      }
      const allowed = vertex >= real ? -1 : mask;
      const end = offset[vertex + 1] as number;
      let edge = cursor[vertex] as number;
      let low = lowest[vertex] as number;
      let child = -1;
      for (; edge < end; edge++) {
        if (((kind[edge] as number) & allowed) === 0) continue;
        const next = target[edge] as number;
        if (discovered[next] === 0) {
          // Left in place: when the child is done, this edge is looked at again and its low point taken over.
          child = next;
          break;
        }
        if (rank[next] === -1 && (lowest[next] as number) < low) low = lowest[next] as number;
      }
      budget.step(edge - (cursor[vertex] as number) + 4);
      cursor[vertex] = edge;
      lowest[vertex] = low;
      if (child >= 0) {
        path[depth++] = child;
        continue;
      }
      depth--;
      if (low !== discovered[vertex]) continue;
      const componentStart = memberCount;
      let member: number;
      do {
        member = open[--openCount] as number;
        rank[member] = closed;
        members[memberCount++] = member;
      } while (member !== vertex);
      closed++;
      if (memberCount - componentStart === 1) memberCount--;
      else {
        for (let index = componentStart; index < memberCount; index++) of[members[index] as number] = starts.length - 1;
        starts.push(memberCount);
      }
    }
  }
  return { of, starts, members: members.subarray(0, memberCount), rank };
}

/** Working memory of {@link strongComponents}, for callers that ask for components again and again. */
export class ComponentWorkspace {
  /** 0 unvisited, else order of discovery from 1. */
  discovered: Int32Array = workingInts(0);
  lowest: Int32Array = workingInts(0);
  cursor: Int32Array = workingInts(0);
  open: Int32Array = workingInts(0);
  path: Int32Array = workingInts(0);

  /** Makes room for `size` vertices, none of them discovered. */
  provide(size: number, budget: Budget): void {
    if (size <= this.discovered.length) {
      this.discovered.fill(0, 0, size);
      return;
    }
    budget.reserve((size - this.discovered.length) * 20);
    this.discovered = workingInts(size);
    this.lowest = workingInts(size);
    this.cursor = workingInts(size);
    this.open = workingInts(size);
    this.path = workingInts(size);
  }
}
