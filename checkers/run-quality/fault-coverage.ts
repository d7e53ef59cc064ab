import { firstWhere } from '../../harness/kernel/bounds.ts';
import type { FaultPhase } from '../../harness/kernel/fault.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import type { Operations } from '../judging/operations.ts';
import { plural, quote } from '../judging/wording.ts';
import { faultIntervals, type FaultInterval } from './fault-intervals.ts';

/** What is asked of a run's faults. */
export interface FaultCoverageOptions {
  readonly kinds: readonly string[];
  /** Operations that must begin while the fault is in effect. */
  readonly minOperations: number;
}

/** Judges whether each kind of fault was in effect under load, and whether all were healed. */
export function judgeFaultCoverage(
  operations: Operations,
  options: FaultCoverageOptions,
): { readonly facts: Readonly<Record<string, JsonValue>>; readonly lacks: readonly string[] } {
  const effective = faultIntervals(operations.history).filter(({ effect }) => effect === 'effective');
  const begun = new Map(effective.map((interval) => [interval, operationsBegun(operations, interval)]));
  const faults: Record<string, JsonValue> = {};
  const lacks: string[] = [];
  for (const kind of options.kinds) {
    const instances = effective.filter((interval) => interval.kind === kind);
    const most = Math.max(0, ...instances.map((interval) => begun.get(interval) ?? 0));
    faults[kind] = { effective: instances.length, mostOperationsDuring: most };
    if (instances.length === 0) lacks.push(`no ${kind} took full effect (${whatHappened(operations, kind)})`);
    else if (most < options.minOperations) {
      lacks.push(
        `at most ${plural(most, 'operation')} began during a ${kind}, at least ${options.minOperations} are needed`,
      );
    }
  }
  const unhealed = operations.history.faults.filter(({ phase }) => phase === 'heal-failed');
  for (const event of unhealed) {
    const why = event.reason ?? event.observation?.detail ?? 'no detail';
    lacks.push(`fault ${event.faultId} could not be healed (${why})`);
  }
  return { facts: { faults, healFailed: unhealed.length }, lacks };
}

function operationsBegun(operations: Operations, { fromNs, toNs }: FaultInterval): number {
  return firstAt(operations, toNs + 1) - firstAt(operations, fromNs);
}

/** How many operations began before `timeNs`. */
function firstAt(operations: Operations, timeNs: number): number {
  return firstWhere(0, operations.count, (at) => operations.startNs(operations.invocations[at] ?? 0) >= timeNs);
}

function whatHappened(operations: Operations, kind: string): string {
  const last = new Map<string, { phase: FaultPhase; why?: string }>();
  for (const event of operations.history.faults) {
    if (event.kind !== kind || event.phase.startsWith('heal')) continue;
    const why = event.reason ?? event.observation?.detail;
    last.set(event.faultId, { phase: event.phase, ...(why === undefined ? {} : { why }) });
  }
  if (last.size === 0) return 'none was started';
  return [...last]
    .slice(0, 3)
    .map(([id, { phase, why }]) => `${id}: ${phase}${why === undefined ? '' : `, ${quote(why)}`}`)
    .join('; ');
}
