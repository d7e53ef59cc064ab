import type { ObjectLevel, TargetPromise } from '../kernel/target.ts';
import { staleSetReads } from '../campaign/passed-checks.ts';
import type { CheckSummary, RunRecord } from '../store/run-record.ts';

/** Whether a run showed what its target promises. `unclear`: the run could not tell. */
export interface PromiseOutcome {
  readonly outcome: 'kept' | 'broken' | 'unclear';
  /** One plain sentence. */
  readonly why: string;
}

/** The checks that judge a level or a stronger one; a valid check of a stronger level shows the weaker one as well. */
const SHOWN_BY: Readonly<Record<ObjectLevel, readonly string[]>> = {
  linearizable: ['linearizability'],
  sequential: ['sequential', 'linearizability'],
  causal: ['causal', 'sequential', 'linearizability'],
  convergent: ['convergence'],
};

/** The checks that hold a promise to account, by level. */
const JUDGES: Readonly<Record<ObjectLevel, readonly string[]>> = {
  linearizable: ['linearizability', 'convergence'],
  sequential: ['sequential', 'convergence'],
  causal: ['causal', 'convergence'],
  convergent: ['convergence'],
};

/**
 * Holds a run against its target's promise. The run's own verdict judges the strongest level there is, so a system that
 * promises less may well be `invalid` and still keep its promise.
 */
export function holdPromise(record: RunRecord): PromiseOutcome {
  const { promise } = record;
  if (promise === undefined)
    return { outcome: 'unclear', why: `${record.request.target} promises nothing for this workload` };
  const wanted = [...JUDGES[promise.level], ...(promise.keepsAcknowledged ? ['set'] : [])];
  const present = record.checks.filter((check) => wanted.includes(check.name));
  const broken = present.find((check) => check.verdict === 'invalid' && !isAllowedLoss(check, promise));
  if (broken !== undefined)
    return { outcome: 'broken', why: broken.findings[0]?.message ?? `${broken.name} is invalid` };
  const [stale] = promise.level === 'linearizable' ? staleSetReads(record) : [];
  if (stale !== undefined) return { outcome: 'broken', why: stale.message };
  const doubtful = record.checks.find(
    (check) => check.verdict === 'unknown' && (check.name === 'assumptions' || present.includes(check)),
  );
  if (doubtful !== undefined) return { outcome: 'unclear', why: `${doubtful.name}: ${doubtful.reason ?? 'unknown'}` };
  // A set is judged by its own check: nothing is lost and, where linearizability is promised, nothing is missed.
  const names = record.request.workload === 'set' && promise.keepsAcknowledged ? ['set'] : SHOWN_BY[promise.level];
  const showing = record.checks.filter((check) => check.verdict === 'valid' && names.includes(check.name));
  if (showing.length === 0) return { outcome: 'unclear', why: `no check judged ${promise.level}` };
  const [doubt] = record.doubts;
  if (doubt !== undefined) return { outcome: 'unclear', why: doubt };
  const passed = new Set([...showing, ...present.filter(({ verdict }) => verdict === 'valid')].map(({ name }) => name));
  return { outcome: 'kept', why: `${[...passed].join(' and ')} passed` };
}

/** Whether all that a check found are losses, of a system that says it may lose what it acknowledged. */
function isAllowedLoss({ findings }: CheckSummary, promise: TargetPromise): boolean {
  return !promise.keepsAcknowledged && findings.length > 0 && findings.every(({ anomaly }) => anomaly === 'lost');
}
