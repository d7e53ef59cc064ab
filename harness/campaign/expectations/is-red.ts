import type { CampaignRecord, Expectation, ExpectationResult } from '../../store/campaign-record.ts';
import { selects } from '../select-runs.ts';

/**
 * Whether an expectation's outcome makes CI red. In a shard what is unclear is not, as long as it takes the runs of other
 * shards to tell: whoever merges them is told.
 */
export function isRed(record: CampaignRecord, { outcome, expectation }: ExpectationResult): boolean {
  switch (outcome) {
    case 'met':
    case 'accepted':
      return false;
    case 'broken':
    case 'lost-power':
      return true;
    case 'unclear':
      return record.shard === undefined || isWhole(record, expectation);
  }
}

/** Whether all runs that an expectation is about were made. */
function isWhole({ planned, results }: CampaignRecord, { where }: Expectation): boolean {
  const made = new Set(results.map(({ run }) => run.id));
  return planned.every((run) => made.has(run.id) || !selects(where, run));
}
