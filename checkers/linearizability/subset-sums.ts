/** Words of a set of sums that is worth keeping: sums that span two million. */
export const MOST_SUM_WORDS: number = 2 ** 16;

/** Whole numbers, of which some may be chosen, by how often each size is among them. */
export class Summands {
  readonly #times = new Map<number, number>();
  #least = 0;

  /** The sum of those below zero. */
  get least(): number {
    return this.#least;
  }

  /** Counts a number in, or out again with `times` of -1. */
  count(number: number, times: 1 | -1): void {
    if (number === 0) return;
    if (number < 0) this.#least += number * times;
    const size = Math.abs(number);
    const now = (this.#times.get(size) ?? 0) + times;
    if (now === 0) this.#times.delete(size);
    else this.#times.set(size, now);
  }

  /**
   * Whether every whole number between the least sum and the most is a sum of some: each size is then at most one more than
   * all smaller ones together. O(d log d) for d different sizes.
   */
  reachAll(): boolean {
    let reach = 0;
    for (const size of [...this.#times.keys()].sort((left, right) => left - right)) {
      if (size > reach + 1) return false;
      reach += size * (this.#times.get(size) as number);
    }
    return true;
  }

  /**
   * Fewer numbers above zero with the same sums, moved up by {@link least}: k times the same one as once, twice, four times, ...
   * of it.
   */
  merged(): number[] {
    const merged: number[] = [];
    for (const [size, times] of this.#times) {
      let left = times;
      for (let together = 1; left > 0; together *= 2) {
        const taken = Math.min(together, left);
        merged.push(size * taken);
        left -= taken;
      }
    }
    return merged;
  }

  /** Different sizes. */
  get sizes(): number {
    return this.#times.size;
  }
}

/**
 * Whether some of these whole numbers sum up to `target`; undefined where they span too much to say. By the set of all sums
 * as bits, shifted by one number after the other (Bellman 1957, the knapsack of whole numbers): O(numbers * span / 32), told
 * to `spend` before it is spent.
 */
export function hasSubsetSum(
  numbers: readonly number[],
  target: number,
  spend: (words: number) => void,
): boolean | undefined {
  let [least, most] = [0, 0];
  for (const number of numbers) {
    if (number < 0) least += number;
    else most += number;
  }
  if (target < least || target > most) return false;
  const words = Math.floor((most - least) / 32) + 1;
  if (words > MOST_SUM_WORDS) return undefined;
  const sums = new Int32Array(words);
  const set = (bit: number): number => (1 << (bit & 31)) | 0;
  sums[-least >> 5] = set(-least);
  for (const number of numbers) {
    spend(words);
    if (number > 0) shiftUp(sums, number);
    if (number < 0) shiftDown(sums, -number);
  }
  return ((sums[(target - least) >> 5] as number) & set(target - least)) !== 0;
}

/** Joins a set of bits with itself moved up; bits beyond the end are lost. */
function shiftUp(bits: Int32Array, by: number): void {
  const [whole, rest] = [by >> 5, by & 31];
  for (let word = bits.length - 1; word >= whole; word--) {
    const from = word - whole;
    const carried = rest === 0 || from === 0 ? 0 : (bits[from - 1] as number) >>> (32 - rest);
    bits[word] = (bits[word] as number) | ((bits[from] as number) << rest) | carried;
  }
}

function shiftDown(bits: Int32Array, by: number): void {
  const [whole, rest] = [by >> 5, by & 31];
  for (let word = 0; word + whole < bits.length; word++) {
    const from = word + whole;
    const carried = rest === 0 || from + 1 === bits.length ? 0 : (bits[from + 1] as number) << (32 - rest);
    bits[word] = (bits[word] as number) | ((bits[from] as number) >>> rest) | carried;
  }
}
