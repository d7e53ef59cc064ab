import type { CampaignRecord } from '../store/campaign-record.ts';

/** The JSON document of a campaign. Its planned runs are in the folder; here is how many. */
export function campaignDocument(record: CampaignRecord, directory: string): unknown {
  const { planned, ...rest } = record;
  return { campaignDir: directory, plannedRuns: planned.length, ...rest };
}
