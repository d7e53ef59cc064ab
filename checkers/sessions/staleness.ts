import type { JsonObject } from '../../harness/kernel/json.ts';
import type { Budget } from '../judging/budget.ts';
import { smallestDeltaNs } from './delta-atomicity.ts';
import { kBounds } from './k-atomicity.ts';
import { NOT_A_READ, type RegisterProblem } from './register-problem.ts';
import { timelineOf, type Timeline } from './version-timeline.ts';

/** How stale the reads of a history were, at least; over all keys. */
export interface Staleness {
  readonly reads: number;
  readonly staleReads: number;
  /** Versions behind, of stale reads. */
  readonly versions: { readonly p50: number; readonly p99: number; readonly max: number };
  /** Time since the version had been replaced, of stale reads, in milliseconds. */
  readonly ms: { readonly p50: number; readonly p99: number; readonly max: number };
  /** Smallest Δ for which every key is Δ-atomic, in milliseconds; null where some read came from the future. */
  readonly deltaMs: number | null;
  /** No smaller k makes every key k-atomic; null where some read came from the future, and no k does. */
  readonly kAtLeast: number | null;
  /** This k does; the same as `kAtLeast` up to 2, and often beyond. Null as above. */
  readonly kAtMost: number | null;
}

/** Measures staleness. Problems of one key each. O(n log n log Δ). */
export function measureStaleness(
  problems: readonly RegisterProblem[],
  budget: Budget,
): { readonly staleness: Staleness; readonly timelines: readonly Timeline[] } {
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
      [kAtLeast, kAtMost] = [Math.max(kAtLeast, atLeast), Math.max(kAtMost, atMost)];
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
  };
  return { staleness, timelines };
}

/** As JSON, for facts. */
export function stalenessFacts({ versions, ms, ...facts }: Staleness): JsonObject {
  return { ...facts, versionsBehind: { ...versions }, behindMs: { ...ms } };
}

function quantiles(values: readonly number[]): { readonly p50: number; readonly p99: number; readonly max: number } {
  const sorted = Float64Array.from(values).sort();
  const at = (quantile: number): number => sorted[Math.max(0, Math.ceil(quantile * sorted.length) - 1)] ?? 0;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}
