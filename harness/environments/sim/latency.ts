import type { Random } from '../../kernel/random.ts';

const QUANTILES = 4096;

/** Quantiles of the exponential distribution with mean 1, in 2^-20, at the middle of each of 4,096 equal slices. */
const EXPONENTIAL: readonly number[] = Array.from({ length: QUANTILES }, (_, index) =>
  Math.round(-Math.log(1 - (index + 0.5) / QUANTILES) * 2 ** 20),
);

/** The largest draw of an exponential delay, in means. */
export const EXPONENTIAL_MAX: number = Math.ceil((EXPONENTIAL[QUANTILES - 1] ?? 0) / 2 ** 20);

/** A delay of at least `minNs` whose excess over it is exponential, `meanNs` on average in all. */
export interface DelayDistribution {
  readonly minNs: number;
  readonly meanNs: number;
}

/**
 * Draws a delay in whole nanoseconds. Uses one integer draw and a table, so that the result does not hang on how a
 * platform computes logarithms; the tail ends at about nine means.
 */
export function drawDelayNs(distribution: DelayDistribution, random: Random): number {
  const quantile = EXPONENTIAL[random.int(0, QUANTILES - 1)] ?? 0;
  return distribution.minNs + Math.floor(((distribution.meanNs - distribution.minNs) * quantile) / 2 ** 20);
}

/** No draw is longer than this. */
export function longestDelayNs(distribution: DelayDistribution): number {
  return distribution.minNs + (distribution.meanNs - distribution.minNs) * EXPONENTIAL_MAX;
}
