import type { Budget } from '../judging/budget.ts';
import { workingInts } from '../judging/working-memory.ts';
import type { Graph } from './dependency-graph.ts';
import type { Components } from './strong-components.ts';

/** Kinds of edges, as masks, that the cycles searched for start with and go on with. */
export interface SweepKinds {
  readonly first: number;
  readonly mask: number;
}

/**
 * Finds all transactions of a strongly connected part whose read was overwritten by somebody who precedes them through
 * dependencies alone: exactly the starts of cycles with one anti-dependency.
 *
 * Reachability is carried along the order of components for 32 transactions at a time, as bits of one word per
 * component, and only between the highest overwriting and the lowest reading of those 32. Worst case
 * O(transactions / 32 * edges of the part); linear where anti-dependencies are local in that order, as they are in time.
 */
export class SingleAntiDependencySweep {
  readonly #graph: Graph;
  readonly #depends: Components;
  readonly #mask: number;
  readonly #first: number;
  readonly #budget: Budget;
  readonly #bits: Int32Array;

  /**
   * `depends` are the components of the graph under `mask`, which leaves anti-dependencies out; `first` are the kinds of
   * edges a cycle starts with.
   */
  constructor(graph: Graph, depends: Components, { first, mask }: SweepKinds, budget: Budget) {
    budget.reserve(graph.size * 4);
    this.#graph = graph;
    this.#depends = depends;
    this.#mask = mask;
    this.#first = first;
    this.#budget = budget;
    this.#bits = workingInts(graph.size);
  }

  /** The starts among `members`, which `parts` gives the number `part`. */
  starts(members: Int32Array, part: number, parts: Components): number[] {
    const { rank } = this.#depends;
    const descending = members.slice().sort((left, right) => (rank[right] as number) - (rank[left] as number));
    const readers = descending.filter(
      (vertex) => vertex < this.#graph.real && this.#topOverwriter(vertex, part, parts) >= 0,
    );
    const found: number[] = [];
    for (let index = 0; index < readers.length; index += 32) {
      found.push(...this.#sweep(readers.subarray(index, index + 32), descending, part, parts));
    }
    return found;
  }

  /** The highest rank among those who overwrote what the reader read and may lead back to it, or -1. */
  #topOverwriter(reader: number, part: number, parts: Components): number {
    const { rank } = this.#depends;
    let top = -1;
    this.#eachOverwriter(reader, part, parts, (writer) => {
      if ((rank[writer] as number) >= (rank[reader] as number)) top = Math.max(top, rank[writer] as number);
    });
    return top;
  }

  #sweep(readers: Int32Array, descending: Int32Array, part: number, parts: Components): number[] {
    const { rank } = this.#depends;
    const { real, offset, target, kind } = this.#graph;
    const bits = this.#bits;
    let [top, low] = [-1, 0x7fffffff];
    readers.forEach((reader, index) => {
      low = Math.min(low, rank[reader] as number);
      this.#eachOverwriter(reader, part, parts, (writer) => {
        const place = rank[writer] as number;
        if (place < (rank[reader] as number)) return;
        top = Math.max(top, place);
        bits[place] = (bits[place] as number) | (1 << index);
      });
    });
    const begin = firstAtMost(descending, rank, top);
    let end = begin;
    for (; end < descending.length; end++) {
      const vertex = descending[end] as number;
      const place = rank[vertex] as number;
      if (place < low) break;
      const carried = bits[place] as number;
      if (carried === 0) continue;
      const allowed = vertex >= real ? -1 : this.#mask;
      for (let edge = offset[vertex] as number; edge < (offset[vertex + 1] as number); edge++) {
        if (((kind[edge] as number) & allowed) === 0) continue;
        const next = target[edge] as number;
        if (parts.of[next] !== part) continue;
        const nextPlace = rank[next] as number;
        if (nextPlace >= low) bits[nextPlace] = (bits[nextPlace] as number) | carried;
      }
      this.#budget.step((offset[vertex + 1] as number) - (offset[vertex] as number) + 1);
    }
    this.#budget.step(end - begin);
    const found = [...readers].filter(
      (reader, index) => ((bits[rank[reader] as number] as number) & (1 << index)) !== 0,
    );
    for (let index = begin; index < end; index++) bits[rank[descending[index] as number] as number] = 0;
    return found;
  }

  #eachOverwriter(reader: number, part: number, parts: Components, visit: (writer: number) => void): void {
    const { offset, target, kind } = this.#graph;
    for (let edge = offset[reader] as number; edge < (offset[reader + 1] as number); edge++) {
      const writer = target[edge] as number;
      if (((kind[edge] as number) & this.#first) !== 0 && parts.of[writer] === part) visit(writer);
    }
  }
}

/** The first place in `descending` whose rank is at most `top`. */
function firstAtMost(descending: Int32Array, rank: Int32Array, top: number): number {
  let [low, high] = [0, descending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rank[descending[middle] as number] as number) > top) low = middle + 1;
    else high = middle;
  }
  return low;
}
