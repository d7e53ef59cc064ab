import { formatCount, formatMs, formatShare, plural } from '../../../reports/html/format.ts';
import { html, type SafeHtml } from '../../../reports/html/html.ts';
import type { RunEntry } from '../run-entry.ts';
import {
  FILTER_NAMES,
  filterValues,
  queryRuns,
  runQueryHref,
  type QueriedRuns,
  type RunQuery,
  type SortKey,
} from '../run-query.ts';
import type { StoreContent } from '../store-index.ts';
import { encodePath } from '../store-path.ts';
import { shortTime, stateBadge, storePage, type StorePage } from './store-page.ts';

/** The list of runs: search, filters, sorting, pages, and a choice of two to compare. Works without a script. */
export function runsPage({ runs, cut }: StoreContent, query: RunQuery): StorePage {
  const found = queryRuns(runs, query);
  const body = html`${filterForm(runs, query)}
    <p class="quiet" role="status">
      ${found.matching === runs.length ? plural(runs.length, 'run') : `${formatCount(found.matching)} of ${plural(runs.length, 'run')}`}
      ${cut && ' (this folder holds more than can be listed: the rest was passed over)'}
    </p>
    ${found.runs.length === 0 ? emptyWords(runs.length) : runList(found, query)}`;
  return storePage('Runs', '/', body);
}

function emptyWords(all: number): SafeHtml {
  return html`<p class="card">
    ${all === 0 ? html`This store holds no run yet. Make one: <code>faultline run raft --faults all</code>` : html`No run is like that. <a href="/">Show all</a>`}
  </p>`;
}

function filterForm(runs: readonly RunEntry[], query: RunQuery): SafeHtml {
  return html`<form class="toolbar" action="/" method="get" role="search" id="filters">
    <label>search <input name="q" type="search" value="${query.search}" spellcheck="false" autocomplete="off" /></label>
    ${FILTER_NAMES.map(
      (name) =>
        html`<label
          >${name}
          <select name="${name}">
            <option value="">all</option>
            ${offered(filterValues(runs, name), query[name]).map(
              (value) => html`<option value="${value}" ${value === query[name] && 'selected'}>${value}</option>`,
            )}
          </select></label
        >`,
    )}
    ${query.sort !== 'started' && html`<input type="hidden" name="sort" value="${query.sort}" />`}
    ${!query.descending && html`<input type="hidden" name="order" value="up" />`}
    <button type="submit">Show</button>
    <a href="/">Reset</a>
  </form>`;
}

/** A value from the URL stays visible where no run has it. */
function offered(values: readonly string[], wanted: string): readonly string[] {
  return wanted === '' || values.includes(wanted) ? values : [wanted, ...values];
}

const COLUMNS: readonly (readonly [string, SortKey | undefined, 'number'?])[] = [
  ['verdict', 'verdict'],
  ['started', 'started'],
  ['system', 'target'],
  ['workload', 'workload'],
  ['faults', undefined],
  ['seed', 'seed'],
  ['what was found', undefined],
  ['operations', 'operations', 'number'],
  ['ok/s', 'rate', 'number'],
  ['took', 'took', 'number'],
  ['compare', undefined],
];

function runList(found: QueriedRuns, query: RunQuery): SafeHtml {
  return html`<form action="/compare" method="get" id="compare">
    <div class="scroll" tabindex="0" role="group" aria-label="runs">
      <table class="stacking">
        <thead>
          <tr>
            ${COLUMNS.map(([name, key, kind]) => head(query, name, key, kind))}
          </tr>
        </thead>
        <tbody>
          ${found.runs.map(runRow)}
        </tbody>
      </table>
    </div>
    <p class="list-end">
      ${pageLinks(found, query)}
      <button type="submit">Compare the two chosen</button>
    </p>
  </form>`;
}

function head(query: RunQuery, name: string, key: SortKey | undefined, kind: 'number' | undefined): SafeHtml {
  if (key === undefined) return html`<th scope="col">${name}</th>`;
  const here = query.sort === key;
  const href = runQueryHref(query, { sort: key, descending: here ? !query.descending : true });
  const order = here && (query.descending ? 'descending' : 'ascending');
  return html`<th scope="col" class="${kind ?? ''}" ${order !== false && html`aria-sort="${order}"`}>
    <a class="sort" href="${href}">${name}</a>
  </th>`;
}

function runRow(run: RunEntry): SafeHtml {
  const { ok, fail, info } = run.operations;
  const total = ok + fail + info;
  const link = encodePath(run.path);
  return html`<tr>
    <td><a href="/run/${link}">${stateBadge(run.state)}</a></td>
    <td class="nowrap">${shortTime(run.startedAt)}</td>
    <td>${run.target}${run.change !== '' && html` <span class="quiet">${run.change}</span>`}</td>
    <td>${run.workload} <span class="quiet">${run.environment}</span></td>
    <td data-label="under">${run.faults.join(', ') || 'no fault'}</td>
    <td data-label="seed"><code>${run.seed}</code></td>
    <td class="found wide">${run.found}</td>
    <td class="number" data-label="operations">
      ${total > 0 && html`${formatCount(total)} <span class="quiet">${formatShare(ok, total)} ok</span>`}
    </td>
    <td class="number" data-label="ok/s">${run.okPerSecond > 0 && formatCount(run.okPerSecond)}</td>
    <td class="number" data-label="took">${run.elapsedMs > 0 && formatMs(run.elapsedMs)}</td>
    <td>
      ${run.hasReport && html`<a href="/files/${link}/report.html">report</a>`}
      <input type="checkbox" name="run" value="${run.path}" aria-label="compare ${run.target} seed ${run.seed}" />
    </td>
  </tr>`;
}

function pageLinks({ page, pages }: QueriedRuns, query: RunQuery): SafeHtml {
  if (pages === 1) return html``;
  return html`<span class="pages">
    ${page > 1 && html`<a href="${runQueryHref(query, { page: page - 1 })}" rel="prev">Previous</a>`} page ${page} of
    ${pages} ${page < pages && html`<a href="${runQueryHref(query, { page: page + 1 })}" rel="next">Next</a>`}
  </span>`;
}
