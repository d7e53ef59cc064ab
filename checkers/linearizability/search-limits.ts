import type { BudgetClock } from '../../harness/kernel/checker.ts';
import type { ConfigurationHash } from './configuration-cache.ts';

/**
 * In which order candidates are tried: as invoked; or first the operation that had to be over first, then what makes the
 * value that it needs, then the others. Never changes a verdict, often the time to it.
 */
export type CandidateOrder = 'invocation' | 'urgent';

export interface SearchLimits {
  readonly nowMs: BudgetClock;
  /** On the same clock as `nowMs`. */
  readonly deadlineMs: number;
  readonly cacheBytes: number;
  /** Give up after so many steps. */
  readonly maxSteps?: number;
  readonly order?: CandidateOrder;
  /** Not 0: half of the candidates, chosen by this number, are tried after the others. */
  readonly salt?: number;
  /** Look for {@link Shortage}s. Only for problems with demand. */
  readonly looksAhead?: boolean;
  /** Default: one that spreads configurations evenly. Any other costs time, never a verdict. */
  readonly hash?: ConfigurationHash;
}

export interface SearchResult {
  readonly outcome: 'valid' | 'invalid' | 'undecided';
  /** Entry index up to which some order explains everything that had returned; {@link NEVER} when all of it. */
  readonly reached: number;
  readonly steps: number;
  readonly configurations: number;
}

/** Steps between two looks at the clock. */
export const STEPS_PER_LOOK = 1024;
