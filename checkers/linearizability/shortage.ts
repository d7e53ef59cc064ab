import type { SearchProblem } from './search-problem.ts';

/** Returns that are looked at per question: enough to see past the operations open at one time. */
const HORIZON = 96;
/** Returns and operations are sorted as one double each: 31 bits of entry index, 22 of operation. */
export const MOST_FOR_LOOK_AHEAD = 0x400000;
const MOST_TOUCHED = 4 * HORIZON;

/**
 * Sees dead ends of a search on registers early.
 *
 * Every `cas` uses up one making of the value that it needs. So for each return, going forward in time: of each value no
 * more may be needed by what must be over by then than is in place or can be made by what has begun by then. Where more
 * is needed, no order of the untaken operations exists, and nothing below this configuration has to be tried.
 */
export class Shortage {
  readonly #problem: SearchProblem;
  readonly #required: number;
  /** Required operations in order of return; untaken ones are linked. Slot `required` is head and tail. */
  readonly #next: Int32Array;
  readonly #previous: Int32Array;
  /** Makings and uses so far, by value; zero between questions. */
  readonly #made: Int32Array;
  readonly #used: Int32Array;
  readonly #touched = new Int32Array(MOST_TOUCHED);
  /** Untaken crashed makers, by value. */
  readonly #crashedMakers: Int32Array;

  constructor(problem: SearchProblem, states: number) {
    this.#problem = problem;
    const { ret, groupAction, groupStart, demand } = problem;
    this.#required = ret.length;
    this.#next = new Int32Array(ret.length + 1);
    this.#previous = new Int32Array(ret.length + 1);
    this.#made = new Int32Array(states);
    this.#used = new Int32Array(states);
    this.#crashedMakers = new Int32Array(states);
    const order = Float64Array.from(ret, (time, op) => time * MOST_FOR_LOOK_AHEAD + op).sort();
    let last = ret.length;
    for (const key of order) {
      const op = key % MOST_FOR_LOOK_AHEAD;
      this.#next[last] = op;
      this.#previous[op] = last;
      last = op;
    }
    this.#next[last] = ret.length;
    this.#previous[ret.length] = last;
    for (let group = 0; group < groupAction.length; group++) {
      const made = demand?.makes[groupAction[group] as number] ?? -1;
      const size = (groupStart[group + 1] as number) - (groupStart[group] as number);
      if (made >= 0) this.#crashedMakers[made] = (this.#crashedMakers[made] as number) + size;
    }
  }

  take(op: number): void {
    const next = this.#next[op] as number;
    const previous = this.#previous[op] as number;
    this.#next[previous] = next;
    this.#previous[next] = previous;
  }

  /** Undoes the latest take. */
  untake(op: number): void {
    this.#next[this.#previous[op] as number] = op;
    this.#previous[this.#next[op] as number] = op;
  }

  crashed(made: number, by: number): void {
    if (made >= 0) this.#crashedMakers[made] = (this.#crashedMakers[made] as number) + by;
  }

  /** Whether some untaken operation can surely not be served in time. `byCall` links the untaken ones by invocation. */
  isCertain(state: number, byCall: Int32Array): boolean {
    const { call, ret, action, demand, isPure } = this.#problem;
    if (demand === undefined) return false;
    const end = this.#required;
    const made = this.#made;
    const used = this.#used;
    let touched = 0;
    let beginning = byCall[end] as number;
    let found = false;
    let op = this.#next[end] as number;
    for (let seen = 0; op !== end && seen < HORIZON && !found; seen++) {
      const until = ret[op] as number;
      while (beginning !== end && (call[beginning] as number) < until && touched < MOST_TOUCHED) {
        const makes = demand.makes[action[beginning] as number] as number;
        beginning = byCall[beginning] as number;
        if (makes < 0) continue;
        made[makes] = (made[makes] as number) + 1;
        this.#touched[touched++] = makes;
      }
      if (touched === MOST_TOUCHED) break;
      const needs = demand.needs[action[op] as number] as number;
      if (needs >= 0) {
        const there = (made[needs] as number) + (this.#crashedMakers[needs] as number) + (needs === state ? 1 : 0);
        const uses = isPure[action[op] as number] === 1 ? 0 : 1;
        const total = (used[needs] as number) + uses;
        used[needs] = total;
        this.#touched[touched++] = needs;
        found = there < Math.max(total, 1);
      }
      op = this.#next[op] as number;
    }
    while (touched > 0) {
      const value = this.#touched[--touched] as number;
      made[value] = 0;
      used[value] = 0;
    }
    return found;
  }
}
