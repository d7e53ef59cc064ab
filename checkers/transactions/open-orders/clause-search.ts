import type { Budget } from '../../judging/budget.ts';
import { Clauses, NO_CLAUSE } from './clauses.ts';
import type { DynamicOrder } from './dynamic-order.ts';
import { Literals, type Edge, type Literal } from './literals.ts';

export type SearchOutcome = 'found' | 'none' | 'cut-off';

/** What a search has to know besides orders. */
export interface SearchTask {
  /** Adds what the present order of events breaks, with {@link ClauseSearch.demand}. False where it breaks nothing. */
  readonly demandMore: () => boolean;
  /** Edges and clauses that may be looked at. */
  readonly mostWork: number;
}

const UNKNOWN = 0;
/** What a clause and a pair of literals take about, besides their contents. */
const CLAUSE_BYTES = 240;
const LITERAL_BYTES = 480;
/**
 * Decisions that are taken back to where a learned clause could have been used first. Where they would be more, only the last
 * one is taken back (Nadel and Ryvchin, SAT 2018): most of them are about other times of the history, and would only be
 * taken again.
 */
const MOST_TAKEN_BACK = 64;

/**
 * Looks for an order of events that keeps a graph and satisfies clauses, each of which demands one of some edges. Clauses
 * are asked for only where the order at hand breaks something, so that a history near in order needs few of them. Conflicts
 * are learned from and jumped back over (CDCL: Marques-Silva and Sakallah 1999); circles of edges are conflicts (as in
 * Cobra, OSDI 2020, and PolySI, VLDB 2023, which hand all clauses to a solver at once).
 */
export class ClauseSearch {
  readonly #order: DynamicOrder;
  readonly #budget: Budget;
  readonly #literals: Literals;
  /** Per literal. */
  readonly #watched: number[][] = [];
  /** Per variable: 1 where the even literal holds, -1 where the odd one does. */
  readonly #value: number[] = [];
  readonly #preferred: number[] = [];
  readonly #depth: number[] = [];
  readonly #reason: number[] = [];
  readonly #clauses = new Clauses();
  #demands: (readonly Literal[])[] = [];
  /** Clauses of one literal that were learned, by that literal. */
  readonly #facts = new Map<Literal, number>();
  readonly #unattached: number[] = [];
  readonly #trail: Literal[] = [];
  /** Per decision, how much of the trail and of the demands was done before it. */
  readonly #decisions: { readonly trail: number; readonly demand: number }[] = [];
  #propagated = 0;
  #demand = 0;
  #work = 0;
  #refutedBy = NO_CLAUSE;

  constructor(order: DynamicOrder, budget: Budget) {
    this.#order = order;
    this.#budget = budget;
    this.#literals = new Literals(order.place.length);
  }

  /** How many pairs of events had to be ordered one way or the other, so far. */
  get choices(): number {
    return this.#value.length;
  }

  /** How often choices turned out to contradict each other, so far. */
  conflicts: number = 0;

  /** See {@link Literals.of}. */
  literal(kind: number, edge: Edge, opposite: Edge): Literal {
    const literal = this.#literals.of(kind, edge, opposite);
    if (this.#watched.length < this.#literals.count) {
      this.#budget.reserve(LITERAL_BYTES);
      this.#watched.push([], []);
      this.#value.push(UNKNOWN);
      this.#preferred.push(UNKNOWN);
      this.#depth.push(0);
      this.#reason.push(NO_CLAUSE);
    }
    return literal;
  }

  /** Demands one of the literals. `events` show why. */
  demand(literals: readonly Literal[], events: readonly number[]): void {
    this.#demands.push(literals);
    const [first, second] = literals;
    // A literal or its opposite always holds: that only asks for a decision.
    if (literals.length === 2 && first !== undefined && second === (first ^ 1)) return;
    this.#unattached.push(this.#addClause([...literals], events, []));
  }

  /** Counts work that was done to find demands. */
  spend(work: number): void {
    this.#work += work;
    this.#budget.step(work);
  }

