import type { BudgetClock } from '../../harness/kernel/checker.ts';
import type { Finding } from '../../harness/kernel/verdict.ts';

/** What became of one independent part of a history (one key). */
export interface PartVerdict {
  readonly outcome: 'valid' | 'invalid' | 'undecided';
  /** Which algorithm decided. */
  readonly algorithm: string;
  /** Present for `invalid`, where evidence was asked for. */
  readonly finding?: Omit<Finding, 'key'>;
  /** How far an undecided search came, in words. */
  readonly progress?: string;
  /** Operations that say nothing and were left out, by reason. */
  readonly ignored: Readonly<Record<string, number>>;
}

/** A budget on the checker's clock. */
export interface PartLimits {
  readonly nowMs: BudgetClock;
  readonly deadlineMs: number;
  readonly cacheBytes: number;
  /** Most steps of work to spend on making one part's evidence small; 0 where its verdict is enough. */
  readonly evidenceSteps: number;
}
