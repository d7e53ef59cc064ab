import { formatMs, formatValue } from '../../../reports/html/format.ts';
import { html, type SafeHtml } from '../../../reports/html/html.ts';
import { factList } from '../../../reports/run/fact-list.ts';
import { verdictSentence } from '../../../reports/run/verdict-sentence.ts';
import type { RunRecord, RunRequest } from '../../store/run-record.ts';
import { encodePath } from '../store-path.ts';
import { shortTime, stateBadge, storePage, type StorePage } from './store-page.ts';

/** A run's folder as it is shown. */
export interface ShownRun {
  /** From the store, with `/` between the parts. */
  readonly path: string;
  /** Files to be delivered, relative to the folder. */
  readonly files: readonly string[];
}

/** A finished run: its verdict in words, the way to its report, and its files. */
export function finishedRunPage({ path, files }: ShownRun, record: RunRecord): StorePage {
  const { headline, explanation } = verdictSentence(record);
  const base = `/files/${encodePath(path)}`;
  const { target, workload, environment, seed } = record.request;
  const body = html`<section class="verdict ${record.verdict}" aria-label="verdict">
      <p class="where">
        ${shortTime(record.startedAt)} · ${target} ${workload} in ${environment}, seed <code>${seed}</code>
      </p>
      <h2>${stateBadge(record.verdict)} ${headline}</h2>
      <p class="explanation">${explanation}</p>
      ${
        files.includes('report.html')
          ? html`<p><a class="main-link" href="${base}/report.html">Open its report</a></p>`
          : html`<p class="quiet">It has no report. Make one: <code>faultline report &lt;its folder&gt;</code></p>`
      }
    </section>
    ${command(record.rerun.symbolic)} ${fileList(base, files)}
    <section class="section">
      <h2>Asked for</h2>
      ${requestFacts(record.request)}
    </section>`;
  return storePage(`${target} ${workload}`, '', body);
}

/** A run in progress. The page's script asks for its state every second and shows it; until then it is empty. */
export function liveRunPage({ path, files }: ShownRun, request: RunRequest): StorePage {
  const { target, workload, environment, seed } = request;
  const link = encodePath(path);
  const body = html`<section class="verdict running" aria-label="state">
      <p class="where">
        ${target} ${workload} in ${environment}, seed <code>${seed}</code>, main phase ${formatMs(request.timeLimitMs)}
      </p>
      <h2 id="live-stage" role="status">Reading…</h2>
      <progress id="live-progress" max="100" value="0" aria-label="main phase"></progress>
      <p id="live-note" class="quiet"></p>
      <noscript><p>Seeing a run in progress needs JavaScript.</p></noscript>
    </section>
    <div id="live-run" data-state="/live/${link}">
      <section class="section">
        <h2>Operations</h2>
        <table>
          <thead>
            <tr>
              <th scope="col">function</th>
              ${['open', 'ok', 'fail', 'info'].map((name) => html`<th scope="col" class="number">${name}</th>`)}
            </tr>
          </thead>
          <tbody id="live-functions"></tbody>
        </table>
        <figure class="chart live-rate">
          <figcaption class="quiet">
            ok operations per second, last minute of the run's clock: <b id="live-rate-now"></b>
          </figcaption>
          <svg
            id="live-rate"
            viewBox="0 0 60 20"
            preserveAspectRatio="none"
            role="img"
            aria-label="ok operations per second"
          ></svg>
        </figure>
      </section>
      <section class="section">
        <h2>Faults</h2>
        <ul id="live-faults" class="not-run"></ul>
      </section>
    </div>
    ${fileList(`/files/${link}`, files)}
    <section class="section">
      <h2>Asked for</h2>
      ${requestFacts(request)}
    </section>`;
  return storePage(`${target} ${workload}`, '', body);
}

function command(text: string): SafeHtml {
  return html`<div class="command">
    <span class="quiet">The same plan again</span>
    <pre><code>${text}</code></pre>
    <button type="button" data-copy="${text}">Copy</button>
  </div>`;
}

function fileList(base: string, files: readonly string[]): SafeHtml {
  return html`<section class="section">
    <h2>Files</h2>
    <ul class="files">
      ${files.map((file) => html`<li><a href="${base}/${encodePath(file)}">${file}</a></li>`)}
    </ul>
  </section>`;
}

function requestFacts({ settings, nodes, faults, ...rest }: RunRequest): SafeHtml | undefined {
  return factList({
    ...rest,
    nodes: nodes.join(', '),
    faults: faults.join(', ') || 'none',
    settings: formatValue(settings),
  });
}
