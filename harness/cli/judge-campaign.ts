import { EMPTY_BASELINE, type Baseline } from '../campaign/expectations/baseline.ts';
import { judgeExpectations } from '../campaign/expectations/judge-expectations.ts';
import { ownPromises } from '../campaign/expectations/own-promises.ts';
import type { CampaignRecord, Expectation } from '../store/campaign-record.ts';
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
 * 130 after an interrupt; 1 where a promise was broken; 2 where power was lost or nobody can tell, for example because a
 * budget ended it, or because `--ci` found nothing to expect; 255 where nothing is expected and a run failed by the harness's own fault; else 0.
 */
export function exitCodeOfCampaign(record: CampaignRecord, judge: CampaignJudge): number {
  if (record.stopped === 'interrupted') return EXIT_INTERRUPTED;
  const outcomes = record.expectations.map(({ outcome }) => outcome);
  if (outcomes.includes('broken')) return EXIT_INVALID;
  if (outcomes.some((outcome) => outcome === 'lost-power' || outcome === 'unclear')) return EXIT_UNKNOWN;
  if (outcomes.length > 0) return EXIT_VALID;
  // Asked to be a judge of promises, a campaign without any has judged nothing.
  if (judge.ownPromises) return EXIT_UNKNOWN;
  return record.results.some(({ outcome }) => outcome === 'harness-error') ? EXIT_HARNESS : EXIT_VALID;
}
