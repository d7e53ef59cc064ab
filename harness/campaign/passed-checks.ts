import { OBJECT_LEVELS, type ObjectLevel } from '../kernel/target.ts';
import type { PassedChecks, SeenAnomaly } from '../store/campaign-record.ts';
import type { CheckSummary, RunRecord } from '../store/run-record.ts';

/** The level for which a valid answer of a check speaks. */
const LEVEL_OF_CHECK: Readonly<Record<string, ObjectLevel>> = {
  linearizability: 'linearizable',
  sequential: 'sequential',
  causal: 'causal',
  'causal-convergence': 'causal',
  'causal-memory': 'causal',
  convergence: 'convergent',
};

/** What the valid checks of a run speak for. A run whose checks judged nothing of a level has not kept it. */
export function passedChecks(record: RunRecord): PassedChecks {
  const valid = record.checks.filter(({ verdict }) => verdict === 'valid');
  const levels = valid.flatMap((check) => levelOf(check) ?? []);
  const level = OBJECT_LEVELS.find((each) => levels.includes(each));
  return {
    ...(level === undefined ? {} : { level }),
    // Whoever loses an acknowledged write of an object that is read afterwards is not linearizable.
    acknowledged: valid.some(({ name }) => name === 'set' || name === 'linearizability'),
  };
}

function levelOf(check: CheckSummary): ObjectLevel | undefined {
  if (check.name !== 'set') return LEVEL_OF_CHECK[check.name];
  return staleElements(check) === 0 ? 'linearizable' : 'convergent';
}

/**
 * Stale reads of a set that was judged as a convergent one: no violation there, but one of every stronger promise. Absent
 * where there are none.
 */
export function staleSetReads(record: RunRecord): readonly SeenAnomaly[] {
  return record.checks.flatMap((check) => {
    const count = check.name === 'set' && check.facts['level'] === 'convergent' ? staleElements(check) : 0;
    const message = `${count} elements were missed by reads that began after they were known to be there`;
    return count === 0 ? [] : [{ anomaly: 'stale', check: 'set', count, message }];
  });
}

function staleElements({ facts }: CheckSummary): number {
  const { stale, vanished } = facts;
  return (typeof stale === 'number' ? stale : 0) + (typeof vanished === 'number' ? vanished : 0);
}
