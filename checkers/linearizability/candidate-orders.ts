import type { EvidenceEffort } from './evidence-effort.ts';
import { NEVER } from './operations.ts';

/** Operations in order of invocation, and what a sequential object does with them. */
export interface OrderedObject<State> {
  readonly count: number;
  /** Entry indices of invocation and completion; {@link NEVER} for a crashed operation. */
  readonly call: Int32Array;
  readonly ret: Int32Array;
  readonly initial: State;
  /** The state after operation `op`, or undefined where the object could not have answered so. */
  step(state: State, op: number): State | undefined;
  identity(state: State): string | number;
  /** True for operations that never change the state. */
  isPure(op: number): boolean;
}

/** An order that explains its operations, and cannot go on. */
export interface DeadEnd<State> {
  readonly order: readonly number[];
  readonly state: State;
  /** The operation that has to come next before anything later can, and contradicts the state. */
  readonly refused: number;
}

export interface CandidateOrders<State> {
  /** Those that came farthest in time, the longest first; each differs from the others in state or refused operation. */
  readonly found: readonly DeadEnd<State>[];
  /** States in which the operation that was asked about could have come, and was refused; as many as ends. */
  readonly refusing: readonly State[];
  /** Whether every order was tried. */
  readonly isWhole: boolean;
}

export interface OrderLimits {
  /** Ends told apart at most. */
  readonly most: number;
  /** Operations tried at most, and fewer where the check is out of time. */
  readonly steps: number;
  readonly effort: EvidenceEffort;
  /** An operation of which the states that refuse it are wanted. */
  readonly about?: number;
}

/**
 * Tries the orders that real time allows and tells where they end: Wing and Gong's search with Lowe's cache of
 * configurations, which goes on after a failure instead of asking only whether there is one. Observations are taken as soon
 * as they are right, because that forbids nothing. For operations that have an order nothing is found.
 *
 * O(steps).
 */
export function candidateOrders<State>(object: OrderedObject<State>, limits: OrderLimits): CandidateOrders<State> {
  return new OrderWalk(object, limits).run();
}

/** Operations tried between two looks at the clock. */
const STEPS_PER_LOOK = 64;
/** Copying so many operations, as a power of two, costs about what trying one does. */
const COPIES_PER_STEP_LOG2 = 6;

interface Frame<State> {
  readonly state: State;
  readonly next: readonly number[];
  at: number;
}

class OrderWalk<State> {
  readonly #object: OrderedObject<State>;
  readonly #most: number;
  /** Untaken operations are linked in order of invocation; slot `count` is head and tail. */
  readonly #after: Int32Array;
  readonly #before: Int32Array;
  readonly #order: number[] = [];
  readonly #seen = new Set<string>();
  #ends: (DeadEnd<State> & { readonly identity: string | number })[] = [];
  #farthest = -1;
  #stepsLeft: number;
  /** The clock is looked at when so many steps are left. */
  #lookAt: number;
  readonly #effort: EvidenceEffort;
  readonly #about: number;
  readonly #refusing = new Map<string | number, State>();
  /** The set of taken operations, hashed: two numbers of 32 bits that each operation is mixed into. */
  #low = 0;
  #high = 0;

  constructor(object: OrderedObject<State>, { most, steps, effort, about = -1 }: OrderLimits) {
    const { count } = object;
    this.#object = object;
    this.#most = most;
    this.#stepsLeft = steps;
    this.#lookAt = steps - STEPS_PER_LOOK;
    this.#effort = effort;
    this.#about = about;
    this.#after = Int32Array.from({ length: count + 1 }, (_, op) => (op + 1) % (count + 1));
    this.#before = Int32Array.from({ length: count + 1 }, (_, op) => (op + count) % (count + 1));
  }

