import type { CheckContext, Checker } from '../../harness/kernel/checker.ts';
import type { History } from '../../harness/kernel/history.ts';
import type { CheckResult } from '../../harness/kernel/verdict.ts';

/** Hands out shares of the time that is left to a check that runs others. */
export class TimeShare {
  readonly #context: CheckContext;
  readonly #endMs: number;

  constructor(context: CheckContext) {
    this.#context = context;
    this.#endMs = context.nowMs() + context.limits.timeMs;
  }

  /** The context with this share of the time that is left, from 0 to 1. */
  limit(share: number): CheckContext {
    const timeMs = Math.max(0, this.#endMs - this.#context.nowMs()) * share;
    return { ...this.#context, limits: { ...this.#context.limits, timeMs } };
  }

  /** Runs a checker with such a share. */
  run(checker: Checker, history: History, options: CheckContext['options'], share: number): CheckResult {
    return checker.check(history, { ...this.limit(share), options });
  }
}
