import type { CampaignRun } from '../../harness/store/campaign-record.ts';
import { formatCount, plural } from '../html/format.ts';
import { groupBy } from '../run/group-by.ts';
import { html, type SafeHtml } from '../html/html.ts';
import { stopWords } from './campaign-verdict.ts';
import { systemOf, type CampaignView } from './campaign-view.ts';

/** Seeds that are named in one line. */
const LISTED_SEEDS_MAX = 12;

/** Planned runs that have no result, by cell, and why. */
export function notRunSection(view: CampaignView): SafeHtml {
  const { missing, record } = view;
  if (missing.length === 0) {
    return html`<p class="quiet">Nothing: all ${plural(record.planned.length, 'planned run')} were made.</p>`;
  }
  const cells = [
    ...groupBy(missing, (run) => `${systemOf(run)} ${run.workload} in ${run.environment} under ${run.faultPackage}`),
  ];
  return html`<p>${whyMissing(view)}</p>
    <ul class="not-run">
      ${cells.map(
        ([name, runs]) =>
          html`<li><b>${name}</b> <span class="quiet">${plural(runs.length, 'run')}, ${seedWords(runs)}</span></li>`,
      )}
    </ul>`;
}

function whyMissing({ missing, record, live, expectedRuns, results }: CampaignView): string {
  const count = `${formatCount(missing.length)} of ${plural(record.planned.length, 'planned run')}`;
  const { shard } = record;
  const elsewhere =
    shard === undefined ? '' : ` This is shard ${shard.index} of ${shard.of}: the other shards make the other runs.`;
  if (live) return `${count} have no result yet.${elsewhere}`;
  if (shard !== undefined && record.stopped === undefined && results.length >= expectedRuns) {
    return `${count} belong to other shards: this is shard ${shard.index} of ${shard.of}, and it is complete.`;
  }
  return `${count} have no result: ${stopWords(record)}.${elsewhere}`;
}

function seedWords(runs: readonly CampaignRun[]): string {
  const shown = runs.slice(0, LISTED_SEEDS_MAX).map(({ seed }) => seed);
  const rest = runs.length - shown.length;
  return `${runs.length === 1 ? 'seed' : 'seeds'} ${shown.join(', ')}${rest > 0 ? ` and ${formatCount(rest)} more` : ''}`;
}
