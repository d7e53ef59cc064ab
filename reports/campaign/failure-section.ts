import type { CampaignRunResult, FailureGroup } from '../../harness/store/campaign-record.ts';
import { formatCount, formatMs, listed, plural } from '../html/format.ts';
import { html, type SafeHtml } from '../html/html.ts';
import { reportHref, systemOf, type CampaignView } from './campaign-view.ts';
import { rerunButton } from './rerun-button.ts';
import { fateBadge } from './run-outcome.ts';

/** Runs that are listed in one group; the table of all runs holds the rest. */
const LISTED_RUNS_MAX = 100;

/** Failures by signature: one line each, however many runs showed it, with its runs inside. */
export function failureSection(view: CampaignView): SafeHtml {
  const groups = view.record.groups
    .map((group) => ({ group, results: group.runs.flatMap((id) => view.resultOf.get(id) ?? []) }))
    .filter(({ results }) => results.length > 0)
    .sort((left, right) => severity(left) - severity(right) || right.results.length - left.results.length);
  if (groups.length === 0) {
    return html`<p class="quiet">
      ${view.results.length === 0 ? 'No run has been made.' : 'No run failed: every one of them is valid.'}
    </p>`;
  }
  return html`${groups.map(groupBlock)}`;
}

interface PlacedGroup {
  readonly group: FailureGroup;
  readonly results: readonly CampaignRunResult[];
}

/** Broken promises first, then violations that a promise allows, then failures of the harness, then doubt. */
function severity({ group, results }: PlacedGroup): number {
  if (results.some(({ promise }) => promise.outcome === 'broken')) return 0;
  return { invalid: 1, 'harness-error': 2, unknown: 3 }[group.outcome];
}

function groupBlock({ group, results }: PlacedGroup): SafeHtml {
  const [example] = results;
  const shown = results.slice(0, LISTED_RUNS_MAX);
  return html`<details class="card group">
    <summary>
      <span class="group-line">
        <span class="group-count"
          >${formatCount(results.length)}<span class="quiet"> ${results.length === 1 ? 'run' : 'runs'}</span></span
        >
        ${fateBadge(group.outcome)} <b class="signature">${group.signature}</b>
      </span>
      <span class="example">${example !== undefined && firstSentence(example)}</span>
      <span class="quiet">${promiseWords(results)}</span>
    </summary>
    <ul class="group-runs">
      ${shown.map(runItem)}
    </ul>
    ${
      results.length > shown.length &&
      html`<p class="quiet">
        and ${formatCount(results.length - shown.length)} more, in <a href="#runs">the table of all runs</a>
      </p>`
    }
  </details>`;
}

function firstSentence({ anomalies, reasons }: CampaignRunResult): string {
  return anomalies[0]?.message ?? reasons[0] ?? '';
}

function promiseWords(results: readonly CampaignRunResult[]): string {
  const of = (outcome: CampaignRunResult['promise']['outcome']): number =>
    results.filter(({ promise }) => promise.outcome === outcome).length;
  const [broken, kept] = [of('broken'), of('kept')];
  if (broken === results.length) return 'The system promises better: this breaks its promise.';
  if (kept === results.length) return 'The system promises no more than this: its promise was kept.';
  if (broken + kept === 0) return 'Whether the system kept its promise is unclear.';
  const parts = [
    ...(broken === 0 ? [] : [`broken in ${formatCount(broken)}`]),
    ...(kept === 0 ? [] : [`kept in ${formatCount(kept)}`]),
    ...(broken + kept === results.length ? [] : [`unclear in ${formatCount(results.length - broken - kept)}`]),
  ];
  return `What the system promises was ${listed(parts)}.`;
}

function runItem(result: CampaignRunResult): SafeHtml {
  const { run, anomalies, reasons, effectiveFaults, elapsedMs, attempts } = result;
  const href = reportHref(result);
  const name = `${systemOf(run)} ${run.workload}, seed ${run.seed}`;
  const facts = [
    run.environment,
    `asked for ${run.faultPackage}`,
    `took effect: ${effectiveFaults.join(', ') || 'none'}`,
    formatMs(elapsedMs),
    ...(attempts > 1 ? [plural(attempts, 'attempt')] : []),
  ];
  return html`<li>
    <p>
      ${href === undefined ? html`${name} <span class="quiet">(left no report)</span>` : html`<a href="${href}">${name}</a>`}
      <span class="quiet">${facts.join(' · ')}</span>
    </p>
    ${anomalies.map(
      ({ anomaly, count, message }) =>
        html`<p><span class="anomaly">${anomaly}${count > 1 && html` × ${formatCount(count)}`}</span> ${message}</p>`,
    )}
    ${reasons.map((reason) => html`<p>${reason}</p>`)}
    <div class="command">
      <pre><code>${result.rerun}</code></pre>
      ${rerunButton(result)}
    </div>
  </li>`;
}
