import { BudgetSpent } from './model-automaton.ts';
import type { ModelOperations } from './model-operations.ts';
import { STEPS_PER_LOOK, type SearchLimits } from './search-limits.ts';

/** How one kind of object is decided otherwise than by trying orders of its operations. */
export interface SpecialWay {
  /** What it is called where a result says how it came about. */
  readonly algorithm: string;
  /** The verdict on the operations from the initial state; undefined where its conditions do not hold, or it gave up. */
  decide(operations: ModelOperations, initial: unknown, effort: SpecialEffort): 'valid' | 'invalid' | undefined;
}

/** Counts the steps of a special way and ends it where a limit is met. */
export class SpecialEffort {
  /** For searches that are part of it. */
  readonly limits: SearchLimits;
  #steps = 0;
  #next = STEPS_PER_LOOK;
  #reserved = 0;

  constructor(limits: SearchLimits) {
    this.limits = limits;
  }

  get steps(): number {
    return this.#steps;
  }

  /** Steps that are left before the limit. */
  get left(): number {
    return (this.limits.maxSteps ?? Infinity) - this.#steps;
  }

  /** Bytes that it may hold besides those that it has reserved. */
  get bytes(): number {
    return this.limits.cacheBytes - this.#reserved;
  }

  /** Accounts for `bytes` more; a negative number gives them back. Throws {@link BudgetSpent} where they are too many. */
  reserve(bytes: number): void {
    this.#reserved += bytes;
    if (this.bytes < 0) throw new BudgetSpent('memory');
  }

  /** Notes `count` more steps. Throws {@link BudgetSpent} where a limit is met. */
  step(count = 1): void {
    this.#steps += count;
    if (this.#steps < this.#next) return;
    this.#next = this.#steps + STEPS_PER_LOOK;
    if (this.left < 0) throw new BudgetSpent('steps');
    if (this.limits.nowMs() > this.limits.deadlineMs) throw new BudgetSpent('time');
  }
}
