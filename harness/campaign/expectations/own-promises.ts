import type { CampaignRecord, Expectation } from '../../store/campaign-record.ts';
import { selects } from '../select-runs.ts';

/**
 * What targets promise of themselves, as expectations for the planned runs that no stated expectation is about. Taken from
 * the plan, not from results: a target none of whose runs could be made is missed, not forgotten.
 */
export function ownPromises(
  { planned, ownPromises: promises = [] }: Pick<CampaignRecord, 'planned' | 'ownPromises'>,
  stated: readonly Expectation[],
): readonly Expectation[] {
  const open = planned.filter((run) => !stated.some(({ where }) => selects(where, run)));
  return promises
    .filter(({ where }) => open.some((run) => selects(where, run)))
    .map((promise) => ({ kind: 'promise', ...promise }));
}
