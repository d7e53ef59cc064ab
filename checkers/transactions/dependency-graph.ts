import type { Budget } from '../judging/budget.ts';
import { GrowingInts } from './growing-ints.ts';

/** Kinds of edges, as bits so that sets of them are masks (Adya 1999; Elle, VLDB 2020). */
/** The second transaction's write directly follows the first one's in the version order. */
export const WW = 1;
/** The second read what the first wrote. */
export const WR = 2;
/** The second overwrote what the first read. */
export const RW = 4;
/** The same process ran the second after the first. */
export const PROCESS = 8;
/** The first had completed before the second was invoked. */
export const REALTIME = 16;
export const ALL_KINDS = 31;

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
  readonly kind: Uint8Array;
}

/** Collects edges, then lays them out as a {@link Graph}. */
export class GraphBuilder {
  readonly #real: number;
  readonly #budget: Budget;
  readonly #from = new GrowingInts();
  readonly #to = new GrowingInts();
  readonly #kind = new GrowingInts();
  #size: number;

  constructor(real: number, budget: Budget) {
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
    this.#budget.reserve(edges * 17 + this.#size * 4);
    const from = this.#from.raw;
    const to = this.#to.raw;
    const kinds = this.#kind.raw;
    const offset = new Int32Array(this.#size + 1);
    for (let edge = 0; edge < edges; edge++) {
      const next = (from[edge] as number) + 1;
      offset[next] = (offset[next] as number) + 1;
    }
    for (let vertex = 0; vertex < this.#size; vertex++) {
      offset[vertex + 1] = (offset[vertex + 1] as number) + (offset[vertex] as number);
    }
    const free = offset.slice(0, this.#size);
    const target = new Int32Array(edges);
    const kind = new Uint8Array(edges);
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
