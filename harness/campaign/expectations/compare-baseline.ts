import type { CampaignRun, CampaignRunResult, Expectation } from '../../store/campaign-record.ts';
import { selects } from '../select-runs.ts';
import { baselineOf, findingOf, signatureOf, type AcceptedFinding, type Baseline } from './baseline.ts';
import { holdLevel } from './hold-level.ts';
import type { CampaignOutcome } from './judge-expectations.ts';

/** A baseline held against what a campaign showed. */
export interface BaselineComparison {
  /** Accepted findings that no run showed, though all runs that could have were made, judged and held against a promise. */
  readonly obsolete: readonly AcceptedFinding[];
  /** What the baseline becomes when it is updated. Only what is obsolete is taken from it. */
  readonly updated: Baseline;
}

/** Compares a baseline with everything that broke a promise. */
export function compareBaseline(
  outcome: CampaignOutcome,
  expectations: readonly Expectation[],
  baseline: Baseline,
): BaselineComparison {
  const seen = baselineOf(outcome.results.flatMap((result) => breachesOf(result, expectations)));
  const unseen = [...baseline.values()].filter((finding) => !seen.has(signatureOf(finding)));
  const obsolete = unseen.filter((finding) => couldHaveShown(outcome, expectations, finding));
  return {
    obsolete,
    updated: baselineOf([...seen.values(), ...unseen.filter((finding) => !obsolete.includes(finding))]),
  };
}

/** Whether every run of a finding's group was made, told something, and was held against a promise. A group without runs is gone. */
function couldHaveShown(
  { planned, results }: CampaignOutcome,
  expectations: readonly Expectation[],
  finding: AcceptedFinding,
): boolean {
  const told = new Map(results.map((result) => [result.run.id, result.outcome]));
  const isOfGroup = (run: CampaignRun): boolean =>
    signatureOf(findingOf(run, { ...finding, count: 1, message: '' })) === signatureOf(finding);
  return planned.filter(isOfGroup).every((run) => {
    const outcome = told.get(run.id);
    const isHeld = expectations.some(({ kind, where }) => kind === 'promise' && selects(where, run));
    return isHeld && (outcome === 'valid' || outcome === 'invalid');
  });
}

function breachesOf(result: CampaignRunResult, expectations: readonly Expectation[]): readonly AcceptedFinding[] {
  const { run } = result;
  return expectations.flatMap((expectation) =>
    expectation.kind === 'promise' && selects(expectation.where, run)
      ? holdLevel(result, expectation).breaches.map((seen) => findingOf(run, seen))
      : [],
  );
}
