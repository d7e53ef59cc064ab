import { performance } from 'node:perf_hooks';

/** Milliseconds on the monotonic clock, for budgets. */
export function monotonicNowMs(): number {
  return performance.now();
}
