import type { TimedInvocation } from '../generators/index.ts';
import type { FaultSchedule } from '../kernel/fault.ts';
import { randomOf } from '../kernel/random.ts';
import type { Target } from '../kernel/target.ts';
import { planFaults } from '../nemesis/index.ts';
import type { RunRequest } from '../store/run-record.ts';

export const PLAN_VERSION = 1;

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
}

/** What a plan needs to know beyond the request. */
export interface PlanningFacts {
  readonly target: Target;
  readonly hasPrimaries: boolean;
  readonly clockResolutionMs: number;
  /** Faults in the user's own words instead of a drawn schedule. */
  readonly schedule?: FaultSchedule;
}

/** Draws the plan of a run from its seed. */
export function planRun(request: RunRequest, facts: PlanningFacts): RunPlan {
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
      ...(mechanism === 'vdso' || mechanism === 'faketime' ? { clockMechanism: mechanism } : {}),
      random: randomOf(request.seed).fork('faults'),
    });
  return { version: PLAN_VERSION, request, schedule };
}
