import type { TimedInvocation } from '../generators/index.ts';
import type { FaultSchedule } from '../kernel/fault.ts';
import { HarnessError } from '../kernel/harness-error.ts';
import { randomOf } from '../kernel/random.ts';
import type { Target } from '../kernel/target.ts';
import { planFaults } from '../nemesis/index.ts';
import type { RunRequest } from '../store/run-record.ts';

export const PLAN_VERSION = 2;

/** Everything a run is going to be: a pure function of its request. Stored as `plan.json`. */
export interface RunPlan {
  readonly version: typeof PLAN_VERSION;
  readonly request: RunRequest;
  readonly schedule: FaultSchedule;
  /** In an exact replay: what every worker did, and when, instead of the workload's own generator. */
  readonly script?: OpScript;
}

/** Operations of a recorded run; times count from the start of their phase. */
export interface OpScript {
  readonly main: readonly TimedInvocation[];
  readonly final: readonly TimedInvocation[];
  /** How long the main phase took: it ends then, and not with the last operation. */
  readonly mainNs: number;
}

/** What a plan needs to know beyond the request. */
export interface PlanningFacts {
  readonly target: Target;
  readonly hasPrimaries: boolean;
  readonly clockResolutionMs: number;
  /** Faults in the user's own words instead of a drawn schedule. */
  readonly schedule?: FaultSchedule;
}

/** Draws the plan of a run from its seed. Throws a usage error for a request that contradicts itself. */
export function planRun(request: RunRequest, facts: PlanningFacts): RunPlan {
  const { keys, concurrency } = request;
  if (keys > concurrency) {
    throw new HarnessError(
      'usage',
      `--keys must be at most the number of workers (--concurrency ${concurrency}), got ${keys}`,
    );
  }
  const mechanism = request.settings['clockMechanism'];
  const schedule =
    facts.schedule ??
    planFaults({
      kinds: request.faults,
      nodes: request.nodes,
      timeLimitMs: request.timeLimitMs,
      faultModel: facts.target.faultModel,
      hasPrimaries: facts.hasPrimaries,
      clockResolutionMs: facts.clockResolutionMs,
      tempo: request.tempo ?? 'steady',
      ...(mechanism === 'vdso' || mechanism === 'faketime' ? { clockMechanism: mechanism } : {}),
      random: randomOf(request.seed).fork('faults'),
    });
  return { version: PLAN_VERSION, request, schedule };
}
