import type { CampaignRunResult } from '../../harness/store/campaign-record.ts';
import { formatCount, formatMs } from '../html/format.ts';
import { groupBy } from '../run/group-by.ts';
import { html, type SafeHtml } from '../html/html.ts';
import { median, reportHref, systemOf, type CampaignView } from './campaign-view.ts';

const SLOWEST_MAX = 5;

/** Where the time went: by system, workload and environment, and the slowest runs. */
export function durationSection(view: CampaignView): SafeHtml {
  const { results } = view;
  if (results.length === 0) return html`<p class="quiet">No run has been made.</p>`;
  const rows = [...groupBy(results, ({ run }) => `${systemOf(run)} ${run.workload} in ${run.environment}`)]
    .map(([name, runs]) => ({ name, times: runs.map(({ elapsedMs }) => elapsedMs) }))
    .map(({ name, times }) => ({ name, times, totalMs: times.reduce((sum, ms) => sum + ms, 0) }))
    .sort((left, right) => right.totalMs - left.totalMs);
  const mostMs = Math.max(1, ...rows.map(({ totalMs }) => totalMs));
  const slowest = [...results].sort((left, right) => right.elapsedMs - left.elapsedMs).slice(0, SLOWEST_MAX);
  return html`<div class="scroll" tabindex="0" role="group" aria-label="durations">
      <table>
        <thead>
          <tr>
            <th scope="col">runs of</th>
            <th scope="col" class="number">runs</th>
            <th scope="col" class="number">median</th>
            <th scope="col" class="number">longest</th>
            <th scope="col" class="number">together</th>
            <th scope="col"><span class="hidden">share</span></th>
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            ({ name, times, totalMs }) =>
              html`<tr>
                <th scope="row">${name}</th>
                <td class="number">${formatCount(times.length)}</td>
                <td class="number">${formatMs(median(times))}</td>
                <td class="number">${formatMs(Math.max(...times))}</td>
                <td class="number">${formatMs(totalMs)}</td>
                <td class="share-cell">
                  <svg class="share-bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                    <rect width="${((100 * totalMs) / mostMs).toFixed(2)}" height="8" />
                  </svg>
                </td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <p class="quiet">Slowest: ${slowest.map((result, index) => html`${index > 0 && ', '}${slowRun(result)}`)}.</p>`;
}

function slowRun(result: CampaignRunResult): SafeHtml {
  const href = reportHref(result);
  const name = `${systemOf(result.run)} ${result.run.workload} seed ${result.run.seed}`;
  return html`${href === undefined ? name : html`<a href="${href}">${name}</a>`} (${formatMs(result.elapsedMs)})`;
}
