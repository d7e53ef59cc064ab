import type { Graph } from './dependency-graph.ts';

/** Why an edge is there. */
export interface EdgeReason {
  /** One clause in words, both transactions named. */
  readonly text: string;
  /** Dense key number, for edges that are about a key. */
  readonly key?: number;
  /** Other transactions without which the edge could not be told, such as the reader whose list shows an order. */
  readonly witnesses: readonly number[];
}

/** What precedes what among the transactions of a history, and why. */
export interface Dependencies {
  readonly graph: Graph;
  /** Per dense key number, those who wrote what nobody read, so that no edge tells the order of their writes. */
  readonly unordered?: ReadonlyMap<number, readonly number[]>;
  /** Why the edge of this kind (one bit) runs between these transactions. Allowed to take time: called for evidence only. */
  explain(from: number, to: number, kind: number): EdgeReason;
}
