import type { CampaignRunResult, RunOutcome, SeenAnomaly } from '../store/campaign-record.ts';
import type { RunRecord } from '../store/run-record.ts';
import { passedChecks, staleSetReads } from './passed-checks.ts';

/** What a run left, as far as a campaign keeps it. */
export type RunSummary = Pick<
  CampaignRunResult,
  'outcome' | 'anomalies' | 'effectiveFaults' | 'passed' | 'strongest' | 'reasons' | 'operations'
>;

/** Sums a run's record up. */
export function summariseRun(record: RunRecord): RunSummary {
  const unhealed = record.faults.filter((fault) => fault.heal === 'heal-failed');
  const outcome = outcomeOf(record, unhealed.length > 0);
  const counts = Object.values(record.counts);
  return {
    outcome,
    anomalies: [...anomaliesOf(record), ...staleSetReads(record)],
    effectiveFaults: [
      ...new Set(
        record.faults.filter(({ effect }) => effect === 'effective' || effect === 'partial').map(({ name }) => name),
      ),
    ].toSorted(),
    passed: passedChecks(record),
    strongest: strongestOf(record),
    reasons:
      outcome === 'harness-error'
        ? unhealed.map((fault) => `fault ${fault.name} could not be healed: ${fault.detail}`)
        : outcome === 'unknown'
          ? record.reasons
          : [],
    operations: {
      ok: sum(counts.map(({ ok }) => ok)),
      fail: sum(counts.map(({ fail }) => fail)),
      info: sum(counts.map(({ info }) => info)),
    },
  };
}

/** A proven violation is never hidden; a failure of the harness wins over what else the run says. */
function outcomeOf(record: RunRecord, unhealed: boolean): RunOutcome {
  if (record.verdict === 'invalid') return 'invalid';
  return unhealed ? 'harness-error' : record.verdict;
}

function anomaliesOf(record: RunRecord): readonly SeenAnomaly[] {
  const seen = new Map<string, SeenAnomaly>();
  for (const check of record.checks) {
    for (const { anomaly, count, message } of check.findings) {
      const key = `${check.name} ${anomaly}`;
      const known = seen.get(key);
      if (known === undefined) seen.set(key, { anomaly, check: check.name, count, message });
      else seen.set(key, { ...known, count: known.count + count });
    }
  }
  return [...seen.values()];
}

/** What a check says of the strongest levels; else the strongest level that a valid check judged. */
function strongestOf(record: RunRecord): readonly string[] {
  for (const { facts } of record.checks) {
    const { strongest } = facts;
    if (Array.isArray(strongest)) return strongest.filter((level) => typeof level === 'string');
  }
  const { level } = passedChecks(record);
  return level === undefined ? [] : [level];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
