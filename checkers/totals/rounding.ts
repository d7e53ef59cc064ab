/**
 * How far two sums of the same numbers can be apart, because they were added in different orders: each of `terms`
 * additions rounds by at most half a unit in the last place of `size`, the sum of the absolute values. Sums of whole
 * numbers are exact and need no such room. (Higham, Accuracy and Stability of Numerical Algorithms, section 4.2.)
 */
export function roundingOf(terms: number, size: number): number {
  return terms * size * Number.EPSILON;
}
