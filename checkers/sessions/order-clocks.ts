import type { Budget } from '../judging/budget.ts';
import type { PartialOrder } from './partial-order.ts';

/**
 * Vector clocks over the sessions of a problem: for each operation and session the position of the last operation of
 * that session that comes before it, or -1. Memory 4 n k bytes for n operations in k sessions.
 */
export class OrderClocks {
  readonly sessionCount: number;
  readonly #columns: Int32Array;
  readonly #session: Int32Array;
  readonly #position: Int32Array;

  /** Computes the clocks of an order without cycles; `sorted` is its topological order. O((n + edges) k). */
  constructor(order: PartialOrder, sorted: Int32Array, budget: Budget) {
    const { problem } = order;
    const width = problem.sessions.length;
    budget.reserve(problem.count * width * 4);
    const columns = new Int32Array(problem.count * width).fill(-1);
    const pass = (from: number, to: number): void => {
      const [base, target] = [from * width, to * width];
      for (let session = 0; session < width; session++) {
        const known = columns[base + session] ?? -1;
        if (known > (columns[target + session] ?? -1)) columns[target + session] = known;
      }
      const own = target + (problem.session[from] ?? 0);
      const position = problem.position[from] ?? 0;
      if (position > (columns[own] ?? -1)) columns[own] = position;
    };
    for (const op of sorted) {
      budget.step(width);
      const next = order.nextInSession(op);
      if (next >= 0) pass(op, next);
      order.edgesFrom(op, (_, to) => pass(op, to));
    }
    this.sessionCount = width;
    this.#columns = columns;
    this.#session = problem.session;
    this.#position = problem.position;
  }

  /** Bytes that {@link constructor} reserved. */
  get bytes(): number {
    return this.#columns.byteLength;
  }

  /** Position of the last operation of `session` that comes before `op`, or -1. */
  at(op: number, session: number): number {
    return this.#columns[op * this.sessionCount + session] ?? -1;
  }

  /** Whether `earlier` comes before `later`. */
  isBefore(earlier: number, later: number): boolean {
    return this.at(later, this.#session[earlier] ?? 0) >= (this.#position[earlier] ?? 0);
  }
}
