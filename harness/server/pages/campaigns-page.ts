import type { CampaignRecord } from '../../store/campaign-record.ts';
import { formatMs, plural } from '../../../reports/html/format.ts';
import { html, type SafeHtml } from '../../../reports/html/html.ts';
import { countFates, fateBar } from '../../../reports/campaign/run-outcome.ts';
import { encodePath } from '../store-path.ts';
import { shortTime, storePage, type StorePage } from './store-page.ts';

/** A campaign of the list: its record, or why it cannot be read. */
export interface ListedCampaign {
  readonly path: string;
  readonly live: boolean;
  readonly record: CampaignRecord | undefined;
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

function campaignCard({ path, live, record, problem }: ListedCampaign): SafeHtml {
  if (record === undefined) {
    return html`<article class="card">
      <h2>${path}</h2>
      <p class="warn">${problem ?? 'it cannot be read'}</p>
    </article>`;
  }
  const { planned, results, groups, expectations } = record;
  const made = new Map(results.map(({ run, outcome }) => [run.id, outcome]));
  const unmet = expectations.filter(({ outcome }) => outcome !== 'met' && outcome !== 'accepted').length;
  const facts = [
    shortTime(record.startedAt),
    `${results.length} of ${plural(planned.length, 'run')}`,
    plural(groups.length, 'kind of failure', 'kinds of failure'),
    formatMs(record.elapsedMs),
    ...(record.shard === undefined ? [] : [`shard ${record.shard.index} of ${record.shard.of}`]),
  ];
  return html`<article class="card campaign">
    <h2>
      <a href="/files/${encodePath(path)}/campaign.html">${record.name}</a>
      ${live && html`<span class="badge fate running">… running</span>`}
    </h2>
    ${fateBar(countFates(planned.map(({ id }) => made.get(id) ?? 'not-run')))}
    <p class="quiet">${facts.join(' · ')}</p>
    ${expectations.length > 0 && html`<p>${unmet === 0 ? `All ${plural(expectations.length, 'expectation')} met.` : `${unmet} of ${plural(expectations.length, 'expectation')} not met.`}</p>`}
  </article>`;
}
