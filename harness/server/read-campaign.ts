import path from 'node:path';
import { isHarnessError } from '../kernel/harness-error.ts';
import { CAMPAIGN_RECORD_VERSION, type CampaignRecord } from '../store/campaign-record.ts';
import { readJson } from '../store/run-folder.ts';

/** The record of a campaign of the store, or in one line why it cannot be read. */
export function readCampaign(
  store: string,
  campaign: { readonly path: string },
): { readonly record: CampaignRecord | undefined; readonly problem?: string } {
  try {
    const record = readJson(path.join(store, campaign.path, 'campaign.json')) as CampaignRecord | null;
    if (record?.version === CAMPAIGN_RECORD_VERSION) return { record };
    return { record: undefined, problem: 'its record was written by another version of faultline' };
  } catch (error) {
    if (!isHarnessError(error)) throw error;
    return { record: undefined, problem: error.message };
  }
}
