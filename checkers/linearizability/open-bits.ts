import { clearBits, HEADER, setBits, STATE, type ConfigurationBits } from './antichain.ts';
import { NEVER } from './operations.ts';
import type { TimedOperations } from './open-operations.ts';
import type { Outlook } from './outlook.ts';
import type { SearchProblem } from './search-problem.ts';

/** What the operations that are open at one moment of a walk may do, as bits of configurations. */
export class OpenBits implements ConfigurationBits {
  readonly words: number;
  /** Observations. */
  readonly pure: Int32Array;
  readonly total: Int32Array;
  readonly optional: Int32Array;
  readonly exact: Int32Array;
  /** Open operations that change the state, those that must be over first in front. */
  readonly changing: number[] = [];
  readonly #problem: SearchProblem;
  readonly #timed: TimedOperations;

  constructor(problem: SearchProblem, timed: TimedOperations) {
    this.#problem = problem;
    this.#timed = timed;
    this.words = Math.max(1, (timed.slots + 31) >> 5);
    this.pure = new Int32Array(this.words);
    this.total = new Int32Array(this.words);
    this.optional = new Int32Array(this.words);
    this.exact = new Int32Array(2 * this.words);
  }

  /** Whether the action leaves a state behind whatever it finds. */
  isWrite(action: number): boolean {
    const { demand } = this.#problem;
    return demand !== undefined && demand.needs[action] === -1 && (demand.makes[action] as number) >= 0;
  }

  open(op: number): void {
    const { action, slot, ret } = this.#timed;
    const what = action[op] as number;
    const isPure = this.#problem.isPure[what] === 1;
    const at = slot[op] as number;
    const [word, bit] = [at >> 5, 1 << (at & 31)];
    if (isPure) setBits(this.pure, word, bit);
    else {
      const place = this.changing.findIndex((other) => (ret[other] as number) > (ret[op] as number));
      this.changing.splice(place < 0 ? this.changing.length : place, 0, op);
    }
    if (ret[op] === NEVER) setBits(this.optional, word, bit);
    else if (this.isWrite(what)) setBits(this.total, word, bit);
    else if (!isPure) {
      setBits(this.exact, word, bit);
      setBits(this.exact, this.words + word, bit);
    }
  }

  close(op: number): void {
    const at = this.#timed.slot[op] as number;
    const [word, bit] = [at >> 5, 1 << (at & 31)];
    for (const bits of [this.pure, this.total, this.optional, this.exact]) clearBits(bits, word, bit);
    clearBits(this.exact, this.words + word, bit);
    const place = this.changing.indexOf(op);
    if (place >= 0) this.changing.splice(place, 1);
  }

  /** Takes the pending observations that fit the state. Whether there was any. O(open operations). */
  serve(configuration: Int32Array, outlook: Outlook): boolean {
    const { automaton } = this.#problem;
    const { action } = this.#timed;
    const state = configuration[STATE] as number;
    let serves = false;
    for (let word = 0; word < this.words; word++) {
      let left = (configuration[HEADER + word] as number) & (this.pure[word] as number);
      while (left !== 0) {
        const bit = left & -left;
        left ^= bit;
        const op = outlook.openAt(word, bit);
        if (automaton.step(state, action[op] as number) < 0) continue;
        clearBits(configuration, HEADER + word, bit);
        serves = true;
      }
    }
    return serves;
  }
}
