/** Quantiles of some numbers by nearest rank; 0 where there are none. O(n log n). */
export function quantilesOf(values: readonly number[]): (quantile: number) => number {
  const sorted = Float64Array.from(values).sort();
  return (quantile) => sorted[Math.max(0, Math.ceil(quantile * sorted.length) - 1)] ?? 0;
}
