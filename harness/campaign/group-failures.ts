import type { CampaignRunResult, FailureGroup } from '../store/campaign-record.ts';

/**
 * Groups results that are not valid by what they showed: target, workload, outcome, anomalies, and the faults that took
 * effect. Largest first; of equal size, in the order of their first runs. Results must be in the campaign's order.
 */
export function groupFailures(results: readonly CampaignRunResult[]): readonly FailureGroup[] {
  const groups = new Map<string, { readonly group: FailureGroup; readonly runs: string[] }>();
  for (const result of results) {
    if (result.outcome === 'valid') continue;
    const group = groupOf(result, result.outcome);
    const known = groups.get(group.signature);
    if (known === undefined) groups.set(group.signature, { group, runs: [result.run.id] });
    else known.runs.push(result.run.id);
  }
  return [...groups.values()]
    .map(({ group, runs }) => ({ ...group, runs }))
    .toSorted((left, right) => right.runs.length - left.runs.length);
}

function groupOf(result: CampaignRunResult, outcome: FailureGroup['outcome']): FailureGroup {
  const { run } = result;
  const anomalies = [...new Set(result.anomalies.map(({ anomaly }) => anomaly))].toSorted();
  const faults = [...result.effectiveFaults].toSorted();
  const target = [run.target, run.variant, run.mutant === undefined ? undefined : `with ${run.mutant}`];
  const what = anomalies.length > 0 ? anomalies.join(', ') : causeOf(result, outcome);
  const under = faults.length > 0 ? faults.join(' and ') : 'no fault';
  return {
    signature: `${[...target, run.workload].filter(Boolean).join(' ')}: ${what} under ${under}`,
    target: run.target,
    workload: run.workload,
    outcome,
    anomalies,
    faults,
    runs: [],
  };
}

/** Runs without an anomaly are told apart by the first words of their reason: numbers and names differ from run to run. */
function causeOf(result: CampaignRunResult, outcome: FailureGroup['outcome']): string {
  const [reason = outcome] = result.reasons;
  const words = reason
    .replaceAll(/\d+(\.\d+)?/g, 'N')
    .split(/[:;]/)
    .slice(0, 2)
    .join(':')
    .trim();
  return `${outcome} (${words.length > 80 ? `${words.slice(0, 77)}...` : words})`;
}
