import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../kernel/json.ts';
import type { Verdict } from '../kernel/verdict.ts';
import type { CheckSummary, RunRecord } from '../store/run-record.ts';
import { passedChecks, staleSetReads } from './passed-checks.ts';

function recordOf(
  ...checks: readonly [name: string, verdict: Verdict, facts?: Record<string, JsonValue>][]
): RunRecord {
  const summaries = checks.map(([name, verdict, facts = {}]): CheckSummary => ({
    name,
    verdict,
    facts,
    findings: [],
    use: { checker: name },
    elapsedMs: 1,
  }));
  // Only the checks are looked at.
  return { checks: summaries } as unknown as RunRecord;
}

describe('what a run has passed', () => {
  it('is the strongest level that a valid check judged', () => {
    const both = recordOf(['linearizability', 'valid'], ['convergence', 'valid'], ['assumptions', 'valid']);
    expect(passedChecks(both)).toEqual({ level: 'linearizable', acknowledged: true });
    const weak = recordOf(['linearizability', 'unknown'], ['convergence', 'valid']);
    expect(passedChecks(weak)).toEqual({ level: 'convergent', acknowledged: false });
    expect(passedChecks(recordOf(['unique-ids', 'valid'], ['stats', 'valid']))).toEqual({ acknowledged: false });
  });

  it('is no more than convergence for a set with stale reads, and these are told', () => {
    const fresh = recordOf(['set', 'valid', { level: 'convergent', stale: 0, vanished: 0 }]);
    expect(passedChecks(fresh)).toEqual({ level: 'linearizable', acknowledged: true });
    expect(staleSetReads(fresh)).toEqual([]);
    const stale = recordOf(['set', 'valid', { level: 'convergent', stale: 3, vanished: 1 }]);
    expect(passedChecks(stale)).toEqual({ level: 'convergent', acknowledged: true });
    expect(staleSetReads(stale)).toMatchObject([{ anomaly: 'stale', check: 'set', count: 4 }]);
  });
});
