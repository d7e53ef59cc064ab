import type { SearchProblem } from './search-problem.ts';

/** In place of an operation's number: a crashed one. */
export const CRASHED_TWIN = -1;

/**
 * Operations that do the same and may be taken now. Only the one that must be over first has to be tried: in any order
 * that takes another one now, the two can change places. The other one is late enough where the first one was, because it
 * may be over later; and both have begun. A crashed operation may be over later than any other.
 */
export class Twins {
  readonly #problem: SearchProblem;
  readonly #end: number;
  /** 1 for actions that several operations share and that may change the state. */
  readonly #isShared: Uint8Array;
  readonly #hasAny: boolean;
  /** The best operation by action, as of the look in which it was noted. */
  readonly #best: Int32Array;
  readonly #notedAt: Float64Array;
  #looks = 0;

  constructor(problem: SearchProblem) {
    this.#problem = problem;
    this.#end = problem.call.length;
    this.#isShared = sharedActions(problem);
    this.#hasAny = this.#isShared.includes(1);
    this.#best = new Int32Array(this.#isShared.length);
    this.#notedAt = new Float64Array(this.#isShared.length);
  }

  /** Looks at what may be taken now: untaken operations invoked before `until`, as linked by invocation. O(of these). */
  look(next: Int32Array, until: number): void {
    if (!this.#hasAny) return;
    this.#looks++;
    const { call, ret, action } = this.#problem;
    for (let op = next[this.#end] as number; op !== this.#end; op = next[op] as number) {
      if ((call[op] as number) >= until) return;
      const what = action[op] as number;
      if (this.#isShared[what] === 0) continue;
      if (this.#notedAt[what] === this.#looks && (ret[this.#best[what] as number] as number) < (ret[op] as number)) {
        continue;
      }
      this.#notedAt[what] = this.#looks;
      this.#best[what] = op;
    }
  }

  /** Whether another operation that does the same should be taken in place of this one. */
  hasBetter(op: number, action: number): boolean {
    return this.#isShared[action] === 1 && this.#notedAt[action] === this.#looks && this.#best[action] !== op;
  }
}

function sharedActions({ action, isPure, groupAction }: SearchProblem): Uint8Array {
  const times = new Int32Array(isPure.length);
  for (const what of action) times[what] = (times[what] as number) + 1;
  for (const what of groupAction) times[what] = (times[what] as number) + 1;
  return Uint8Array.from(times, (count, what) => (count > 1 && isPure[what] === 0 ? 1 : 0));
}
