import type { Budget } from '../judging/budget.ts';
import { workingInts, workingShorts } from '../judging/working-memory.ts';
import type { Graph } from './dependency-graph.ts';

/** One edge of a cycle, between real vertices. */
export interface Step {
  readonly from: number;
  readonly to: number;
  /** One kind, as a bit. */
  readonly kind: number;
}

/** Which cycles through a vertex count: kinds allowed for the edge that leaves it, those between, and the one that returns. */
export interface CyclePattern {
  readonly first: number;
  readonly rest: number;
  readonly last: number;
}

/** Finds shortest cycles through a given vertex by breadth-first search. Keeps its buffers between searches. */
export class CycleFinder {
  readonly #graph: Graph;
  readonly #budget: Budget;
  readonly #seenIn: Int32Array;
  readonly #parent: Int32Array;
  readonly #parentKind: Uint16Array;
  #search = 0;
  #level: number[] = [];
  #next: number[] = [];
  readonly #auxiliary: number[] = [];
  /** Edges looked at so far, over all searches. */
  visits = 0;

  constructor(graph: Graph, budget: Budget) {
    budget.reserve(graph.size * 10);
    this.#graph = graph;
    this.#budget = budget;
    this.#seenIn = workingInts(graph.size);
    this.#parent = workingInts(graph.size);
    this.#parentKind = workingShorts(graph.size);
  }

  /**
   * A shortest cycle through the real vertex `start` that fits the pattern, has at most `limit` edges, and stays among the
   * vertices that `component` gives the number of `start`. Undefined if there is none. Its first step leaves `start`.
   */
  through(start: number, pattern: CyclePattern, limit: number, component: Int32Array): readonly Step[] | undefined {
    this.#search++;
    this.#level = [start];
    let closing = this.#expandLevel(start, pattern.first, 0, component);
    for (let length = 2; closing < 0 && length <= limit && this.#next.length > 0; length++) {
      [this.#level, this.#next] = [this.#next, this.#level];
      closing = this.#expandLevel(start, pattern.rest, pattern.last, component);
    }
    return closing < 0 ? undefined : this.#steps(start, closing);
  }

  /** Follows edges of all vertices at one distance. Returns the vertex from which `start` was reached again, or -1. */
  #expandLevel(start: number, mask: number, last: number, component: Int32Array): number {
    this.#next.length = 0;
    const visitsBefore = this.visits;
    for (const vertex of this.#level) {
      let closing = this.#expand(vertex, start, mask, last, component);
      while (closing < 0 && this.#auxiliary.length > 0) {
        closing = this.#expand(this.#auxiliary.pop() as number, start, -1, last, component);
      }
      if (closing < 0) continue;
      this.#auxiliary.length = 0;
      return closing;
    }
    this.#budget.step(this.visits - visitsBefore);
    return -1;
  }

  #expand(vertex: number, start: number, mask: number, last: number, component: Int32Array): number {
    const { real, offset, target, kind } = this.#graph;
    const home = component[start];
    const end = offset[vertex + 1] as number;
    this.visits += end - (offset[vertex] as number) + 1;
    for (let edge = offset[vertex] as number; edge < end; edge++) {
      const edgeKind = kind[edge] as number;
      if ((edgeKind & mask) === 0) continue;
      const to = target[edge] as number;
      if (to === start) {
        if ((edgeKind & last) === 0) continue;
        this.#parentKind[start] = edgeKind;
        return vertex;
      }
      if (this.#seenIn[to] === this.#search || component[to] !== home) continue;
      this.#seenIn[to] = this.#search;
      this.#parent[to] = vertex;
      this.#parentKind[to] = edgeKind;
      if (to < real) this.#next.push(to);
      else this.#auxiliary.push(to);
    }
    return -1;
  }

  #steps(start: number, closing: number): readonly Step[] {
    const { real } = this.#graph;
    const steps: Step[] = [];
    let to = start;
    let kind = this.#parentKind[start] as number;
    for (let vertex = closing; ; vertex = this.#parent[vertex] as number) {
      if (vertex >= real) continue;
      steps.push({ from: vertex, to, kind });
      if (vertex === start) return steps.reverse();
      to = vertex;
      kind = this.#parentKind[vertex] as number;
    }
  }
}
