import { browserAsset } from '../html/browser-asset.ts';
import { formatCount, formatNs, formatShare, listed, plural } from '../html/format.ts';
import { html, type SafeHtml } from '../html/html.ts';
import { renderPage } from '../html/page.ts';
import { addAvailability, type Availability } from '../metrics/availability.ts';
import { endOfHistoryNs } from '../metrics/operations.ts';
import { answerStrips } from './answer-strips.ts';
import {
  comparisonFigures,
  type ComparisonEntry,
  type ComparisonFigures,
  type LostFigures,
} from './comparison-figures.ts';
import { comparisonRows } from './comparison-rows.ts';
import { anomalySection } from './anomaly-section.ts';
import { comparisonGrid, levelGlossary } from './comparison-grid.ts';
import { faultGrids } from './fault-grids.ts';
import { tradeOffChart, tradeOffs, type TradeOff } from './trade-off-chart.ts';

/** What a comparison page is made of. */
export interface ComparisonInput {
  /** Runs of different systems on the same workloads under the same schedule; a system may have one run per workload. */
  readonly entries: readonly ComparisonEntry[];
  /** ISO time of its making, shown as given. */
  readonly madeAt?: string;
}

/**
 * The comparison of systems as one self-contained HTML file: the choice that each of them makes while the network is cut,
 * as one picture, as what every node answered over time, and as a table with raw counts.
 */
export function renderComparison({ entries, madeAt }: ComparisonInput): string {
  const all = entries.map(comparisonFigures);
  const { systems, rows } = comparisonRows(all);
  const places = tradeOffs(all);
  return renderPage({
    title: `${listed(systems)} compared`,
    style: browserAsset('report.css'),
    script: browserAsset('comparison.js'),
    data: [],
    body: html`<a class="skip" href="#table">Skip to the table</a>
      <header class="top">
        <div class="brand">faultline</div>
        <nav aria-label="sections">
          <a href="#choice">The choice</a><a href="#answers">Who answered</a><a href="#table">Side by side</a
          ><a href="#faults">Fault by fault</a><a href="#anomalies">What went wrong</a><a href="#runs">The runs</a>
        </nav>
        <button type="button" id="theme" aria-label="switch between light and dark">◐</button>
      </header>
      <main>
        <section class="verdict compared" aria-label="summary">
          <p class="where">${whereLine(all, madeAt)}</p>
          <h1>${headline(places, systems)}</h1>
          ${sentences(all)}
        </section>
        ${choiceSection(places, scheduleSentence(all))} ${answersSection(all)}
        <section id="table" class="section">
          <h2>Side by side</h2>
          ${comparisonGrid(
            systems,
            rows.filter(({ ofFault }) => ofFault !== true),
          )}
          ${levelGlossary(all)}
        </section>
        <section id="faults" class="section">
          <h2>Fault by fault</h2>
          ${faultGrids(all)}
        </section>
        <section id="anomalies" class="section">
          <h2>What went wrong, one example each</h2>
          ${anomalySection(all)}
        </section>
        <section id="runs" class="section">
          <h2>The runs</h2>
          ${runList(all)}
        </section>
        <footer class="quiet">
          Made by Faultline. This page is complete in itself: it loads nothing and sends nothing.
        </footer>
      </main>`,
  });
}

function whereLine(all: readonly ComparisonFigures[], madeAt: string | undefined): string {
  const requests = all.map(({ entry }) => entry.record.request);
  const distinct = (values: readonly string[]): string => listed([...new Set(values)]);
  return [
    `workload ${distinct(requests.map(({ workload }) => workload))}`,
    ...[...new Set(requests.map(({ environment }) => environment))].map(
      (environment) =>
        `${environment}: ${distinct(requests.filter((request) => request.environment === environment).map(({ target }) => target))}`,
    ),
    `faults ${distinct(requests.flatMap(({ faults }) => faults)) || 'none'}`,
    `seed ${distinct(requests.map(({ seed }) => seed))}`,
    ...(madeAt === undefined ? [] : [madeAt]),
  ].join(' · ');
}

function headline(places: readonly TradeOff[], systems: readonly string[]): string {
  const refusing = places.filter((place) => refuses(place) && place.wrongReads === 0).map(({ system }) => system);
  const answering = places.filter((place) => !refuses(place) && place.wrongReads > 0).map(({ system }) => system);
  if (refusing.length === 0 || answering.length === 0) return `${listed(systems)} under the same faults`;
  const verb = (names: readonly string[], one: string, several: string): string => (names.length === 1 ? one : several);
  return `Cut off from the majority, ${listed(refusing)} ${verb(refusing, 'refuses', 'refuse')} to answer; ${listed(answering)} ${verb(answering, 'answers', 'answer')} with old data.`;
}

function refuses({ minority }: TradeOff): boolean {
  return minority.answered < minority.asked / 4;
}

