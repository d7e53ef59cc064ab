import type { Budget } from '../../judging/budget.ts';
import { workingInts } from '../../judging/working-memory.ts';
import { reversed, type EventGraph } from './event-graph.ts';

/** A circle that an edge would have closed. */
export interface Circle {
  /** Literals whose edges lie on it, without that of the edge itself. */
  readonly literals: readonly number[];
  readonly events: readonly number[];
}

/** In the columns of added edges: no edge, or an edge that was there from the beginning. */
const NONE = -1;

/**
 * An order of events that keeps all edges, those of a graph and those added since: Pearce and Kelly (ACM JEA 2007). An edge
 * that agrees with the order costs nothing; another moves only events between its two ends. Edges are taken back in the
 * reverse order of adding; the order stays, since it keeps fewer edges as well.
 */
export class DynamicOrder {
  readonly #events: EventGraph;
  readonly #back: Pick<EventGraph, 'offset' | 'target'>;
  readonly #budget: Budget;
  /** Per event. */
  readonly place: Int32Array;
  /** Added edges: ends, the literal they stand for, and the next one of the same beginning or end. */
  readonly #from: number[] = [];
  readonly #to: number[] = [];
  readonly #literal: number[] = [];
  readonly #nextOut: number[] = [];
  readonly #nextIn: number[] = [];
  readonly #firstOut: Int32Array;
  readonly #firstIn: Int32Array;
  readonly #seenIn: Int32Array;
  readonly #parent: Int32Array;
  readonly #parentLiteral: Int32Array;
  #search = 0;
  /** Events moved since somebody emptied it. */
  readonly moved: number[] = [];
  /** Edges looked at so far. */
  work = 0;

  /** `place` must keep the edges of the graph. */
  constructor(events: EventGraph, place: Int32Array, budget: Budget) {
    const { size } = events;
    budget.reserve(size * 24);
    this.#events = events;
    this.#back = reversed(events, budget);
    this.#budget = budget;
    this.place = place;
    this.#firstOut = workingInts(size).fill(NONE);
    this.#firstIn = workingInts(size).fill(NONE);
    this.#seenIn = workingInts(size);
    this.#parent = workingInts(size);
    this.#parentLiteral = workingInts(size);
  }

  /** Adds an edge, or returns the circle that it would close. */
  add(from: number, to: number, literal: number): Circle | undefined {
    const low = this.place[to] as number;
    const high = this.place[from] as number;
    if (low <= high) {
      const after = this.#reach(to, from, (event) => (this.place[event] as number) <= high);
      if (after === undefined) return this.#circle(to, from);
      this.#reorder(this.#precede(from, low), after);
    }
    const edge = this.#from.length;
    this.#from.push(from);
    this.#to.push(to);
    this.#literal.push(literal);
    this.#nextOut.push(this.#firstOut[from] as number);
    this.#nextIn.push(this.#firstIn[to] as number);
    this.#firstOut[from] = edge;
    this.#firstIn[to] = edge;
    return undefined;
  }

  /** Takes back the edge added last. */
  removeLast(): void {
    const from = this.#from.pop();
    const to = this.#to.pop();
    if (from === undefined || to === undefined) throw new RangeError('no edge to take back');
    this.#literal.pop();
    this.#firstOut[from] = this.#nextOut.pop() ?? NONE;
    this.#firstIn[to] = this.#nextIn.pop() ?? NONE;
  }

  /** What `start` leads to inside the limits; undefined where that is `goal`. */
  #reach(start: number, goal: number, isInside: (event: number) => boolean): number[] | undefined {
    this.#search++;
    this.#seenIn[start] = this.#search;
    if (start === goal) return undefined;
    const reached = [start];
    for (let index = 0; index < reached.length; index++) {
      const event = reached[index] as number;
      const visit = (next: number, literal: number): void => {
        if (this.#seenIn[next] === this.#search || !isInside(next)) return;
        this.#seenIn[next] = this.#search;
        this.#parent[next] = event;
        this.#parentLiteral[next] = literal;
        reached.push(next);
      };
      const { offset, target } = this.#events;
      const end = offset[event + 1] as number;
      for (let edge = offset[event] as number; edge < end; edge++) visit(target[edge] as number, NONE);
      for (let edge = this.#firstOut[event] as number; edge !== NONE; edge = this.#nextOut[edge] as number) {
        visit(this.#to[edge] as number, this.#literal[edge] as number);
      }
      this.#count(end - (offset[event] as number));
      if (this.#seenIn[goal] === this.#search) return undefined;
    }
    return reached;
  }

  /** What leads to `start` and stands no lower than `low`. */
  #precede(start: number, low: number): number[] {
    this.#search++;
    this.#seenIn[start] = this.#search;
    const reached = [start];
    for (let index = 0; index < reached.length; index++) {
      const event = reached[index] as number;
      const visit = (next: number): void => {
        if (this.#seenIn[next] === this.#search || (this.place[next] as number) < low) return;
        this.#seenIn[next] = this.#search;
        reached.push(next);
      };
      const { offset, target } = this.#back;
      const end = offset[event + 1] as number;
      for (let edge = offset[event] as number; edge < end; edge++) visit(target[edge] as number);
      for (let edge = this.#firstIn[event] as number; edge !== NONE; edge = this.#nextIn[edge] as number) {
        visit(this.#from[edge] as number);
      }
      this.#count(end - (offset[event] as number));
    }
    return reached;
  }

  /** Puts `before` in front of `after`, each in the order it has, on the places they hold together. */
  #reorder(before: number[], after: number[]): void {
    const byPlace = (one: number, other: number): number => (this.place[one] as number) - (this.place[other] as number);
    const events = [...before.sort(byPlace), ...after.sort(byPlace)];
    const places = events.map((event) => this.place[event] as number).sort((one, other) => one - other);
    events.forEach((event, index) => {
      this.place[event] = places[index] as number;
      this.moved.push(event);
    });
    this.#count(events.length * 4);
  }

  #circle(to: number, from: number): Circle {
    const literals: number[] = [];
    const events = [to];
    for (let event = from; event !== to; event = this.#parent[event] as number) {
      events.push(event);
      if (this.#parentLiteral[event] !== NONE) literals.push(this.#parentLiteral[event] as number);
    }
    return { literals, events };
  }

  #count(edges: number): void {
    this.work += edges + 2;
    this.#budget.step(edges + 2);
  }
}
