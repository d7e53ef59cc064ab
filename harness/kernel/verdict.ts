import type { JsonValue } from './json.ts';

/** `unknown` says that the question was not answered; it always comes with a reason and never counts as `valid`. */
export const VERDICTS = ['valid', 'invalid', 'unknown'] as const;
export type Verdict = (typeof VERDICTS)[number];

/**
 * One proven violation.
 *
 * `ops` are entry indices into the judged history, enough to show the violation on their own together with their context
 * (operations concurrent with them or writing values they read).
 */
export interface Finding {
  /** The field's name for it: `stale-read`, `lost`, `G1c`, `not-linearizable`, ... */
  readonly anomaly: string;
  readonly ops: readonly number[];
  /** How many violations of this kind this finding stands for. 1 for a single one. */
  readonly count: number;
  /** One sentence that a person understands without knowing the algorithm. */
  readonly message: string;
  /** The object it is about, where histories hold many. */
  readonly key?: string | number;
  /** Evidence in a form of the checker's own (a cycle's edges, a window, candidate orders), for reports to draw. */
  readonly detail?: JsonValue;
}

/** What a checker answers. `reason` is present exactly when the verdict is `unknown`. */
export interface CheckResult {
  readonly verdict: Verdict;
  readonly reason?: string;
  readonly findings: readonly Finding[];
  /** Numbers and words worth showing: counts, sizes, which algorithm decided, how far a search came. */
  readonly facts: Readonly<Record<string, JsonValue>>;
}

/** The verdict of several checks together: any `invalid` wins, then any `unknown`, else `valid`. */
export function combineVerdicts(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('invalid')) return 'invalid';
  if (verdicts.includes('unknown')) return 'unknown';
  return 'valid';
}
