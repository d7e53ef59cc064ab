/** Words of a set of sums that is worth keeping: sums that span two million. */
export const MOST_SUM_WORDS: number = 2 ** 16;

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
