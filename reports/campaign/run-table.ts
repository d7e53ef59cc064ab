import type { CampaignRunResult } from '../../harness/store/campaign-record.ts';
import { formatCount, formatMs, formatShare } from '../html/format.ts';
import { html, type SafeHtml } from '../html/html.ts';
import { reportHref, systemOf, type CampaignView } from './campaign-view.ts';
import { rerunButton } from './rerun-button.ts';
import { FATE_WORDS, fateBadge } from './run-outcome.ts';

/** Columns by which the table is filtered: the attribute's name on each row, and the label. */
const FILTERS: readonly (readonly [string, string])[] = [
  ['outcome', 'outcome'],
  ['system', 'system'],
  ['workload', 'workload'],
  ['environment', 'environment'],
  ['faults', 'faults'],
  ['promise', 'promise'],
];

/** Column heads; those with a kind can be sorted by. */
const COLUMNS: readonly (readonly [string, ('text' | 'number')?])[] = [
  ['outcome', 'text'],
  ['system', 'text'],
  ['workload', 'text'],
  ['faults', 'text'],
  ['seed', 'text'],
  ['what was found'],
  ['promise', 'text'],
  ['operations', 'number'],
  ['took', 'number'],
  ['again'],
];

/**
 * All runs of a campaign. Every row is in the page, so that it can be printed and read without a script; the page's
 * script adds search, filters, sorting, and shows long tables in parts.
 */
export function runTable(view: CampaignView): SafeHtml {
  if (view.results.length === 0) return html`<p class="quiet">No run has been made.</p>`;
  const rows = view.results.map((result) => ({ result, attributes: filterAttributes(result) }));
  return html`<div class="toolbar" role="group" aria-label="runs">
      <label>search <input id="run-search" type="search" spellcheck="false" autocomplete="off" /></label>
      ${FILTERS.map(([name, label]) => {
        const values = [...new Set(rows.map(({ attributes }) => attributes[name] ?? ''))].sort();
        return (
          values.length > 1 &&
          html`<label
            >${label}
            <select data-filter="${name}">
              <option value="">all</option>
              ${values.map((value) => html`<option value="${value}">${value}</option>`)}
            </select></label
          >`
        );
      })}
      <button type="button" id="run-reset">Show all</button>
      <span id="run-count" class="quiet" role="status">${formatCount(rows.length)} runs</span>
    </div>
    <div class="scroll" tabindex="0" role="group" aria-label="table of runs">
      <table id="run-table" class="stacking">
        <thead>
          <tr>
            ${COLUMNS.map(
              ([name, kind]) =>
                html`<th scope="col">
                  ${kind === undefined ? name : html`<button type="button" class="sort" data-kind="${kind}">${name}</button>`}
                </th>`,
            )}
          </tr>
        </thead>
        <tbody>
          ${rows.map(({ result, attributes }) => runRow(result, attributes))}
        </tbody>
      </table>
    </div>
    <p><button type="button" id="run-more" hidden>Show more</button></p>`;
}

function filterAttributes({ run, outcome, promise }: CampaignRunResult): Readonly<Record<string, string>> {
  return {
    outcome: FATE_WORDS[outcome],
    system: systemOf(run),
    workload: run.workload,
    environment: run.environment,
    faults: run.faultPackage,
    promise: promise.outcome,
  };
}

function runRow(result: CampaignRunResult, attributes: Readonly<Record<string, string>>): SafeHtml {
  const { run, outcome, promise, operations, elapsedMs } = result;
  const total = operations.ok + operations.fail + operations.info;
  const href = reportHref(result);
  const badge = fateBadge(outcome);
  return html`<tr ${FILTERS.map(([name]) => html`data-${name}="${attributes[name] ?? ''}" `)}>
    <td>${href === undefined ? badge : html`<a href="${href}">${badge}</a>`}</td>
    <td>${attributes['system']}</td>
    <td>${run.workload} <span class="quiet">${run.environment}</span></td>
    <td data-label="under">${run.faultPackage}</td>
    <td data-label="seed"><code>${run.seed}</code></td>
    <td class="found wide">${found(result)}</td>
    <td data-label="promise">
      <span class="effect ${PROMISE_TONES[promise.outcome]}" title="${promise.why}">${promise.outcome}</span>
    </td>
    <td
      data-label="operations"
      class="number"
      data-sort="${total}"
      title="${operations.fail} fail, ${operations.info} info"
    >
      ${formatCount(total)} ${total > 0 && html`<span class="quiet">${formatShare(operations.ok, total)} ok</span>`}
    </td>
    <td data-label="took" class="number" data-sort="${Math.round(elapsedMs)}">${formatMs(elapsedMs)}</td>
    <td>${rerunButton(result)}</td>
  </tr>`;
}

const PROMISE_TONES = { kept: 'good', broken: 'bad', unclear: 'doubtful' } as const;

function found({ anomalies, reasons, strongest }: CampaignRunResult): SafeHtml {
  if (anomalies.length > 0) {
    return html`${anomalies.map(
      ({ anomaly, count, message }) =>
        html`<span class="anomaly" title="${message}">${anomaly}${count > 1 && html` × ${formatCount(count)}`}</span>`,
    )}`;
  }
  if (reasons.length > 0) return html`<span class="quiet">${reasons.join(' ')}</span>`;
  return html`<span class="quiet">${strongest.length > 0 && `strongest: ${strongest.join(', ')}`}</span>`;
}
