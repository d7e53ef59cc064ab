import type { ObjectLevel, TargetPromise } from '../kernel/target.ts';
import type { CheckSummary, RunRecord } from '../store/run-record.ts';

/** Whether a run showed what its target promises. `unclear`: the run could not tell. */
export interface PromiseOutcome {
  readonly outcome: 'kept' | 'broken' | 'unclear';
  /** One plain sentence. */
  readonly why: string;
}

/** The checks that hold a promise to account, by level. A stronger level includes what the weaker ones ask. */
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
  const doubtful = record.checks.find(
    (check) => check.verdict === 'unknown' && (check.name === 'assumptions' || present.includes(check)),
  );
  if (doubtful !== undefined) return { outcome: 'unclear', why: `${doubtful.name}: ${doubtful.reason ?? 'unknown'}` };
  const [judge] = JUDGES[promise.level];
  // A set has no reads of a latest value; what is promised of it is that nothing is lost.
  const judged = present.some(
    (check) => check.name === (record.request.workload === 'set' && promise.keepsAcknowledged ? 'set' : judge),
  );
  if (!judged) return { outcome: 'unclear', why: `no check judged ${promise.level}` };
  const [doubt] = record.doubts;
  if (doubt !== undefined) return { outcome: 'unclear', why: doubt };
  return { outcome: 'kept', why: `${present.map((check) => check.name).join(' and ')} passed` };
}

/** Whether all that a check found are losses, of a system that says it may lose what it acknowledged. */
function isAllowedLoss({ findings }: CheckSummary, promise: TargetPromise): boolean {
  return !promise.keepsAcknowledged && findings.length > 0 && findings.every(({ anomaly }) => anomaly === 'lost');
}
