import { EMPTY_BASELINE, type Baseline } from '../campaign/expectations/baseline.ts';
import { judgeExpectations } from '../campaign/expectations/judge-expectations.ts';
import { isRed } from '../campaign/expectations/is-red.ts';
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
  return judge.ownPromises ? [...judge.stated, ...ownPromises(record, judge.stated)] : judge.stated;
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
  const red = expectations.filter((result) => isRed(record, result));
  if (red.some(({ outcome }) => outcome === 'broken')) return EXIT_INVALID;
  if (red.some(({ outcome, expectation }) => outcome === 'unclear' && isSpoilt(record, expectation))) {
    return EXIT_HARNESS;
  }
  if (red.length > 0) return EXIT_UNKNOWN;
  if (judge.ownPromises && hasUncoveredErrors(record, judge)) return EXIT_HARNESS;
  // What a budget cut off was judged by nobody; of a shard only the merge can tell.
  if (expectations.length > 0) {
    return record.stopped !== undefined && shard === undefined ? EXIT_UNKNOWN : EXIT_VALID;
  }
  // Asked to be a judge of promises, a campaign without any has judged nothing.
  if (judge.ownPromises && (shard === undefined || record.results.length > 0)) return EXIT_UNKNOWN;
  return record.results.some(({ outcome }) => outcome === 'harness-error') ? EXIT_HARNESS : EXIT_VALID;
}

/** Whether the harness failed in half or more of the runs that an expectation is about. */
function isSpoilt({ results }: CampaignRecord, { where }: Expectation): boolean {
  const group = results.filter(({ run }) => selects(where, run));
  const errors = group.filter(({ outcome }) => outcome === 'harness-error').length;
  return errors > 0 && 2 * errors >= group.length;
}

/** Whether the harness failed in a run that nothing is expected of. */
function hasUncoveredErrors(record: CampaignRecord, judge: CampaignJudge): boolean {
  const expected = expectationsOf(record, judge);
  return record.results.some(
    ({ run, outcome }) => outcome === 'harness-error' && !expected.some(({ where }) => selects(where, run)),
  );
}
