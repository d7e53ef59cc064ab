import { OBJECT_LEVELS, type ObjectLevel } from '../../kernel/target.ts';
import type { CampaignRunResult, SeenAnomaly } from '../../store/campaign-record.ts';
import { isOfObjects, promiseExcludes } from '../anomaly-names.ts';

/** What is asked of a run. */
export interface LevelDemand {
  readonly level: ObjectLevel;
  /** Whether losing an acknowledged write breaks it. */
  readonly keepsAcknowledged: boolean;
}

/** A run held against a level. */
export interface LevelOutcome {
  readonly outcome: 'kept' | 'broken' | 'unclear';
  /** What the level excludes and the run showed; empty unless it is broken. */
  readonly breaches: readonly SeenAnomaly[];
  /** Why nobody can tell; absent unless it is unclear. */
  readonly why?: string;
}

/**
 * The weakest level that what a check finds is a violation of, for anomalies that have no level of their own. What other
 * checks find violates every level.
 */
const CHECK_LEVELS: Readonly<Record<string, ObjectLevel>> = {
  linearizability: 'linearizable',
  regular: 'linearizable',
  safe: 'linearizable',
  'two-atomic': 'linearizable',
  staleness: 'linearizable',
  'causal-reverse': 'linearizable',
  sequential: 'sequential',
  causal: 'causal',
  'causal-convergence': 'causal',
  'causal-memory': 'causal',
  pram: 'causal',
  'read-your-writes': 'causal',
  'monotonic-reads': 'causal',
  'monotonic-writes': 'causal',
  'writes-follow-reads': 'causal',
};

/**
 * Holds a finished run against a level, by what its checks found: a weaker level than the one that was judged may be kept
 * by a run that is `invalid`. Kept only where a check could have seen the opposite.
 */
export function holdLevel(result: CampaignRunResult, demand: LevelDemand): LevelOutcome {
  const breaches = result.anomalies.filter((seen) => breaks(seen, demand));
  if (breaches.length > 0) return { outcome: 'broken', breaches };
  if (result.outcome === 'harness-error') return unclear(result.reasons[0] ?? 'the harness failed');
  if (isJudged(result, demand)) return { outcome: 'kept', breaches };
  if (result.outcome === 'unknown') return unclear(result.reasons[0] ?? 'the run was unknown');
  return unclear(`no check judged ${demand.level}${demand.keepsAcknowledged ? ' and acknowledged writes' : ''}`);
}

function unclear(why: string): LevelOutcome {
  return { outcome: 'unclear', breaches: [], why };
}

function breaks({ anomaly, check }: SeenAnomaly, demand: LevelDemand): boolean {
  if (isOfObjects(anomaly)) return promiseExcludes(demand, anomaly);
  const violated = CHECK_LEVELS[check];
  return violated === undefined || includes(demand.level, violated);
}

/** Whether a check whose answer is in the result would have seen a violation. */
function isJudged(result: CampaignRunResult, { level, keepsAcknowledged }: LevelDemand): boolean {
  const { passed, promise, outcome } = result;
  if (passed.level === undefined || !includes(passed.level, level)) return false;
  if (keepsAcknowledged && !passed.acknowledged) return false;
  // Beside a proven violation there was load enough; what passed there passed in earnest.
  return outcome === 'valid' || outcome === 'invalid' || promise.outcome === 'kept';
}

/** Whether a level is at least as strong as another one. */
function includes(level: ObjectLevel, other: ObjectLevel): boolean {
  return OBJECT_LEVELS.indexOf(level) <= OBJECT_LEVELS.indexOf(other);
}
