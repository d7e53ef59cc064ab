import { NEVER } from './operations.ts';
import { NO_VALUE, type RegisterOperations } from './register-operations.ts';

/** Returns and operations are sorted as one double each: 31 bits of entry index, 22 of operation. */
export const MOST_INDEXED: number = 2 ** 22;

/**
 * Which makers of a value an operation could have found in place: those that had begun before it was over, and were not
 * surely replaced (by a maker of another value that began after them and was over before it began).
 *
 * O(n log n) to build, O(log n) per question. For fewer than {@link MOST_INDEXED} operations.
 */
export class MakerIndex {
  readonly #register: RegisterOperations;
  /** Makers by value, oldest first: `#makers[#start[value] .. #start[value + 1])`. */
  readonly #start: Int32Array;
  readonly #makers: Int32Array;
  /** Latest return among the makers of the same value up to here. */
  readonly #latestReturn: Int32Array;
  /** Completed makers in order of return, and the latest invocations up to there: the best value's, and the best other's. */
  readonly #returns: Float64Array;
  readonly #best: Int32Array;
  readonly #bestValue: Int32Array;
  readonly #other: Int32Array;

  constructor(register: RegisterOperations) {
    this.#register = register;
    const { count, makes, ret, valueCount } = register;
    this.#start = new Int32Array(valueCount + 1);
    let completed = 0;
    for (let op = 0; op < count; op++) {
      const value = makes[op] as number;
      if (value === NO_VALUE) continue;
      this.#start[value + 1] = (this.#start[value + 1] as number) + 1;
      if (ret[op] !== NEVER) completed++;
    }
    for (let value = 0; value < valueCount; value++) {
      this.#start[value + 1] = (this.#start[value + 1] as number) + (this.#start[value] as number);
    }
    this.#makers = new Int32Array(this.#start[valueCount] as number);
    this.#latestReturn = new Int32Array(this.#makers.length);
    this.#fillMakers();
    this.#returns = new Float64Array(completed);
    this.#best = new Int32Array(completed);
    this.#bestValue = new Int32Array(completed);
    this.#other = new Int32Array(completed);
    this.#fillReturns();
  }

  /** The makers of the value that `reader` could have found in place. */
  visible(reader: number, value: number): number[] {
    const { call, ret } = this.#register;
    const replaced = this.lastReplacement(reader, value);
    const found: number[] = [];
    for (let at = this.#start[value] as number; at < (this.#start[value + 1] as number); at++) {
      const maker = this.#makers[at] as number;
      if ((call[maker] as number) >= (ret[reader] as number)) break;
      if (maker !== reader && (ret[maker] as number) >= replaced) found.push(maker);
    }
    return found;
  }

  /** Why no maker is visible: the last one that had begun in time, and what surely replaced it. */
  replaced(reader: number, value: number): number[] {
    const { call, ret } = this.#register;
    let last = (this.#start[value + 1] as number) - 1;
    while (last >= (this.#start[value] as number)) {
      if ((call[this.#makers[last] as number] as number) < (ret[reader] as number)) break;
      last--;
    }
    const replacement = this.lastReplacement(reader, value);
    return [
      ...(last < (this.#start[value] as number) ? [] : [this.#makers[last] as number]),
      ...(replacement < 0 ? [] : [call.indexOf(replacement)]),
    ];
  }

  /**
   * Whether there is any such maker. The initial value is one until it was surely replaced. `over`: how many makers were over
   * before the reader began, where that is known.
   */
  hasVisible(reader: number, value: number, over: number = this.#overBefore(reader)): boolean {
    const { call, ret } = this.#register;
    const replaced = this.#latestOther(over, value);
    if (value === 0 && replaced < 0) return true;
    const from = this.#start[value] as number;
    let low = from;
    let high = this.#start[value + 1] as number;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((call[this.#makers[middle] as number] as number) < (ret[reader] as number)) low = middle + 1;
      else high = middle;
    }
    return low > from && (this.#latestReturn[low - 1] as number) >= replaced;
  }

  /** When the latest maker of another value began that was over before `reader` began; -1 for none. */
  lastReplacement(reader: number, value: number): number {
    return this.#latestOther(this.#overBefore(reader), value);
  }

  /** How many completed makers had returned by `time`: at least `atLeast`. O(the difference). */
  overBefore(time: number, atLeast: number): number {
    const returns = this.#returns;
    let over = atLeast;
    while (over < returns.length && (returns[over] as number) < time) over++;
    return over;
  }

  #overBefore(reader: number): number {
    const time = this.#register.call[reader] as number;
    let low = 0;
    let high = this.#returns.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#returns[middle] as number) < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #latestOther(over: number, value: number): number {
    if (over === 0) return -1;
    return (this.#bestValue[over - 1] === value ? this.#other[over - 1] : this.#best[over - 1]) as number;
  }

  #fillMakers(): void {
    const { count, makes, ret } = this.#register;
    const fill = this.#start.slice();
    for (let op = 0; op < count; op++) {
      const value = makes[op] as number;
      if (value === NO_VALUE) continue;
      const at = fill[value] as number;
      const before = at === this.#start[value] ? -1 : (this.#latestReturn[at - 1] as number);
      this.#makers[at] = op;
      this.#latestReturn[at] = Math.max(before, ret[op] as number);
      fill[value] = at + 1;
    }
  }

  #fillReturns(): void {
    const { count, makes, ret, call } = this.#register;
    let at = 0;
    // One double each, return first: sorts without a comparator.
    for (let op = 0; op < count; op++) {
      if (makes[op] !== NO_VALUE && ret[op] !== NEVER) this.#returns[at++] = (ret[op] as number) + op / MOST_INDEXED;
    }
    this.#returns.sort();
    let best = -1;
    let bestValue: number = NO_VALUE;
    let other = -1;
    for (at = 0; at < this.#returns.length; at++) {
      const key = this.#returns[at] as number;
      const op = Math.round((key - Math.floor(key)) * MOST_INDEXED);
      const value = makes[op] as number;
      const called = call[op] as number;
      if (value === bestValue) best = Math.max(best, called);
      else if (called > best) [other, best, bestValue] = [best, called, value];
      else other = Math.max(other, called);
      this.#returns[at] = Math.floor(key);
      this.#best[at] = best;
      this.#bestValue[at] = bestValue;
      this.#other[at] = other;
    }
  }
}
