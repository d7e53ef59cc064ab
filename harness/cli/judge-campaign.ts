import { EMPTY_BASELINE, type Baseline } from '../campaign/expectations/baseline.ts';
import { judgeExpectations } from '../campaign/expectations/judge-expectations.ts';
import { ownPromises } from '../campaign/expectations/own-promises.ts';
import type { CampaignRecord, Expectation } from '../store/campaign-record.ts';
import { selects } from '../campaign/select-runs.ts';
import { EXIT_HARNESS, EXIT_INTERRUPTED, EXIT_INVALID, EXIT_UNKNOWN, EXIT_VALID } from './exit-codes.ts';

/** How a campaign is held against what is expected of it. */
export interface CampaignJudge {
  /** What the campaign file states. */
  readonly stated: readonly Expectation[];
  /** Whether runs that no stated expectation is about are held against what their targets promise of themselves. */
  readonly ownPromises: boolean;
  readonly baseline?: Baseline;
}

/** Judges what has been run so far. */
export function judgeCampaign(record: CampaignRecord, judge: CampaignJudge): CampaignRecord['expectations'] {
  return judgeExpectations(record, expectationsOf(record, judge), judge.baseline ?? EMPTY_BASELINE);
}

/** Everything that is expected of the runs that were made. */
export function expectationsOf(record: CampaignRecord, judge: CampaignJudge): readonly Expectation[] {
  return judge.ownPromises ? [...judge.stated, ...ownPromises(record.results, judge.stated)] : judge.stated;
}

/**
 * 130 after an interrupt; 1 where a promise was broken; 255 where the harness failed so often that nobody can tell; 2 where
 * power was lost or nobody can tell for another reason, for example because a budget ended it, or because `--ci` found
 * nothing to expect; 255 where nothing is expected and a run failed by the harness's own fault; else 0.
 *
 * A shard cannot tell what takes the other shards' runs; whoever merges them is told.
 */
export function exitCodeOfCampaign(record: CampaignRecord, judge: CampaignJudge): number {
  if (record.stopped === 'interrupted') return EXIT_INTERRUPTED;
  const { expectations, shard } = record;
  if (expectations.some(({ outcome }) => outcome === 'broken')) return EXIT_INVALID;
  const doubtful = expectations.filter(
    (result) =>
      result.outcome === 'lost-power' ||
      (result.outcome === 'unclear' && (shard === undefined || isWhole(record, result.expectation))),
  );
  if (doubtful.some(({ outcome, expectation }) => outcome === 'unclear' && hasHarnessErrors(record, expectation))) {
    return EXIT_HARNESS;
  }
  if (doubtful.length > 0) return EXIT_UNKNOWN;
  if (expectations.length > 0) return EXIT_VALID;
  // Asked to be a judge of promises, a campaign without any has judged nothing.
  if (judge.ownPromises && (shard === undefined || record.results.length > 0)) return EXIT_UNKNOWN;
  return record.results.some(({ outcome }) => outcome === 'harness-error') ? EXIT_HARNESS : EXIT_VALID;
}

/** Whether all runs that an expectation is about were made. */
function isWhole({ planned, results }: CampaignRecord, { where }: Expectation): boolean {
  const made = new Set(results.map(({ run }) => run.id));
  return planned.every((run) => made.has(run.id) || !selects(where, run));
}

function hasHarnessErrors({ results }: CampaignRecord, { where }: Expectation): boolean {
  return results.some(({ run, outcome }) => outcome === 'harness-error' && selects(where, run));
}
