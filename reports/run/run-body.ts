import type { History } from '../../harness/kernel/history.ts';
import type { NodeId } from '../../harness/kernel/node.ts';
import type { TargetPromise } from '../../harness/kernel/target.ts';
import type { MessageWindow } from '../../harness/store/run-observations.ts';
import type { RunRecord } from '../../harness/store/run-record.ts';
import { formatCount, formatMs, formatNs, formatShare, plural } from '../html/format.ts';
import { figureList, type Figure } from '../html/figure-list.ts';
import { html, type SafeHtml } from '../html/html.ts';
import { actedOn, type FaultInterval } from '../metrics/fault-intervals.ts';
import { latencyQuantiles, okLatencies } from '../metrics/latency-quantiles.ts';
import type { Operations } from '../metrics/operations.ts';
import { checkSection, countTable } from './check-section.ts';
import { faultSection } from './fault-section.ts';
import { evidenceSection, type PlacedFinding } from './finding-section.ts';
import { rerunSection } from './rerun-section.ts';
import type { PageChart } from './run-page-data.ts';
import { timelineSection } from './timeline-section.ts';
import { operationCount, verdictSentence } from './verdict-sentence.ts';

/** Everything the body of a run's page is made of. */
export interface RunBodyInput {
  readonly record: RunRecord;
  readonly history: History;
  readonly operations: Operations;
  readonly intervals: readonly FaultInterval[];
  readonly findings: readonly PlacedFinding[];
  readonly nodes: readonly NodeId[];
  readonly charts: readonly PageChart[];
  readonly logs: ReadonlyMap<NodeId, string>;
  readonly messages: readonly MessageWindow[];
}

/** The visible part of a run's page, verdict first. */
export function runBody(input: RunBodyInput): SafeHtml {
  const { record, history, intervals, findings } = input;
  const sections: readonly Section[] = [
    { id: 'evidence', title: 'Evidence', body: evidenceSection(input) },
    { id: 'timeline', title: 'Timeline', body: timelineSection(history, findings.length) },
    { id: 'charts', title: 'Over time', body: chartSection(input.charts) },
    { id: 'faults', title: 'Faults', body: faultSection(record.faults, intervals) },
    { id: 'checks', title: 'Checks', body: html`${checkSection(record.checks)}${countTable(record)}` },
    { id: 'logs', title: 'Node logs', body: logSection(input.logs) },
    { id: 'again', title: 'Run it again', body: rerunSection(record) },
  ];
  return html`<a class="skip" href="#evidence">Skip to the evidence</a>
    <header class="top">
      <div class="brand">faultline</div>
      <nav aria-label="sections">${sections.map(({ id, title }) => html`<a href="#${id}">${title}</a>`)}</nav>
      <button type="button" id="theme" aria-label="switch between light and dark">◐</button>
    </header>
    <main>
      ${verdictBanner(record)} ${keyFigures(input)}
      ${sections.map(
        ({ id, title, body }) =>
          html`<section id="${id}" class="section" aria-labelledby="${id}-title">
            <h2 id="${id}-title">${title}</h2>
            ${body}
          </section>`,
      )}
      <footer class="quiet">
        Made by Faultline. This page is complete in itself: it loads nothing and sends nothing.
      </footer>
    </main>
    <div id="announcer" class="hidden" role="status" aria-live="polite"></div>`;
}

interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: SafeHtml;
}

const VERDICT_SIGNS = { valid: '✓', invalid: '✗', unknown: '?' } as const;

