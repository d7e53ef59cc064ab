import type { CampaignRunResult, Expectation } from '../../store/campaign-record.ts';
import { selects } from '../select-runs.ts';
import { baselineOf, findingOf, signatureOf, type AcceptedFinding, type Baseline } from './baseline.ts';
import { holdLevel } from './hold-level.ts';
import type { CampaignOutcome } from './judge-expectations.ts';

/** A baseline held against what a campaign showed. */
export interface BaselineComparison {
  /** Accepted findings that no run showed, though all runs were made. */
  readonly obsolete: readonly AcceptedFinding[];
  /** What the baseline becomes when it is updated. While runs are missing, nothing is taken from it. */
  readonly updated: Baseline;
}

/** Compares a baseline with everything that broke a promise. */
export function compareBaseline(
  outcome: CampaignOutcome,
  expectations: readonly Expectation[],
  baseline: Baseline,
): BaselineComparison {
  const seen = baselineOf(outcome.results.flatMap((result) => breachesOf(result, expectations)));
  const isComplete = outcome.results.length >= outcome.planned.length;
  const unseen = [...baseline.values()].filter((finding) => !seen.has(signatureOf(finding)));
  return {
    obsolete: isComplete ? unseen : [],
    updated: baselineOf([...seen.values(), ...(isComplete ? [] : unseen)]),
  };
}

function breachesOf(result: CampaignRunResult, expectations: readonly Expectation[]): readonly AcceptedFinding[] {
  const { run } = result;
  return expectations.flatMap((expectation) =>
    expectation.kind === 'promise' && selects(expectation.where, run)
      ? holdLevel(result, expectation).breaches.map((seen) => findingOf(run, seen))
      : [],
  );
}