  run(): CandidateOrders<State> {
    const frames = [this.#frameOf(this.#object.initial)];
    for (let frame = frames.at(-1); frame !== undefined && this.#mayGoOn(); frame = frames.at(-1)) {
      const op = frame.next[frame.at++];
      if (op === undefined) {
        frames.pop();
        const taken = this.#order.pop();
        if (taken !== undefined) this.#restore(taken);
        continue;
      }
      const state = this.#object.step(frame.state, op);
      if (state === undefined) continue;
      this.#take(op);
      const known = this.#seen.size;
      this.#seen.add(`${this.#low} ${this.#high} ${this.#object.identity(state)}`);
      if (this.#seen.size === known) this.#restore(op);
      else {
        this.#order.push(op);
        frames.push(this.#frameOf(state));
      }
    }
    const found = this.#ends.toSorted((left, right) => right.order.length - left.order.length);
    return {
      refusing: [...this.#refusing.values()],
      found: found.map(({ order, state, refused }) => ({ order, state, refused })),
      isWhole: this.#stepsLeft > 0,
    };
  }

  #mayGoOn(): boolean {
    if (this.#stepsLeft <= this.#lookAt) {
      this.#lookAt = this.#stepsLeft - STEPS_PER_LOOK;
      if (this.#effort.isLate) this.#stepsLeft = 0;
    }
    return this.#stepsLeft > 0;
  }

  /** What may come next in this state, the most urgent first. Notes a dead end where nothing may. */
  #frameOf(state: State): Frame<State> {
    const candidates = this.#candidates();
    const next: number[] = [];
    for (const op of candidates) {
      this.#stepsLeft--;
      if (this.#object.step(state, op) === undefined) {
        if (op === this.#about && this.#refusing.size < this.#most)
          this.#refusing.set(this.#object.identity(state), state);
        continue;
      }
      if (this.#object.isPure(op)) return { state, next: [op], at: 0 };
      next.push(op);
    }
    if (next.length === 0) this.#note(state, candidates[0]);
    return { state, next, at: 0 };
  }

  /** Untaken operations that began before every untaken one had returned, the first to return first. */
  #candidates(): number[] {
    const { count, call, ret } = this.#object;
    let first: number = NEVER;
    const begun: number[] = [];
    for (let op = this.#after[count] as number; op !== count; op = this.#after[op] as number) {
      if ((call[op] as number) > first) break;
      first = Math.min(first, ret[op] as number);
      begun.push(op);
    }
    return begun
      .filter((op) => (call[op] as number) < first)
      .sort((left, right) => (ret[left] as number) - (ret[right] as number));
  }

  #note(state: State, refused: number | undefined): void {
    const reached = refused === undefined ? NEVER : (this.#object.ret[refused] as number);
    if (refused === undefined || reached === NEVER || reached < this.#farthest) return;
    if (reached > this.#farthest) this.#ends = [];
    this.#farthest = reached;
    const identity = this.#object.identity(state);
    const same = this.#ends.findIndex((end) => end.identity === identity && end.refused === refused);
    // Dead ends are many and orders long: only what is kept is copied.
    const isKept =
      same < 0 ? this.#ends.length < this.#most : (this.#ends[same]?.order.length ?? 0) < this.#order.length;
    if (!isKept) return;
    this.#stepsLeft -= this.#order.length >> COPIES_PER_STEP_LOG2;
    this.#ends[same < 0 ? this.#ends.length : same] = { order: [...this.#order], state, refused, identity };
  }

  #take(op: number): void {
    const [before, after] = [this.#before[op] as number, this.#after[op] as number];
    this.#after[before] = after;
    this.#before[after] = before;
    this.#mix(op);
  }

  #restore(op: number): void {
    this.#after[this.#before[op] as number] = op;
    this.#before[this.#after[op] as number] = op;
    this.#mix(op);
  }

  #mix(op: number): void {
    this.#low ^= scattered(op + 1);
    this.#high ^= scattered(~op);
  }
}

/** A number of 32 bits that looks random; the finish of MurmurHash3. */
function scattered(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
