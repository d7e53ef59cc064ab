/**
 * Faultline in vitest: `faultline.run` takes a target through faults inside a test, and `expect(run)` judges what came of
 * it. Importing this module adds the matchers.
 */
import { expect, onTestFinished } from 'vitest';
import { runTarget, type RunTargetOptions, type TargetRun } from '../library/run-target.ts';
import { RUN_MATCHERS, type RunAssertions } from './matchers.ts';

export type { RunAssertions } from './matchers.ts';
export type { RunTargetOptions, TargetRun } from '../library/run-target.ts';

/** Healing and removing a cluster may take that long after a test was given up. */
const CLEANUP_TIMEOUT_MS = 120_000;

expect.extend({ ...RUN_MATCHERS });

declare module 'vitest' {
  // vitest's own declaration names the type parameter; nothing here depends on what is asserted.
  interface Matchers<T> extends RunAssertions {}
}

/** Runs for tests. */
export const faultline: { readonly run: (options: RunTargetOptions) => Promise<TargetRun> } = {
  /**
   * As `runTarget`, owned by the test that calls it: when the test times out or fails meanwhile, the run is ended, its
   * cluster healed and removed, before the next test starts. `signal` ends it earlier.
   */
  async run(options) {
    const over = new AbortController();
    const signal = options.signal === undefined ? over.signal : AbortSignal.any([options.signal, over.signal]);
    const running = runTarget({ ...options, signal });
    ownedByTest(async () => {
      over.abort();
      await running.catch(() => undefined);
    });
    return running;
  },
};

/** Outside of a test, as in `beforeAll`, nobody tells when it is over: the caller's own signal has to. */
function ownedByTest(end: () => Promise<void>): void {
  try {
    onTestFinished(end, CLEANUP_TIMEOUT_MS);
  } catch {
    // There is no running test.
  }
}