  run({ demandMore, mostWork }: SearchTask): SearchOutcome {
    for (;;) {
      if (this.#work + this.#order.work > mostWork) return 'cut-off';
      const conflict = this.#propagate();
      if (conflict !== NO_CLAUSE) {
        this.conflicts++;
        if (this.#decisions.length === 0) {
          this.#refutedBy = conflict;
          return 'none';
        }
        if (this.#learn(conflict)) continue;
        return 'none';
      }
      if (this.#decide()) continue;
      if (!demandMore()) return 'found';
      this.#backTo(0);
      if (!this.#assignFacts() || !this.#attachDemands()) return 'none';
      this.#sortDemands();
    }
  }

  /** The events without which the search would not have ended with `none`. */
  refutation(): ReadonlySet<number> {
    const reasonOf = (literal: Literal): number =>
      this.#isSettled(literal) ? (this.#reason[literal >> 1] as number) : NO_CLAUSE;
    return this.#clauses.origins(this.#refutedBy, reasonOf);
  }

  #addClause(literals: Literal[], events: readonly number[], premises: readonly number[]): number {
    this.#budget.reserve((literals.length + events.length + premises.length) * 8 + CLAUSE_BYTES);
    return this.#clauses.add(literals, events, premises);
  }

  /** Whether the literal holds (1), or its opposite does (-1). */
  #valueOf(literal: Literal): number {
    const value = this.#value[literal >> 1] as number;
    return (literal & 1) === 0 ? value : -value;
  }

  /** Whether it holds, or its opposite, whatever is decided. */
  #isSettled(literal: Literal): boolean {
    return this.#valueOf(literal) !== UNKNOWN && this.#depth[literal >> 1] === 0;
  }

  #assign(literal: Literal, reason: number): void {
    const variable = literal >> 1;
    this.#value[variable] = (literal & 1) === 0 ? 1 : -1;
    this.#depth[variable] = this.#decisions.length;
    this.#reason[variable] = reason;
    this.#trail.push(literal);
  }

