/** A sequence of numbers in ascending order. */
type Ascending = ArrayLike<number>;

/**
 * The first position from `from` up to `to` at which a condition holds that holds at all later ones, too; `to` where it
 * holds at none. O(log(to - from)) calls.
 */
export function firstWhere(from: number, to: number, holds: (position: number) => boolean): number {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The first position whose number is at least `value`; the length where there is none. O(log length). */
export function lowerBound(ascending: Ascending, value: number): number {
  // A loop of its own: a call for each look costs the checkers a third of their time.
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? 0) >= value) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The first position whose number is above `value`; the length where there is none. O(log length). */
export function upperBound(ascending: Ascending, value: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? 0) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
