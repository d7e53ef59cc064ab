import type { BudgetClock } from '../../harness/kernel/checker.ts';

/** The time of a whole check. */
interface Deadline {
  readonly nowMs: BudgetClock;
  readonly deadlineMs: number;
}

/** Steps of one search while evidence is made small. */
export const EVIDENCE_STEPS = 200_000;
/** Memory of such a search: the same however many shares a check is done in. */
export const EVIDENCE_CACHE_BYTES: number = 2 ** 24;

/**
 * What looking for the evidence of one object may cost, counted in steps and not in time: the same history gives the same
 * evidence on a fast machine and on a busy one. Only where the whole check is out of time is the evidence what there is.
 */
export class EvidenceEffort {
  readonly #deadline: Deadline;
  #left: number;
  /** What must stay. */
  #kept = 0;

  /** `steps` of work: an operation looked at or a step of a search, a tenth of a microsecond to a microsecond each. */
  constructor(steps: number, deadline: Deadline) {
    this.#left = steps;
    this.#deadline = deadline;
  }

  spend(steps: number): void {
    this.#left -= steps;
  }

  get isSpent(): boolean {
    return this.#left <= this.#kept || this.isLate;
  }

  /** Whether the whole check is out of time. */
  get isLate(): boolean {
    return this.#deadline.nowMs() > this.#deadline.deadlineMs;
  }

  /** Runs something that is to leave half of what there is now to what comes after it. */
  half<Result>(body: () => Result): Result {
    const kept = this.#kept;
    this.#kept = Math.ceil((this.#left + kept) / 2);
    const result = body();
    this.#kept = kept;
    return result;
  }
}
