import { TYPE_FAIL, TYPE_INFO, TYPE_OK } from '../../harness/kernel/history.ts';
import { latencyQuantiles } from './latency-quantiles.ts';
import type { Operations } from './operations.ts';

/** How a run went over time, in buckets of equal width from its origin. Lists hold one number per bucket. */
export interface TimeSeries {
  readonly bucketMs: number;
  readonly count: number;
  /** Operations by the second in which they completed; an operation that never completed counts where it was invoked. */
  readonly okPerSecond: readonly number[];
  readonly failPerSecond: readonly number[];
  readonly infoPerSecond: readonly number[];
  /** Of the operations invoked in the bucket, the share that ended `ok`, 0 to 1. Null where none was invoked. */
  readonly okShare: readonly (number | null)[];
  /** Latency of `ok` operations by when they were invoked, in milliseconds. Null where none. */
  readonly p50Ms: readonly (number | null)[];
  readonly p95Ms: readonly (number | null)[];
  readonly p99Ms: readonly (number | null)[];
  readonly maxMs: readonly (number | null)[];
}

/** Series over `durationMs` in at most `bucketsMax` buckets of a round width. O(n log n) for the quantiles. */
export function timeSeries(operations: Operations, durationMs: number, bucketsMax = 200): TimeSeries {
  const bucketMs = roundStep(durationMs / bucketsMax);
  const count = Math.max(1, Math.ceil(durationMs / bucketMs));
  const completed = [new Float64Array(count), new Float64Array(count), new Float64Array(count)] as const;
  const invoked = new Uint32Array(count);
  const invokedOk = new Uint32Array(count);
  const bucketOf = (ns: number): number => Math.min(count - 1, Math.max(0, Math.floor(ns / 1e6 / bucketMs)));
  for (let operation = 0; operation < operations.count; operation++) {
    const startNs = operations.startNs[operation] ?? 0;
    const endNs = operations.endNs[operation] ?? Infinity;
    const outcome = operations.outcome[operation] ?? TYPE_INFO;
    const start = bucketOf(startNs);
    invoked[start] = (invoked[start] ?? 0) + 1;
    if (outcome === TYPE_OK) invokedOk[start] = (invokedOk[start] ?? 0) + 1;
    const column = completed[outcome === TYPE_OK ? 0 : outcome === TYPE_FAIL ? 1 : 2];
    const end = endNs === Infinity ? start : bucketOf(endNs);
    column[end] = (column[end] ?? 0) + 1;
  }
  const perSecond = (column: Float64Array): number[] => Array.from(column, (total) => (total * 1000) / bucketMs);
  return {
    bucketMs,
    count,
    okPerSecond: perSecond(completed[0]),
    failPerSecond: perSecond(completed[1]),
    infoPerSecond: perSecond(completed[2]),
    okShare: Array.from(invoked, (total, bucket) => (total === 0 ? null : (invokedOk[bucket] ?? 0) / total)),
    ...latencySeries(operations, invokedOk, bucketOf),
  };
}

type LatencySeries = Pick<TimeSeries, 'p50Ms' | 'p95Ms' | 'p99Ms' | 'maxMs'>;

function latencySeries(operations: Operations, okCounts: Uint32Array, bucketOf: (ns: number) => number): LatencySeries {
  const buckets = Array.from(okCounts, (size) => new Float64Array(size));
  const filled = new Uint32Array(okCounts.length);
  for (let operation = 0; operation < operations.count; operation++) {
    if (operations.outcome[operation] !== TYPE_OK) continue;
    const startNs = operations.startNs[operation] ?? 0;
    const bucket = bucketOf(startNs);
    const slot = filled[bucket] ?? 0;
    const latencies = buckets[bucket];
    if (latencies !== undefined) latencies[slot] = (operations.endNs[operation] ?? 0) - startNs;
    filled[bucket] = slot + 1;
  }
  const quantiles = buckets.map((latencies) => latencyQuantiles(latencies));
  const inMs = (name: 'p50Ns' | 'p95Ns' | 'p99Ns' | 'maxNs'): (number | null)[] =>
    quantiles.map((bucket) => (bucket === undefined ? null : bucket[name] / 1e6));
  return { p50Ms: inMs('p50Ns'), p95Ms: inMs('p95Ns'), p99Ms: inMs('p99Ns'), maxMs: inMs('maxNs') };
}

/** The smallest of 1, 2, 5 times a power of ten that is at least `step`, and at least 1. */
function roundStep(step: number): number {
  if (!(step > 1)) return 1;
  const power = 10 ** Math.floor(Math.log10(step));
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= step) ?? 10);
}
