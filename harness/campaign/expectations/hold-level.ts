import { OBJECT_LEVELS, type ObjectLevel } from '../../kernel/target.ts';
import type { CampaignRunResult, SeenAnomaly } from '../../store/campaign-record.ts';

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

/** The weakest level that what a check finds is a violation of. What other checks find violates every level. */
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

function breaks({ anomaly, check }: SeenAnomaly, { level, keepsAcknowledged }: LevelDemand): boolean {
  if (anomaly === 'lost') return keepsAcknowledged || level === 'linearizable';
  if (anomaly === 'stale') return level === 'linearizable';
  const violated = CHECK_LEVELS[check];
  return violated === undefined || includes(level, violated);
}

/** Whether a check whose answer is in the result would have seen a violation. */
function isJudged(result: CampaignRunResult, { level, keepsAcknowledged }: LevelDemand): boolean {
  const { promise, run, strongest } = result;
  if (result.outcome === 'valid') {
    // The workload's own checks judge all that can be asked of it, unless the run was told to judge less.
    const asked = OBJECT_LEVELS.find((each) => each === run.parameters['level']);
    return asked === undefined || (includes(asked, level) && !keepsAcknowledged);
  }
  const promised = promise.outcome === 'kept' && promise.level !== undefined && includes(promise.level, level);
  if (promised && (!keepsAcknowledged || promise.keepsAcknowledged === true)) return true;
  // Beside a proven violation there was load enough; what passed there passed in earnest.
  const shown = OBJECT_LEVELS.some((each) => strongest.includes(each) && includes(each, level));
  return result.outcome === 'invalid' && shown && !keepsAcknowledged;
}

/** Whether a level is at least as strong as another one. */
function includes(level: ObjectLevel, other: ObjectLevel): boolean {
  return OBJECT_LEVELS.indexOf(level) <= OBJECT_LEVELS.indexOf(other);
}
