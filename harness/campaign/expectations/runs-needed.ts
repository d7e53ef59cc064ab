/** How rarely a campaign that has kept its power may be called powerless. */
const FALSE_ALARM_MAX = 1 / 1000;

/** More runs than this are not worth proposing: the violation should be provoked better instead. */
const RUNS_MAX = 10_000;

/**
 * The smallest number of runs N such that a violation which each run shows with probability `rate` is seen in fewer than
 * `atLeast` of them with a probability below {@link FALSE_ALARM_MAX}:
 *
 *     P(Binomial(N, rate) < atLeast) = sum over k < atLeast of C(N, k) rate^k (1 - rate)^(N - k)
 *
 * For `atLeast` 1 that is the smallest N with (1 - rate)^N < 1/1000. Undefined where more than 10,000 were needed.
 * O(answer * atLeast). Throws RangeError for a rate outside of 0 to 1 or an `atLeast` that is no positive whole number.
 */
export function runsNeeded(rate: number, atLeast: number): number | undefined {
  if (!(rate >= 0 && rate <= 1)) throw new RangeError(`expected a rate from 0 to 1, got ${rate}`);
  if (!Number.isInteger(atLeast) || atLeast < 1) throw new RangeError(`expected a positive count, got ${atLeast}`);
  // chances[k]: probability that exactly k of the runs so far showed it; more than atLeast - 1 are of no interest.
  let chances = Array.from({ length: atLeast }, (_, seen): number => (seen === 0 ? 1 : 0));
  for (let runs = 1; runs <= RUNS_MAX; runs++) {
    chances = chances.map((chance, seen) => chance * (1 - rate) + (chances[seen - 1] ?? 0) * rate);
    if (chances.reduce((sum, chance) => sum + chance, 0) < FALSE_ALARM_MAX) return runs;
  }
  return undefined;
}

/**
 * The rate at which runs show something, from `seen` of `runs`: (seen + 1) / (runs + 2), the rule of succession. Three of
 * three are no proof of "always", and none of three none of "never".
 */
export function measuredRate(seen: number, runs: number): number {
  return (seen + 1) / (runs + 2);
}