function verdictBanner(record: RunRecord): SafeHtml {
  const { request, verdict } = record;
  const { headline, explanation } = verdictSentence(record);
  const system = [
    request.target,
    request.variant,
    request.mutant === undefined ? undefined : `mutant ${request.mutant}`,
  ]
    .filter((part) => part !== undefined)
    .join(', ');
  return html`<section class="verdict ${verdict}" aria-label="verdict">
    <p class="where">
      ${system} · ${request.workload} · ${request.environment} · ${plural(request.nodes.length, 'node')} · seed
      <code>${request.seed}</code> · ${record.startedAt}
    </p>
    <h1>
      <span class="sign" aria-hidden="true">${VERDICT_SIGNS[verdict]}</span
      ><span class="verdict-word">${verdict}</span> ${headline}
    </h1>
    <p class="explanation">${explanation}</p>
    ${verdict !== 'unknown' && record.reasons.length > 0 && html`<p class="explanation">${record.reasons.join(' ')}</p>`}
    ${record.interrupted && html`<p class="explanation warn">The run was interrupted; it shows what was recorded until then.</p>`}
    ${promiseLine(request.target, record.promise)}
  </section>`;
}

function promiseLine(target: string, promise: TargetPromise | undefined): SafeHtml {
  if (promise === undefined) return html`<p class="promise">${target} makes no promise for this workload.</p>`;
  const keeps = promise.keepsAcknowledged ? 'never loses an acknowledged write' : 'may lose acknowledged writes';
  return html`<p class="promise">
    What ${target} promises: <b>${promise.level}</b>, <b>${keeps}</b>; ${promise.conditions}.
  </p>`;
}

function keyFigures({ record, operations, intervals }: RunBodyInput): SafeHtml {
  const total = operationCount(record);
  const sum = (outcome: 'ok' | 'fail' | 'info'): number =>
    Object.values(record.counts).reduce((all, counts) => all + counts[outcome], 0);
  const latency = latencyQuantiles(okLatencies(operations));
  const acted = intervals.filter(actedOn).length;
  const figures: readonly Figure[] = [
    ['operations', formatCount(total), `${formatCount((total * 1000) / Math.max(1, record.durationMs))} per second`],
    ['ended ok', formatShare(sum('ok'), total), `${formatCount(sum('fail'))} fail, ${formatCount(sum('info'))} info`],
    [
      'latency p50',
      latency === undefined ? '–' : formatNs(latency.p50Ns),
      latency === undefined ? '' : `p99 ${formatNs(latency.p99Ns)}, max ${formatNs(latency.maxNs)}`,
    ],
    ['faults acted', `${acted} of ${intervals.length}`, [...new Set(intervals.map(({ kind }) => kind))].join(', ')],
    ['length', formatMs(record.durationMs), `${record.request.concurrency} processes`],
  ];
  return figureList(figures);
}

const CHART_TITLES: Readonly<Record<string, readonly [string, string]>> = {
  'chart-throughput': ['Throughput', 'operations per second, by how they ended'],
  'chart-latency': ['Latency', 'of ok operations, milliseconds, logarithmic'],
  'chart-availability': ['Availability', 'share of the operations begun then that ended ok'],
  'chart-clocks': ['Wall clocks', 'measured offset of each node'],
  'chart-primaries': ['Primaries', 'who believed to be primary, asked once a second'],
};

function chartSection(charts: readonly PageChart[]): SafeHtml {
  return html`<p class="quiet">
      Shaded: faults while they were observed. Drag across a chart to zoom, double-click to see all.
    </p>
    <div class="charts">
      ${charts.map(({ id }) => {
        const [title, subtitle] = CHART_TITLES[id] ?? [id, ''];
        return html`<figure class="chart">
          <figcaption><b>${title}</b> <span class="quiet">${subtitle}</span></figcaption>
          <div id="${id}" class="plot" role="img" aria-label="${title}: ${subtitle}"></div>
        </figure>`;
      })}
    </div>`;
}

function logSection(logs: ReadonlyMap<NodeId, string>): SafeHtml {
  if (logs.size === 0) return html`<p class="quiet">No node log was kept.</p>`;
  return html`<div class="toolbar" role="group" aria-label="logs">
      <label>search <input id="log-search" type="search" spellcheck="false" /></label>
      <label
        >node
        <select id="log-node">
          <option value="">all</option>
          ${[...logs.keys()].map((node) => html`<option>${node}</option>`)}
        </select></label
      >
      <span id="log-count" class="quiet" role="status"></span>
    </div>
    <div id="log-lines" class="log" tabindex="0" role="group" aria-label="log lines"></div>`;
}
