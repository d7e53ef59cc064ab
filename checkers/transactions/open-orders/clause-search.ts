import type { Budget } from '../../judging/budget.ts';
import { Assignment } from './assignment.ts';
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
  readonly #assignment = new Assignment();
  readonly #clauses = new Clauses();
  #demands: (readonly Literal[])[] = [];
  /** Clauses of one literal that were learned, by that literal. */
  readonly #facts = new Map<Literal, number>();
  readonly #unattached: number[] = [];
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
    return this.#assignment.variables;
  }

  /** How often choices turned out to contradict each other, so far. */
  conflicts: number = 0;

  /** See {@link Literals.of}. */
  literal(kind: number, edge: Edge, opposite: Edge): Literal {
    const literal = this.#literals.of(kind, edge, opposite);
    if (this.#assignment.variables * 2 < this.#literals.count) {
      this.#budget.reserve(LITERAL_BYTES);
      this.#assignment.addVariable();
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
        if (this.#assignment.depth === 0) {
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
      this.#assignment.isSettled(literal) ? this.#assignment.reasonOf(literal) : NO_CLAUSE;
    return this.#clauses.origins(this.#refutedBy, reasonOf);
  }

  #addClause(literals: Literal[], events: readonly number[], premises: readonly number[]): number {
    this.#budget.reserve((literals.length + events.length + premises.length) * 8 + CLAUSE_BYTES);
    return this.#clauses.add(literals, events, premises);
  }

  /** Follows what the assignments so far entail. Returns a clause that nothing satisfies any more, if any. */
  #propagate(): number {
    const { trail } = this.#assignment;
    while (this.#propagated < trail.length) {
      const literal = trail[this.#propagated] as Literal;
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
    const watching = this.#clauses.watching(literal);
    let kept = 0;
    for (let index = 0; index < watching.length; index++) {
      const id = watching[index] as number;
      const literals = this.#clauses.literals(id);
      this.spend(2);
      if (literals[0] === literal) [literals[0], literals[1]] = [literals[1] as Literal, literal];
      const other = literals[0] as Literal;
      const value = this.#assignment.valueOf(other);
      const replacement =
        value === 1 ? -1 : literals.findIndex((each, at) => at > 1 && this.#assignment.valueOf(each) >= 0);
      if (value !== 1) this.spend(replacement > 0 ? replacement : literals.length);
      if (replacement > 0) {
        [literals[1], literals[replacement]] = [literals[replacement] as Literal, literal];
        this.#clauses.watching(literals[1]).push(id);
        continue;
      }
      watching[kept++] = id;
      if (value === 0) this.#assignment.assign(other, id);
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
      if (literals.some((each) => this.#assignment.valueOf(each) === 1)) continue;
      this.#assignment.decide(this.#demand);
      this.#assignment.assign(this.#best(literals), NO_CLAUSE);
      return true;
    }
    return false;
  }

  /** Of the open literals, the one that held before; else the one whose edge changes the order least. */
  #best(literals: readonly Literal[]): Literal {
    const open = literals.filter((each) => this.#assignment.isOpen(each));
    const held = open.find((each) => this.#assignment.isPreferred(each));
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
    const demand = this.#assignment.backTo(depth, (left) => {
      if (left >= this.#propagated) return;
      this.#order.removeLast();
      this.#propagated--;
    });
    this.#demand = demand ?? this.#demand;
  }

  /**
   * Learns from a conflict what was wrong, up to the last point through which all of it went, and takes decisions back.
   * False where that contradicts what was learned before.
   */
  #learn(conflict: number): boolean {
    const assignment = this.#assignment;
    const { depth, trail } = assignment;
    const seen = new Set<number>();
    const premises: number[] = [];
    const learned: Literal[] = [];
    let open = 0;
    let id = conflict;
    let at = trail.length;
    let turning: Literal;
    do {
      premises.push(id);
      for (const literal of this.#clauses.literals(id)) {
        const variable = literal >> 1;
        this.spend(1);
        if (seen.has(variable) || this.#assignment.valueOf(literal) !== -1) continue;
        seen.add(variable);
        if (assignment.depthOf(literal) === depth) open++;
        else if (assignment.isSettled(literal)) premises.push(assignment.reasonOf(literal));
        else learned.push(literal);
      }
      do at--;
      while (!seen.has((trail[at] as Literal) >> 1) || assignment.depthOf(trail[at] as Literal) !== depth);
      turning = trail[at] as Literal;
      open--;
      id = assignment.reasonOf(turning);
    } while (open > 0);
    learned.sort((one, other) => assignment.depthOf(other) - assignment.depthOf(one));
    const [deepest] = learned;
    const back = deepest === undefined ? 0 : assignment.depthOf(deepest);
    const clause = this.#addClause([turning ^ 1, ...learned], [], premises);
    if (deepest === undefined && !this.#learnFact(turning ^ 1, clause)) return false;
    this.#backTo(depth - back > MOST_TAKEN_BACK ? depth - 1 : back);
    this.#clauses.watch(clause);
    this.#assignment.assign(turning ^ 1, clause);
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
      const value = this.#assignment.valueOf(literal);
      if (value === 0) this.#assignment.assign(literal, clause);
      if (value !== -1) continue;
      this.#refutedBy = clause;
      return false;
    }
    return true;
  }

  /** Leaves out demands that are met for good, and puts the others in order of time: then what conflicts lies close together. */
  #sortDemands(): void {
    const { place } = this.#order;
    const open = this.#demands.filter((literals) => !literals.some((each) => this.#assignment.valueOf(each) === 1));
    const timeOf = ([first]: readonly Literal[]): number =>
      first === undefined ? 0 : (place[this.#literals.edge(first)[0]] as number);
    const timed = open.map((literals) => ({ literals, time: timeOf(literals) }));
    this.#demands = timed.sort((one, other) => one.time - other.time).map(({ literals }) => literals);
    this.#demand = 0;
    this.spend(open.length);
  }

  /** Takes up new clauses before anything is decided. False where one of them cannot be satisfied. */
  #attachDemands(): boolean {
    for (const id of this.#unattached.splice(0)) {
      const literals = this.#clauses.literals(id);
      literals.sort((one, other) => this.#assignment.valueOf(other) - this.#assignment.valueOf(one));
      this.#clauses.watch(id);
      const [first, second] = literals;
      if (first === undefined || this.#assignment.valueOf(first) === -1) {
        this.#refutedBy = id;
        return false;
      }
      const isUnit = second === undefined || this.#assignment.valueOf(second) === -1;
      if (isUnit && this.#assignment.valueOf(first) === 0) this.#assignment.assign(first, id);
    }
    return true;
  }
}
