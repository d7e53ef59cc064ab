import type { JsonObject } from '../../harness/kernel/json.ts';
import type { Budget } from '../judging/budget.ts';
import { smallestDeltaNs } from './delta-atomicity.ts';
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
  for (const problem of problems) {
    deltaNs = Math.max(deltaNs, smallestDeltaNs(problem, budget));
    for (const source of problem.source) if (source !== NOT_A_READ) reads++;
  }
  const staleness = {
    reads,
    staleReads: stale.length,
    versions: quantiles(stale.map(({ versionsBehind }) => versionsBehind)),
    ms: quantiles(stale.map(({ behindNs }) => behindNs / 1e6)),
    deltaMs: deltaNs === Infinity ? null : deltaNs / 1e6,
  };
  return { staleness, timelines };
}

/** As JSON, for facts. */
export function stalenessFacts({ reads, staleReads, versions, ms, deltaMs }: Staleness): JsonObject {
  return { reads, staleReads, versionsBehind: { ...versions }, behindMs: { ...ms }, deltaMs };
}

function quantiles(values: readonly number[]): { readonly p50: number; readonly p99: number; readonly max: number } {
  const sorted = Float64Array.from(values).sort();
  const at = (quantile: number): number => sorted[Math.max(0, Math.ceil(quantile * sorted.length) - 1)] ?? 0;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}
