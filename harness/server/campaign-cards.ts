import path from 'node:path';
import { readCampaignRecord } from '../campaign/campaign-folder.ts';
import { isHarnessError } from '../kernel/harness-error.ts';
import type { FileStamp } from './index-cache.ts';
import { campaignFacts, type ListedCampaign } from './pages/campaigns-page.ts';
import type { CampaignEntry } from './store-index.ts';

type Read = Pick<ListedCampaign, 'facts' | 'problem'>;

/** What the list shows of every campaign. Records are read again only when their size or time has changed. */
export class CampaignCards {
  readonly #store: string;
  #read = new Map<string, { readonly stamp: FileStamp; readonly read: Read }>();

  constructor(store: string) {
    this.#store = store;
  }

  /** Those that cannot be read come with the reason. Others that were known before are forgotten. */
  list(campaigns: readonly CampaignEntry[]): readonly ListedCampaign[] {
    const before = this.#read;
    this.#read = new Map();
    return campaigns.map(({ path: relative, stamp, live }) => {
      const known = before.get(relative);
      const same = known?.stamp.mtimeMs === stamp.mtimeMs && known.stamp.size === stamp.size;
      const read = same ? known.read : this.#readOne(relative);
      this.#read.set(relative, { stamp, read });
      return { path: relative, live, ...read };
    });
  }

  #readOne(relative: string): Read {
    try {
      return { facts: campaignFacts(readCampaignRecord(path.join(this.#store, relative))) };
    } catch (error) {
      // One bad record must not take the others off the list.
      return { problem: isHarnessError(error) ? error.message : `it cannot be read: ${String(error)}` };
    }
  }
}
