import type { TimedInvocation } from '../generators/index.ts';
import type { FaultSchedule, PlannedFault, ResolvedFault } from '../kernel/fault.ts';
import { TYPE_INVOKE, type History } from '../kernel/history.ts';
import type { OpScript, RunPlan } from './plan.ts';

export const TRACE_VERSION = 2;

/** What was drawn and resolved in a run: enough to do exactly the same again. Stored as `trace.json`. */
export interface RunTrace {
  readonly version: typeof TRACE_VERSION;
  readonly script: OpScript;
  /** Faults with what their selectors resolved to. Times count from the start of the main phase. */
  readonly schedule: FaultSchedule;
}

/** When phases of a run began and ended, on the run's clock. */
export interface PhaseTimes {
  readonly mainFromNs: number;
  readonly mainToNs: number;
  /** Undefined when no final phase took place. */
  readonly finalFromNs: number | undefined;
}

/** Reads the trace off a history. */
export function traceOf(history: History, plan: RunPlan, times: PhaseTimes): RunTrace {
  return {
    version: TRACE_VERSION,
    script: scriptOf(history, plan.request.concurrency, times),
    schedule: plan.schedule.flatMap((fault) => exactFault(fault, history, times.mainFromNs)),
  };
}

/** The plan that repeats a recorded run exactly. */
export function exactPlan(plan: RunPlan, trace: RunTrace): RunPlan {
  return { ...plan, schedule: trace.schedule, script: trace.script };
}

function scriptOf(history: History, concurrency: number, times: PhaseTimes): OpScript {
  const main: TimedInvocation[] = [];
  const final: TimedInvocation[] = [];
  for (let index = 0; index < history.length; index++) {
    if (history.columns.type[index] !== TYPE_INVOKE) continue;
    const { process, timeNs, f, key, value } = history.at(index);
    const inFinal = times.finalFromNs !== undefined && timeNs >= times.finalFromNs;
    const originNs = inFinal ? (times.finalFromNs ?? 0) : times.mainFromNs;
    const op = {
      worker: process % concurrency,
      atNs: timeNs - originNs,
      f,
      value,
      ...(key === undefined ? {} : { key }),
    };
    (inFinal ? final : main).push(op);
  }
  return { main, final, mainNs: times.mainToNs - times.mainFromNs };
}

/**
 * The fault as it was carried out; nothing where the run ended before its start. It began when it was resolved, which is a
 * little after its planned time where it was first asked who is primary; its planned end stays.
 */
function exactFault(fault: PlannedFault, history: History, mainNs: number): readonly PlannedFault[] {
  const requested = history.faults.find((event) => event.faultId === fault.id && event.phase === 'requested');
  const resolved: ResolvedFault | undefined = requested?.fault;
  if (requested === undefined || resolved === undefined) return [];
  const startNs = requested.timeNs - mainNs;
  return [{ ...fault, startNs, durationNs: fault.startNs + fault.durationNs - startNs, resolved }];
}
