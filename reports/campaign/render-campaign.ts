import type { CampaignRecord } from '../../harness/store/campaign-record.ts';
import { browserAsset } from '../html/browser-asset.ts';
import { formatCount, formatMs, formatShare } from '../html/format.ts';
import { figureList, type Figure } from '../html/figure-list.ts';
import { html, type SafeHtml } from '../html/html.ts';
import { renderPage } from '../html/page.ts';
import { factList } from '../run/fact-list.ts';
import { campaignVerdict, timeLeft, type CampaignVerdict } from './campaign-verdict.ts';
import { campaignView, median, type CampaignView } from './campaign-view.ts';
import { durationSection } from './duration-section.ts';
import { expectationSection } from './expectation-section.ts';
import { failureSection } from './failure-section.ts';
import { matrixSection } from './matrix-section.ts';
import { notRunSection } from './not-run-section.ts';
import { runTable } from './run-table.ts';

/** How a campaign's page is to be made. */
export interface CampaignPageOptions {
  /** True while the campaign runs: the page says so, shows progress, and loads itself again from disk. */
  readonly live: boolean;
  /** When it is written, in milliseconds since 1970: a page whose campaign was killed notices that nobody writes it. */
  readonly writtenAtMs?: number;
}

/**
 * The page of a campaign as one self-contained HTML file, to be written into the campaign's folder: links to runs are
 * relative to it. Everything that came from systems under test is escaped. O(runs).
 */
export function renderCampaign(record: CampaignRecord, options: CampaignPageOptions): string {
  const view = campaignView(record, options.live);
  const verdict = campaignVerdict(view);
  const sections: readonly Section[] = [
    { id: 'expectations', title: 'Expectations', body: expectationSection(view) },
    { id: 'failures', title: 'Failures', body: failureSection(view) },
    { id: 'matrix', title: 'Matrix', body: matrixSection(view) },
    { id: 'runs', title: 'All runs', body: runTable(view) },
    { id: 'durations', title: 'Durations', body: durationSection(view) },
    { id: 'not-run', title: 'Not run', body: notRunSection(view) },
    { id: 'facts', title: 'About', body: aboutSection(record) },
  ];
  return renderPage({
    title: `${verdict.word}: campaign ${record.name}`,
    style: browserAsset('campaign.css'),
    script: browserAsset('campaign.js'),
    data: [],
    body: html`<a class="skip" href="#failures">Skip to the failures</a>
      <header class="top">
        <div class="brand">faultline</div>
        <nav aria-label="sections">${sections.map(({ id, title }) => html`<a href="#${id}">${title}</a>`)}</nav>
        <button type="button" id="theme" aria-label="switch between light and dark">◐</button>
      </header>
      <main>
        ${banner(view, verdict, options.writtenAtMs)} ${keyFigures(view)}
        ${sections.map(
          ({ id, title, body }) =>
            html`<section id="${id}" class="section" aria-labelledby="${id}-title">
              <h2 id="${id}-title">${title}</h2>
              ${body}
            </section>`,
        )}
        <footer class="quiet">
          Made by Faultline. This page is complete in itself: it loads nothing but, on a click, the reports beside it.
        </footer>
      </main>`,
  });
}

interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: SafeHtml;
}

const SIGNS = { valid: '✓', invalid: '✗', unknown: '?', running: '…' } as const;

function banner(
  view: CampaignView,
  { tone, word, headline, sentences }: CampaignVerdict,
  writtenAtMs: number | undefined,
): SafeHtml {
  const { record } = view;
  const shard = record.shard === undefined ? '' : ` · shard ${record.shard.index} of ${record.shard.of}`;
  return html`<section class="verdict ${tone}" aria-label="verdict">
    <p class="where">campaign ${record.name}${shard} · started ${record.startedAt}</p>
    <h1>
      <span class="sign" aria-hidden="true">${SIGNS[tone]}</span><span class="verdict-word">${word}</span>
      ${headline.charAt(0).toUpperCase() + headline.slice(1)}
    </h1>
    <p class="explanation">${sentences.join(' ')}</p>
    ${view.live && liveLine(view, writtenAtMs)}
  </section>`;
}

function liveLine(view: CampaignView, writtenAtMs: number | undefined): SafeHtml {
  const { results, expectedRuns } = view;
  const progress = [
    `${formatCount(results.length)} of ${formatCount(expectedRuns)} runs made`,
    timeLeft(view) ?? (results.length === 0 ? 'time left unknown before the first' : 'ending'),
  ].join(', ');
  return html`<div class="live" id="live" data-written-ms="${writtenAtMs ?? ''}">
    <progress value="${results.length}" max="${Math.max(1, expectedRuns)}" aria-label="runs made"></progress>
    <p>
      ${progress}. <span id="live-status" class="quiet">Load the page again to see more.</span>
      <button type="button" id="live-pause" hidden aria-pressed="false">Pause</button>
    </p>
  </div>`;
}

function keyFigures(view: CampaignView): SafeHtml {
  const { results, expectedRuns, record } = view;
  const sum = (outcome: 'ok' | 'fail' | 'info'): number =>
    results.reduce((all, { operations }) => all + operations[outcome], 0);
  const total = sum('ok') + sum('fail') + sum('info');
  const times = results.map(({ elapsedMs }) => elapsedMs);
  const busyMs = times.reduce((all, ms) => all + ms, 0);
  const retried = results.filter(({ attempts }) => attempts > 1).length;
  const figures: readonly Figure[] = [
    ['runs made', `${formatCount(results.length)} of ${formatCount(expectedRuns)}`, `${formatCount(retried)} retried`],
    ['valid', formatCount(results.filter(({ outcome }) => outcome === 'valid').length), shareOfValid(view)],
    ['kinds of failure', formatCount(record.groups.length), 'by system, anomalies and faults'],
    ['operations', formatCount(total), `${formatShare(sum('ok'), total)} ok`],
    ['took', formatMs(record.elapsedMs), `${formatMs(busyMs)} of runs, median ${formatMs(median(times))}`],
  ];
  return figureList(figures);
}

function shareOfValid({ results }: CampaignView): string {
  const valid = results.filter(({ outcome }) => outcome === 'valid').length;
  return `${formatShare(valid, results.length)} of runs`;
}

function aboutSection(record: CampaignRecord): SafeHtml {
  const { name, planHash, planned, shard, startedAt, elapsedMs, facts } = record;
  return html`<div class="columns">
    <section>
      <h3>The campaign</h3>
      ${factList({
        name,
        'hash of its plan': planHash,
        'planned runs, all shards': planned.length,
        ...(shard === undefined ? {} : { shard: `${shard.index} of ${shard.of}` }),
        started: startedAt,
        took: formatMs(elapsedMs),
      })}
    </section>
    <section>
      <h3>Versions and machine</h3>
      ${factList(facts) ?? html`<p class="quiet">None recorded.</p>`}
    </section>
  </div>`;
}
