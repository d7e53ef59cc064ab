import type { CyclicCore } from './cyclic-core.ts';
import type { Step } from './cycle-finder.ts';
import type { Graph } from './dependency-graph.ts';
import type { OpenWrites } from './open-orders/open-writes.ts';

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
  /** Writes whose order no edge tells, or not all of it. */
  readonly open?: OpenWrites;
  /**
   * Where reads of what a transaction wrote itself show what was beneath: edges of kind `SEEN` from who wrote that, between
   * vertices of the core.
   */
  readsBeneathOwn?(core: CyclicCore): Iterable<readonly [from: number, to: number, kind: number]>;
  /** Why the edge of this kind (one bit) runs between these transactions. Allowed to take time: called for evidence only. */
  explain(from: number, to: number, kind: number): EdgeReason;
  /**
   * The same circle told through the transaction that read, where forced edges hide it: nobody is in the circle then but
   * writers, of whom a read tells. Undefined where it is told as it is.
   */
  throughReader?(circle: readonly Step[]): { readonly steps: readonly Step[]; readonly first: EdgeReason } | undefined;
}
