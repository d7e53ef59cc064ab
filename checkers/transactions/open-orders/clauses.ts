import type { Literal } from './literals.ts';

interface Clause {
  readonly literals: Literal[];
  readonly events: readonly number[];
  readonly premises: readonly number[];
}

/** Stands for no clause where one is expected. */
export const NO_CLAUSE = -1;

/** Clauses, each of which demands one of its literals, and what each follows from. */
export class Clauses {
  readonly #all: Clause[] = [];
  /** Per literal, the clauses that watch it. */
  readonly #watched: number[][] = [];

  /** `events` show why it holds, `premises` are clauses from which it follows. Returns its number. */
  add(literals: Literal[], events: readonly number[], premises: readonly number[]): number {
    this.#all.push({ literals, events, premises });
    return this.#all.length - 1;
  }

  /** Those who call may put them into another order. */
  literals(id: number): Literal[] {
    return (this.#all[id] as Clause).literals;
  }

  /** The clauses that have to be looked at once the literal becomes false. Those who call may add to it and take from it. */
  watching(literal: Literal): number[] {
    while (this.#watched.length <= literal) this.#watched.push([]);
    return this.#watched[literal] as number[];
  }

  /** Has a clause watch its first two literals; one of a single literal needs none. */
  watch(id: number): void {
    const [first, second] = this.literals(id);
    if (first === undefined || second === undefined) return;
    this.watching(first).push(id);
    this.watching(second).push(id);
  }

  /**
   * The events that show, all together, why a clause holds and is not satisfied. `reasonOf` gives the clause by which a
   * literal was settled, or {@link NO_CLAUSE}.
   */
  origins(id: number, reasonOf: (literal: Literal) => number): ReadonlySet<number> {
    const events = new Set<number>();
    const seen = new Set([NO_CLAUSE]);
    const pending = [id];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      const clause = this.#all[next] as Clause;
      for (const event of clause.events) events.add(event);
      for (const premise of clause.premises) pending.push(premise);
      for (const literal of clause.literals) pending.push(reasonOf(literal));
    }
    return events;
  }
}
