/**
 * One way that two events can be ordered, as an edge of the graph of events. Literals `2 * n` and `2 * n + 1` say the
 * opposite of each other.
 */
export type Literal = number;

/** An edge from the first event to the second. */
export type Edge = readonly [from: number, to: number];

/** The edges that literals stand for. */
export class Literals {
  readonly #events: number;
  readonly #numbers = new Map<number, Literal>();
  readonly #edges: Edge[] = [];

  /** For edges between so many events. */
  constructor(events: number) {
    this.#events = events;
  }

  /** How many there are, opposites included. */
  get count(): number {
    return this.#edges.length;
  }

  /**
   * The literal of an edge whose opposite is another edge. Pairs that share an edge must differ in `kind`, which is 0 or 1.
   */
  of(kind: number, edge: Edge, opposite: Edge): Literal {
    const known = this.#numbers.get(this.#nameOf(kind, edge));
    if (known !== undefined) return known;
    const literal = this.#edges.length;
    this.#edges.push(edge, opposite);
    this.#numbers.set(this.#nameOf(kind, edge), literal);
    this.#numbers.set(this.#nameOf(kind, opposite), literal + 1);
    return literal;
  }

  edge(literal: Literal): Edge {
    return this.#edges[literal] as Edge;
  }

  #nameOf(kind: number, [from, to]: Edge): number {
    return (from * this.#events + to) * 2 + kind;
  }
}
