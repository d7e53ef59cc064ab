import type { Budget } from '../judging/budget.ts';
import { workingInts, workingShorts } from '../judging/working-memory.ts';
import { GrowingInts } from './growing-ints.ts';

/**
 * Kinds of edges, as bits so that sets of them are masks (Adya 1999; Elle, VLDB 2020).
 *
 * WW: the second transaction's write follows the first one's in the version order. WR: the second read what the first
 * wrote. RW: the second overwrote what the first read. PROCESS: the same process ran the second after the first.
 * REALTIME: the first had completed before the second was invoked.
 *
 * FORCED: the first one's write must come before the second one's, or else somebody who follows the first through
 * dependencies would have read an overwritten value. It holds wherever cycles with one anti-dependency are forbidden.
 *
 * The variants of RW and FORCED are those that take process order or real time to tell.
 */
export const WW = 1;
export const WR = 2;
export const RW = 4;
export const PROCESS = 8;
export const REALTIME = 16;
export const FORCED = 32;
export const RW_BY_PROCESS = 64;
export const RW_BY_REALTIME = 128;
export const FORCED_BY_PROCESS = 256;
export const FORCED_BY_REALTIME = 512;
/**
 * The second read the first one's write beneath its own. No dependency of Adya's, who knows only of the version on top;
 * searched for where it tells who was visible.
 */
export const SEEN = 1024;

/** All anti-dependencies. */
export const ANTI: number = RW | RW_BY_PROCESS | RW_BY_REALTIME;
/** All kinds of edges that graphs are built with. */
export const ALL_KINDS = 1023;

/**
 * A directed graph with kinds of edges, in compressed rows: the edges of `v` are `offset[v]` up to but not including
 * `offset[v + 1]`. Vertices below `real` are transactions. The others are auxiliary: they stand for many edges at once
 * (everybody on one side to everybody on the other), take no part in a cycle's length, and once entered may be left by
 * any of their edges.
 */
export interface Graph {
  readonly size: number;
  readonly real: number;
  readonly offset: Int32Array;
  readonly target: Int32Array;
  readonly kind: Uint16Array;
}

/** Collects edges, then lays them out as a {@link Graph}. */
export class GraphBuilder {
  readonly #real: number;
  readonly #budget: Budget;
  readonly #from: GrowingInts;
  readonly #to: GrowingInts;
  readonly #kind: GrowingInts;
  #size: number;

  /** `expected` edges fit without growing. */
  constructor(real: number, expected: number, budget: Budget) {
    budget.reserve(expected * 12);
    this.#from = new GrowingInts(expected);
    this.#to = new GrowingInts(expected);
    this.#kind = new GrowingInts(expected);
    this.#real = real;
    this.#size = real;
    this.#budget = budget;
  }

  get edges(): number {
    return this.#from.length;
  }

  /** Adds an auxiliary vertex and returns it. */
  addVertex(): number {
    return this.#size++;
  }

  addEdge(from: number, to: number, kind: number): void {
    this.#from.push(from);
    this.#to.push(to);
    this.#kind.push(kind);
    this.#budget.step(3);
  }

  /** O(vertices + edges). */
  build(): Graph {
    const edges = this.edges;
    this.#budget.reserve(edges * 6 + this.#size * 8);
    const from = this.#from.raw;
    const to = this.#to.raw;
    const kinds = this.#kind.raw;
    const offset = workingInts(this.#size + 1);
    for (let edge = 0; edge < edges; edge++) {
      const next = (from[edge] as number) + 1;
      offset[next] = (offset[next] as number) + 1;
    }
    for (let vertex = 0; vertex < this.#size; vertex++) {
      offset[vertex + 1] = (offset[vertex + 1] as number) + (offset[vertex] as number);
    }
    const free = workingInts(this.#size);
    free.set(offset.subarray(0, this.#size));
    const target = workingInts(edges);
    const kind = workingShorts(edges);
    for (let edge = 0; edge < edges; edge++) {
      const source = from[edge] as number;
      const slot = free[source] as number;
      free[source] = slot + 1;
      target[slot] = to[edge] as number;
      kind[slot] = kinds[edge] as number;
    }
    return { size: this.#size, real: this.#real, offset, target, kind };
  }
}

/** The graph with further edges. O(vertices + edges). */
export function withEdges(
  graph: Graph,
  edges: Iterable<readonly [from: number, to: number, kind: number]>,
  budget: Budget,
): Graph {
  const { size, real, offset, target, kind } = graph;
  const builder = new GraphBuilder(real, target.length, budget);
  for (let vertex = real; vertex < size; vertex++) builder.addVertex();
  for (let vertex = 0; vertex < size; vertex++) {
    for (let edge = offset[vertex] as number; edge < (offset[vertex + 1] as number); edge++) {
      builder.addEdge(vertex, target[edge] as number, kind[edge] as number);
    }
  }
  for (const edge of edges) builder.addEdge(...edge);
  return builder.build();
}
