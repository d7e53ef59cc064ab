import type { CampaignRecord } from '../../store/campaign-record.ts';
import { formatMs, plural } from '../../../reports/html/format.ts';
import { html, type SafeHtml } from '../../../reports/html/html.ts';
import { countFates, fateBar } from '../../../reports/campaign/run-outcome.ts';
import { encodePath } from '../store-path.ts';
import { shortTime, storePage, type StorePage } from './store-page.ts';

/** What the list shows of a campaign's record. */
export interface CampaignFacts {
  readonly name: string;
  readonly fates: ReturnType<typeof countFates>;
  readonly line: string;
  readonly expectations: number;
  /** Of them, those that were neither met nor accepted. */
  readonly unmet: number;
}

/** A campaign of the list: its facts, or why it cannot be read. */
export interface ListedCampaign {
  readonly path: string;
  readonly live: boolean;
  readonly facts?: CampaignFacts;
  readonly problem?: string;
}

/** The list of campaigns, the last changed first. */
export function campaignsPage(campaigns: readonly ListedCampaign[]): StorePage {
  const body =
    campaigns.length === 0
      ? html`<p class="card">This store holds no campaign yet.</p>`
      : html`<div class="cards">${campaigns.map(campaignCard)}</div>`;
  return storePage('Campaigns', '/campaigns', body);
}

/** Sums a record up. O(runs). */
export function campaignFacts(record: CampaignRecord): CampaignFacts {
  const { planned, results, groups, expectations } = record;
  const made = new Map(results.map(({ run, outcome }) => [run.id, outcome]));
  const unmet = expectations.filter(({ outcome }) => outcome !== 'met' && outcome !== 'accepted').length;
  const line = [
    shortTime(record.startedAt),
    `${results.length} of ${plural(planned.length, 'run')}`,
    plural(groups.length, 'kind of failure', 'kinds of failure'),
    formatMs(record.elapsedMs),
    ...(record.shard === undefined ? [] : [`shard ${record.shard.index} of ${record.shard.of}`]),
  ].join(' · ');
  const fates = countFates(planned.map(({ id }) => made.get(id) ?? 'not-run'));
  return { name: record.name, fates, line, expectations: expectations.length, unmet };
}

function campaignCard({ path, live, facts, problem }: ListedCampaign): SafeHtml {
  if (facts === undefined) {
    return html`<article class="card">
      <h2>${path}</h2>
      <p class="warn">${problem ?? 'it cannot be read'}</p>
    </article>`;
  }
  const { name, fates, line, expectations, unmet } = facts;
  return html`<article class="card campaign">
    <h2>
      <a href="/files/${encodePath(path)}/campaign.html">${name}</a>
      ${live && html`<span class="badge fate running">… running</span>`}
    </h2>
    ${fateBar(fates)}
    <p class="quiet">${line}</p>
    ${expectations > 0 && html`<p>${unmet === 0 ? `All ${plural(expectations, 'expectation')} met.` : `${unmet} of ${plural(expectations, 'expectation')} not met.`}</p>`}
  </article>`;
}
