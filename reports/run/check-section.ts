import type { CheckSummary, RunRecord } from '../../harness/store/run-record.ts';
import { formatCount, formatMs, formatShare } from '../html/format.ts';
import { html, type SafeHtml } from '../html/html.ts';
import { factList } from './fact-list.ts';

/** One card per check: its verdict, its reason or findings, and the facts it gave. */
export function checkSection(checks: readonly CheckSummary[]): SafeHtml {
  if (checks.length === 0) return html`<p class="quiet">No check was asked for.</p>`;
  return html`<div class="cards">${[...checks].sort((left, right) => rank(left) - rank(right)).map(checkCard)}</div>`;
}

/** How the operations ended, by function. */
export function countTable(record: RunRecord): SafeHtml {
  const rows = Object.entries(record.counts);
  return html`<div class="scroll" tabindex="0" role="group" aria-label="operations by outcome">
    <table class="counts">
      <thead>
        <tr>
          <th scope="col">operation</th>
          <th scope="col" class="number">ok</th>
          <th scope="col" class="number">fail</th>
          <th scope="col" class="number">info</th>
          <th scope="col" class="number">all</th>
          <th scope="col" class="number">ok share</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map(([f, { ok, fail, info }]) => {
          const all = ok + fail + info;
          return html`<tr>
            <th scope="row"><code>${f}</code></th>
            <td class="number">${formatCount(ok)}</td>
            <td class="number">${formatCount(fail)}</td>
            <td class="number">${formatCount(info)}</td>
            <td class="number">${formatCount(all)}</td>
            <td class="number">${formatShare(ok, all)}</td>
          </tr>`;
        })}
      </tbody>
    </table>
  </div>`;
}

/** What failed first, what is in doubt next. */
function rank({ verdict }: CheckSummary): number {
  return verdict === 'invalid' ? 0 : verdict === 'unknown' ? 1 : 2;
}

function checkCard(check: CheckSummary): SafeHtml {
  const options = Object.entries(check.use.options ?? {});
  const count = check.findings.reduce((sum, finding) => sum + finding.count, 0);
  return html`<article class="card check ${check.verdict}">
    <h3>${check.name} <span class="badge ${check.verdict}">${check.verdict}</span></h3>
    ${check.reason !== undefined && html`<p>${check.reason}</p>`}
    ${count > 0 && html`<p>${formatCount(count)} found: ${[...new Set(check.findings.map(({ anomaly }) => anomaly))].join(', ')}</p>`}
    ${factList(check.facts)}
    <p class="quiet">checker <code>${check.use.checker}</code>, ${formatMs(check.elapsedMs)}</p>
    ${
      options.length > 0 &&
      html`<details class="fact-table quiet">
        <summary>options</summary>
        ${factList(Object.fromEntries(options))}
      </details>`
    }
  </article>`;
}
