import { TYPE_OK } from '../../harness/kernel/history.ts';
import type { Operations } from './operations.ts';

/** Quantiles of latencies in nanoseconds, by the nearest-rank method: every one is a latency that occurred. */
export interface LatencyQuantiles {
  readonly count: number;
  readonly p50Ns: number;
  readonly p95Ns: number;
  readonly p99Ns: number;
  readonly maxNs: number;
}

/** Quantiles of the given latencies, which are sorted in place. Undefined for none. O(n log n). */
export function latencyQuantiles(latenciesNs: Float64Array): LatencyQuantiles | undefined {
  if (latenciesNs.length === 0) return undefined;
  latenciesNs.sort();
  const at = (share: number): number => latenciesNs[Math.max(0, Math.ceil(share * latenciesNs.length) - 1)] ?? 0;
  return { count: latenciesNs.length, p50Ns: at(0.5), p95Ns: at(0.95), p99Ns: at(0.99), maxNs: at(1) };
}

/** Latencies of the `ok` operations that `select` accepts, in nanoseconds, in order of invocation. */
export function okLatencies(operations: Operations, select: (operation: number) => boolean = () => true): Float64Array {
  const latencies = new Float64Array(operations.count);
  let count = 0;
  for (let operation = 0; operation < operations.count; operation++) {
    if (operations.outcome[operation] !== TYPE_OK || !select(operation)) continue;
    latencies[count++] = (operations.endNs[operation] ?? 0) - (operations.startNs[operation] ?? 0);
  }
  return latencies.slice(0, count);
}
