import type { Budget } from '../judging/budget.ts';
import { pathIn, type Step } from './order-paths.ts';
import type { RegisterProblem } from './register-problem.ts';

/**
 * Why one operation comes before another: `po` its session's own order; `wr` the other one read what it wrote; `ww` a
 * read after it still returned the other write; `rw` it read what the other one replaced.
 */
export type EdgeKind = 'po' | 'wr' | 'ww' | 'rw';

/** A partial order over the operations of a problem: session order, given by the problem, plus edges. */
export class PartialOrder {
  readonly problem: RegisterProblem;
  readonly #budget: Budget;
  readonly #from: number[] = [];
  readonly #to: number[] = [];
  readonly #kind: EdgeKind[] = [];
  /** The read that `ww` edges were concluded from, the version read that `rw` edges were; -1 for others. */
  readonly #because: number[] = [];
  /** Outgoing edges in rows (CSR), of the first {@link #indexed} edges. */
  #firstOut = new Int32Array(0);
  #out = new Int32Array(0);
  #indexed = -1;

  constructor(problem: RegisterProblem, budget: Budget) {
    this.problem = problem;
    this.#budget = budget;
  }

  get edgeCount(): number {
    return this.#from.length;
  }

  addEdge(from: number, to: number, kind: Exclude<EdgeKind, 'po'>, because: number = -1): void {
    this.#budget.reserve(40);
    this.#from.push(from);
    this.#to.push(to);
    this.#kind.push(kind);
    this.#because.push(because);
  }

  /** Adds an edge from every write to each of its reads. */
  addReadsFrom(): void {
    const { source, count } = this.problem;
    for (let op = 0; op < count; op++) {
      const from = source[op] ?? -1;
      if (from >= 0) this.addEdge(from, op, 'wr');
    }
  }

  edge(index: number): {
    readonly from: number;
    readonly to: number;
    readonly kind: EdgeKind;
    readonly because: number;
  } {
    return {
      from: this.#from[index] ?? -1,
      to: this.#to[index] ?? -1,
      kind: this.#kind[index] ?? 'wr',
      because: this.#because[index] ?? -1,
    };
  }

  /** The next operation of the same session, or -1. */
  nextInSession(op: number): number {
    const { session, position, sessions } = this.problem;
    return sessions[session[op] ?? 0]?.[(position[op] ?? 0) + 1] ?? -1;
  }

  /** Calls `visit` with the edges that leave `op`. */
  edgesFrom(op: number, visit: (edge: number, to: number) => void): void {
    this.#index();
    const end = this.#firstOut[op + 1] ?? 0;
    for (let slot = this.#firstOut[op] ?? 0; slot < end; slot++) {
      const edge = this.#out[slot] ?? 0;
      visit(edge, this.#to[edge] ?? 0);
    }
  }

  /** All operations, each after those that come before it, or only as many as no cycle holds back. O(n + edges). */
  topologicalOrder(): Int32Array {
    this.#index();
    const { count } = this.problem;
    const waiting = new Int32Array(count);
    for (let op = 0; op < count; op++) if ((this.problem.position[op] ?? 0) > 0) waiting[op] = 1;
    for (const to of this.#to) waiting[to] = (waiting[to] ?? 0) + 1;
    const order = new Int32Array(count);
    let [taken, known] = [0, 0];
    for (let op = 0; op < count; op++) if (waiting[op] === 0) order[known++] = op;
    const release = (op: number): void => {
      const left = (waiting[op] ?? 0) - 1;
      waiting[op] = left;
      if (left === 0) order[known++] = op;
    };
    for (; taken < known; taken++) {
      this.#budget.step();
      const op = order[taken] ?? 0;
      const next = this.nextInSession(op);
      if (next >= 0) release(next);
      this.edgesFrom(op, (_, to) => release(to));
    }
    return order.subarray(0, known);
  }

  isAcyclic(): boolean {
    return this.topologicalOrder().length === this.problem.count;
  }

  /**
   * A shortest way from one operation to another as steps, using edges before `edgeLimit` only. Undefined where there is
   * none. O(n + edges).
   */
  path(from: number, to: number, edgeLimit: number = Infinity): readonly Step[] | undefined {
    return pathIn(this, { from, to, edgeLimit }, this.#budget);
  }

  #index(): void {
    if (this.#indexed === this.#from.length) return;
    const { count } = this.problem;
    this.#budget.reserve((count + this.#from.length) * 4);
    const firstOut = new Int32Array(count + 1);
    for (const from of this.#from) firstOut[from + 1] = (firstOut[from + 1] ?? 0) + 1;
    for (let op = 0; op < count; op++) firstOut[op + 1] = (firstOut[op + 1] ?? 0) + (firstOut[op] ?? 0);
    const next = firstOut.slice();
    const out = new Int32Array(this.#from.length);
    for (const [edge, from] of this.#from.entries()) {
      const slot = next[from] ?? 0;
      out[slot] = edge;
      next[from] = slot + 1;
    }
    this.#firstOut = firstOut;
    this.#out = out;
    this.#indexed = this.#from.length;
  }
}
