import type { JsonObject } from '../../harness/kernel/json.ts';
import type { Budget } from '../judging/budget.ts';
import { quantilesOf } from '../judging/quantiles.ts';
import { smallestDeltaNs } from './delta-atomicity.ts';
import { kBounds } from './k-atomicity.ts';
import { NOT_A_READ, type RegisterProblem } from './register-problem.ts';
import { leastStale } from './source-choices.ts';
import { timelineOf, type Timeline } from './version-timeline.ts';

/** How stale the reads of a history were, at least; over all keys. */
export interface Staleness {
  readonly reads: number;
  readonly staleReads: number;
  /** Versions behind, of stale reads. */
  readonly versions: { readonly p50: number; readonly p99: number; readonly max: number };
  /** Time since the version had been replaced, of stale reads, in milliseconds. */
  readonly ms: { readonly p50: number; readonly p99: number; readonly max: number };
  /**
   * Smallest Δ for which every key is Δ-atomic, in milliseconds; null where some read came from the future. Where values
   * repeat ({@link ambiguousReads}): a Δ that suffices.
   */
  readonly deltaMs: number | null;
  /** No smaller k makes every key k-atomic; null where some read came from the future, and no k does. */
  readonly kAtLeast: number | null;
  /** This k does; the same as `kAtLeast` up to 2, and mostly beyond. Null as above. */
  readonly kAtMost: number | null;
  /** Reads that may have returned several writes of equal value: each counts as returning the least stale of them. */
  readonly ambiguousReads: number;
}

/** Measures staleness. Problems of one key each. O(n log n log Δ), and the searches for k. */
export function measureStaleness(
  given: readonly RegisterProblem[],
  budget: Budget,
): { readonly staleness: Staleness; readonly timelines: readonly Timeline[] } {
  const problems = given.map((problem) => (problem.choices.length === 0 ? problem : leastStale(problem)));
  const timelines = problems.map((problem) => timelineOf(problem, budget));
  const stale = timelines.flatMap((timeline) => timeline.stale);
  let deltaNs = 0;
  let reads = 0;
  let [kAtLeast, kAtMost] = [1, 1];
  for (const [position, problem] of problems.entries()) {
    const delta = smallestDeltaNs(problem, budget);
    deltaNs = Math.max(deltaNs, delta);
    if (deltaNs !== Infinity) {
      const behind = (timelines[position]?.stale ?? []).map(({ versionsBehind }) => versionsBehind);
      const versionsBehind = behind.reduce((most, each) => Math.max(most, each), 0);
      const { atLeast, atMost } = kBounds(problem, { versionsBehind, isAtomic: delta === 0 }, budget);
      // Another choice of writes may do with less than the searches found, but not with less than each read by itself.
      const isChosen = (given[position]?.choices.length ?? 0) > 0;
      kAtLeast = Math.max(kAtLeast, isChosen ? versionsBehind + 1 : atLeast);
      kAtMost = Math.max(kAtMost, atMost);
    }
    for (const source of problem.source) if (source !== NOT_A_READ) reads++;
  }
  const staleness = {
    reads,
    staleReads: stale.length,
    versions: quantiles(stale.map(({ versionsBehind }) => versionsBehind)),
    ms: quantiles(stale.map(({ behindNs }) => behindNs / 1e6)),
    deltaMs: deltaNs === Infinity ? null : deltaNs / 1e6,
    kAtLeast: deltaNs === Infinity ? null : kAtLeast,
    kAtMost: deltaNs === Infinity ? null : kAtMost,
    ambiguousReads: given.reduce((sum, { choices }) => sum + choices.length, 0),
  };
  return { staleness, timelines };
}

/** As JSON, for facts: what is a time only where the history has times. */
export function stalenessFacts({ versions, ms, deltaMs, ...facts }: Staleness, hasTimes: boolean): JsonObject {
  const times: JsonObject = hasTimes ? { deltaMs, behindMs: { ...ms } } : {};
  return { ...facts, versionsBehind: { ...versions }, ...times };
}

function quantiles(values: readonly number[]): { readonly p50: number; readonly p99: number; readonly max: number } {
  const at = quantilesOf(values);
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}
