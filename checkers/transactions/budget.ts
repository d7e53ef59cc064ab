import type { CheckContext } from '../../harness/kernel/checker.ts';
import { UndecidedError } from './undecided-error.ts';

/** Steps between two looks at the clock: well under a millisecond of work. */
const STEPS_PER_LOOK = 20_000;

/** Watches the limits of one check. */
export class Budget {
  readonly #context: CheckContext;
  readonly #deadlineMs: number;
  #phase = 'reading the transactions';
  #stepsLeft = STEPS_PER_LOOK;
  #bytes = 0;

  constructor(context: CheckContext) {
    this.#context = context;
    this.#deadlineMs = context.nowMs() + context.limits.timeMs;
  }

  /** Names what is being done, for the reason given when time runs out. */
  enter(phase: string): void {
    this.#phase = phase;
    this.#look();
  }

  /** Accounts for work of about `steps` memory accesses. Throws {@link UndecidedError} once the time is spent. */
  spend(steps: number): void {
    this.#stepsLeft -= steps;
    if (this.#stepsLeft > 0) return;
    this.#stepsLeft = STEPS_PER_LOOK;
    this.#look();
  }

  /** Accounts for buffers about to be allocated and kept. Throws {@link UndecidedError} beyond the memory limit. */
  reserve(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes <= this.#context.limits.memoryBytes) return;
    const mebibytes = (count: number): string => `${Math.ceil(count / 2 ** 20)} MiB`;
    throw new UndecidedError(
      `memory limit of ${mebibytes(this.#context.limits.memoryBytes)} reached while ${this.#phase}: ` +
        `${mebibytes(this.#bytes)} needed`,
    );
  }

  #look(): void {
    if (this.#context.nowMs() <= this.#deadlineMs) return;
    throw new UndecidedError(`time limit of ${this.#context.limits.timeMs} ms reached while ${this.#phase}`);
  }
}
