import type { CheckContext } from '../../harness/kernel/checker.ts';
import type { CheckResult } from '../../harness/kernel/verdict.ts';
import { undecided } from './results.ts';

/** Steps between two looks at the clock: a few milliseconds of work at most. */
const STEPS_PER_LOOK = 8192;

/**
 * Watches what a check spends. A checker calls {@link step} inside its loops and {@link reserve} before it allocates a
 * large buffer; past a limit both throw, and {@link withinBudget} turns that into an `unknown`.
 */
export class Budget {
  readonly #context: Pick<CheckContext, 'limits' | 'nowMs' | 'onProgress'>;
  readonly #startedMs: number;
  #stepsLeft = STEPS_PER_LOOK;
  #bytes = 0;
  #doing = 'reading the history';

  constructor(context: Pick<CheckContext, 'limits' | 'nowMs' | 'onProgress'>) {
    this.#context = context;
    this.#startedMs = context.nowMs();
  }

  /** Names what is being done from here on, for the reason of an `unknown`: `ordering the writes of key 3`. */
  doing(what: string): void {
    this.#doing = what;
    this.#context.onProgress?.(what);
  }

  /** Counts `count` units of work, each of about ten nanoseconds to a microsecond. */
  step(count = 1): void {
    this.#stepsLeft -= count;
    if (this.#stepsLeft > 0) return;
    this.#stepsLeft = STEPS_PER_LOOK;
    if (this.#context.nowMs() - this.#startedMs > this.#context.limits.timeMs) {
      throw new BudgetSpent(`the time budget was spent while ${this.#doing}`);
    }
  }

  /** Accounts for a buffer of `bytes`; give them back with a negative number. */
  reserve(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes > this.#context.limits.memoryBytes) {
      const limitMiB = Math.round(this.#context.limits.memoryBytes / 1048576);
      throw new BudgetSpent(`the memory budget of ${limitMiB} MiB was spent while ${this.#doing}`);
    }
  }

  /** What `body` reserves is given back once it is over: nothing that it made is kept. */
  passing<T>(body: () => T): T {
    const before = this.#bytes;
    const result = body();
    this.#bytes = before;
    return result;
  }
}

/** Runs a check under its budget. Spending it makes the verdict `unknown`, with what was being done. */
export function withinBudget(context: CheckContext, body: (budget: Budget) => CheckResult): CheckResult {
  try {
    return body(new Budget(context));
  } catch (error) {
    if (error instanceof BudgetSpent) return undecided(error.message);
    throw error;
  }
}

class BudgetSpent extends Error {}