  /** Follows what the assignments so far entail. Returns a clause that nothing satisfies any more, if any. */
  #propagate(): number {
    while (this.#propagated < this.#trail.length) {
      const literal = this.#trail[this.#propagated] as Literal;
      const [from, to] = this.#literals.edge(literal);
      const circle = this.#order.add(from, to, literal);
      if (circle !== undefined) {
        return this.#addClause(
          [...new Set([literal, ...circle.literals])].map((each) => each ^ 1),
          circle.events,
          [],
        );
      }
      this.#propagated++;
      this.spend(1);
      const conflict = this.#visitWatching(literal ^ 1);
      if (conflict !== NO_CLAUSE) return conflict;
    }
    return NO_CLAUSE;
  }

  /** Visits the clauses that watch a literal which has just become false. */
  #visitWatching(literal: Literal): number {
    const watching = this.#watched[literal] as number[];
    let kept = 0;
    for (let index = 0; index < watching.length; index++) {
      const id = watching[index] as number;
      const literals = this.#clauses.literals(id);
      this.spend(2);
      if (literals[0] === literal) [literals[0], literals[1]] = [literals[1] as Literal, literal];
      const other = literals[0] as Literal;
      const replacement =
        this.#valueOf(other) === 1 ? -1 : literals.findIndex((each, at) => at > 1 && this.#valueOf(each) >= 0);
      if (this.#valueOf(other) !== 1) this.spend(replacement > 0 ? replacement : literals.length);
      if (replacement > 0) {
        [literals[1], literals[replacement]] = [literals[replacement] as Literal, literal];
        (this.#watched[literals[1]] as number[]).push(id);
        continue;
      }
      watching[kept++] = id;
      const value = this.#valueOf(other);
      if (value === UNKNOWN) this.#assign(other, id);
      else if (value === -1) {
        for (index++; index < watching.length; index++) watching[kept++] = watching[index] as number;
        watching.length = kept;
        return id;
      }
    }
    watching.length = kept;
    return NO_CLAUSE;
  }

  /** Decides something about the first demand not yet met. False where all are. */
  #decide(): boolean {
    for (; this.#demand < this.#demands.length; this.#demand++) {
      const literals = this.#demands[this.#demand] as readonly Literal[];
      this.spend(literals.length);
      if (literals.some((each) => this.#valueOf(each) === 1)) continue;
      this.#decisions.push({ trail: this.#trail.length, demand: this.#demand });
      this.#assign(this.#best(literals), NO_CLAUSE);
      return true;
    }
    return false;
  }

  /** Of the open literals, the one that held before; else the one whose edge changes the order least. */
  #best(literals: readonly Literal[]): Literal {
    const open = literals.filter((each) => this.#valueOf(each) === UNKNOWN);
    const held = open.find((each) => this.#preferred[each >> 1] === ((each & 1) === 0 ? 1 : -1));
    if (held !== undefined) return held;
    const [first, ...others] = open;
    if (first === undefined) throw new RangeError('a demand that cannot be met was not noticed');
    return others.reduce((best, each) => (this.#distance(each) < this.#distance(best) ? each : best), first);
  }

  #distance(literal: Literal): number {
    const [from, to] = this.#literals.edge(literal);
    const { place } = this.#order;
    return (place[from] as number) - (place[to] as number);
  }

  #backTo(depth: number): void {
    const first = this.#decisions[depth];
    if (first === undefined) return;
    while (this.#trail.length > first.trail) {
      const literal = this.#trail.pop() as Literal;
      if (this.#trail.length < this.#propagated) {
        this.#order.removeLast();
        this.#propagated--;
      }
      this.#preferred[literal >> 1] = this.#value[literal >> 1] as number;
      this.#value[literal >> 1] = UNKNOWN;
    }
    this.#demand = first.demand;
    this.#decisions.length = depth;
  }

  /**
   * Learns from a conflict what was wrong, up to the last point through which all of it went, and takes decisions back.
   * False where that contradicts what was learned before.
   */
  #learn(conflict: number): boolean {
    const depth = this.#decisions.length;
    const seen = new Set<number>();
    const premises: number[] = [];
    const learned: Literal[] = [];
    let open = 0;
    let id = conflict;
    let at = this.#trail.length;
    let turning: Literal;
    do {
      premises.push(id);
      for (const literal of this.#clauses.literals(id)) {
        const variable = literal >> 1;
        this.spend(1);
        if (seen.has(variable) || this.#valueOf(literal) !== -1) continue;
        seen.add(variable);
        if (this.#depth[variable] === depth) open++;
        else if (this.#isSettled(literal)) premises.push(this.#reason[variable] as number);
        else learned.push(literal);
      }
      do at--;
      while (!seen.has((this.#trail[at] as Literal) >> 1) || this.#depth[(this.#trail[at] as Literal) >> 1] !== depth);
      turning = this.#trail[at] as Literal;
      open--;
      id = this.#reason[turning >> 1] as number;
    } while (open > 0);
    learned.sort((one, other) => (this.#depth[other >> 1] as number) - (this.#depth[one >> 1] as number));
    const [deepest] = learned;
    const back = deepest === undefined ? 0 : (this.#depth[deepest >> 1] as number);
    const clause = this.#addClause([turning ^ 1, ...learned], [], premises);
    if (deepest === undefined && !this.#learnFact(turning ^ 1, clause)) return false;
    this.#backTo(depth - back > MOST_TAKEN_BACK ? depth - 1 : back);
    this.#watch(clause);
    this.#assign(turning ^ 1, clause);
    return true;
  }

  #learnFact(literal: Literal, clause: number): boolean {
    const opposite = this.#facts.get(literal ^ 1);
    this.#facts.set(literal, clause);
    if (opposite === undefined) return true;
    this.#refutedBy = this.#addClause([], [], [clause, opposite]);
    return false;
  }

  /** Takes up, before anything is decided, what was learned for certain. False where that is a contradiction. */
  #assignFacts(): boolean {
    for (const [literal, clause] of this.#facts) {
      const value = this.#valueOf(literal);
      if (value === UNKNOWN) this.#assign(literal, clause);
      if (value !== -1) continue;
      this.#refutedBy = clause;
      return false;
    }
    return true;
  }

  /** Leaves out demands that are met for good, and puts the others in order of time: then what conflicts lies close together. */
  #sortDemands(): void {
    const { place } = this.#order;
    const open = this.#demands.filter((literals) => !literals.some((each) => this.#valueOf(each) === 1));
    const timeOf = ([first]: readonly Literal[]): number =>
      first === undefined ? 0 : (place[this.#literals.edge(first)[0]] as number);
    const timed = open.map((literals) => ({ literals, time: timeOf(literals) }));
    this.#demands = timed.sort((one, other) => one.time - other.time).map(({ literals }) => literals);
    this.#demand = 0;
    this.spend(open.length);
  }

  #watch(id: number): void {
    const [first, second] = this.#clauses.literals(id);
    if (first === undefined || second === undefined) return;
    (this.#watched[first] as number[]).push(id);
    (this.#watched[second] as number[]).push(id);
  }

  /** Takes up new clauses before anything is decided. False where one of them cannot be satisfied. */
  #attachDemands(): boolean {
    for (const id of this.#unattached.splice(0)) {
      const literals = this.#clauses.literals(id);
      literals.sort((one, other) => this.#valueOf(other) - this.#valueOf(one));
      this.#watch(id);
      const [first, second] = literals;
      if (first === undefined || this.#valueOf(first) === -1) {
        this.#refutedBy = id;
        return false;
      }
      const isUnit = second === undefined || this.#valueOf(second) === -1;
      if (isUnit && this.#valueOf(first) === UNKNOWN) this.#assign(first, id);
    }
    return true;
  }
}