/** One sentence per system, over all of its runs. */
function sentences(all: readonly ComparisonFigures[]): readonly SafeHtml[] {
  const systems = [...new Set(all.map(({ system }) => system))];
  return systems.map((system) => {
    const runs = all.filter((figures) => figures.system === system);
    const minority = runs.reduce((sum, run) => addAvailability(sum, run.minority), { asked: 0, answered: 0 });
    const parts = [
      ...(minority.asked === 0 ? [] : [`answered ${share(minority)} on the minority side of partitions`]),
      ...runs.flatMap((run) =>
        run.stale === undefined ? [] : [staleWords(run.stale.stale.length, run.stale.reads, oldest(run))],
      ),
      ...runs.flatMap(({ lost, entry }) =>
        lost === undefined ? [] : [lostWords(lost, runs.length > 1 ? entry.record.request.workload : undefined)],
      ),
    ];
    return html`<p class="explanation"><b>${system}</b> ${listed(parts) || 'did not get into a partition'}.</p>`;
  });
}

function lostWords({ atLeast, count, of }: LostFigures, workload: string | undefined): string {
  const all = of === undefined ? '' : ` of ${formatCount(of)}`;
  const where = workload === undefined ? '' : ` (${workload})`;
  return `lost ${atLeast ? 'at least ' : ''}${count === 0 ? 'none' : formatCount(count)}${all} acknowledged writes${where}`;
}

function share({ answered, asked }: Availability): string {
  return `${formatCount(answered)} of ${formatCount(asked)} operations (${formatShare(answered, asked)})`;
}

function staleWords(stale: number, reads: number, oldestNs: number): string {
  if (stale === 0) return `gave no stale read in ${formatCount(reads)}`;
  return `gave ${plural(stale, 'stale read')} in ${formatCount(reads)}, the oldest ${formatNs(oldestNs)} behind`;
}

function oldest({ stale }: ComparisonFigures): number {
  return (stale?.stale ?? []).reduce((most, { behindNs }) => Math.max(most, behindNs), 0);
}

/** Whether the runs may be held against each other, said on the page: only equal requests give equal schedules. */
function scheduleSentence(all: readonly ComparisonFigures[]): string {
  const requests = new Set(
    all.map(({ entry }) => {
      const { nodes, faults, seed, timeLimitMs } = entry.record.request;
      return JSON.stringify([nodes, faults, seed, timeLimitMs]);
    }),
  );
  const environments = new Set(all.map(({ entry }) => entry.record.request.environment));
  const mixed =
    environments.size === 1
      ? ''
      : ' Some ran in the simulation and some on real machines: compare their answers, not their latencies.';
  return requests.size === 1
    ? `Every system below ran under the same schedule of faults, on nodes of the same names.${mixed}`
    : 'Mind that these runs differ in their nodes, faults, seeds or lengths: they did not go through the same schedule.';
}

function choiceSection(places: readonly TradeOff[], sameSchedule: string): SafeHtml {
  const body =
    places.length === 0
      ? html`<p class="quiet">No system here had both register reads and a minority side, so none can be placed.</p>`
      : html`<p>
            When the network is cut in two, a node that cannot reach a majority has two ways to go. It can refuse, so
            that nobody ever sees old data; or it can answer from what it knows, so that nobody waits. ${sameSchedule}
          </p>
          <figure class="chart">${tradeOffChart(places)}</figure>`;
  return html`<section id="choice" class="section">
    <h2>The choice</h2>
    ${body}
  </section>`;
}

function answersSection(all: readonly ComparisonFigures[]): SafeHtml {
  const endNs = Math.max(1, ...all.map(({ entry }) => endOfHistoryNs(entry.history)));
  return html`<section id="answers" class="section">
    <h2>Who answered, and who should not have</h2>
    <p class="legend quiet">
      One row per node, time to the right. <span class="key a4">all answered</span>
      <span class="key a2">about half</span> <span class="key a0">none</span>
      <span class="key stale-key">a stale read</span>
      <span class="key frame-key partition">cut off from the majority</span>
      <span class="key frame-key kill">down</span> <span class="key frame-key pause">paused</span>
      <span class="key frame-key clock">clock off</span>
    </p>
    ${all.map(
      (figures) =>
        html`<article class="card strip">
          <h3>${figures.system} <span class="quiet">${figures.entry.record.request.workload}</span></h3>
          ${answerStrips(figures, endNs)}
        </article>`,
    )}
  </section>`;
}

function runList(all: readonly ComparisonFigures[]): SafeHtml {
  return html`${all.map(({ system, entry: { record, reportHref } }) => {
    const link = reportHref !== undefined && isRelative(reportHref) && html` <a href="${reportHref}">its report</a>`;
    return html`<div class="command">
      <span class="quiet">${system}, ${record.request.workload}, ${record.verdict}${link}</span>
      <pre><code>${record.rerun.symbolic}</code></pre>
      <button type="button" data-copy="${record.rerun.symbolic}">Copy</button>
    </div>`;
  })}`;
}

/** Links lead to files beside this one only. */
function isRelative(href: string): boolean {
  return !/^[a-z][a-z0-9+.-]*:|^\/\//i.test(href);
}
