import { formatCount } from '../html/format.ts';
import { html, type SafeHtml } from '../html/html.ts';
import { evidenceDiagram } from '../run/evidence-diagram.ts';
import { evidenceWindow } from '../run/evidence-window.ts';
import type { AnomalyFigures, ComparisonFigures } from './comparison-figures.ts';

/** Every kind of violation of every run, with one example of each: its sentence, and its operations drawn. */
export function anomalySection(all: readonly ComparisonFigures[]): SafeHtml {
  const wrong = all.filter(({ anomalies }) => anomalies.length > 0);
  const clean = all.filter(({ anomalies }) => anomalies.length === 0);
  return html`${
    clean.length > 0 &&
    html`<p>
      Nothing went wrong in
      ${clean.map(({ system, entry }) => `${system} (${entry.record.request.workload})`).join(', ')}.
    </p>`
  }
  ${wrong.map((figures) => figures.anomalies.map((anomaly) => drawAnomaly(figures, anomaly)))}`;
}

function drawAnomaly(figures: ComparisonFigures, { anomaly, count, check, example }: AnomalyFigures): SafeHtml {
  const { system, entry, intervals, nodes } = figures;
  const window = evidenceWindow(entry.history, example);
  return html`<article class="finding">
    <header>
      <h3>
        <span class="anomaly">${anomaly} × ${formatCount(count)}</span> ${system}, ${entry.record.request.workload}:
        ${example.message}
      </h3>
      <p class="quiet">found by <b>${check}</b></p>
    </header>
    ${window && evidenceDiagram(entry.history, window, intervals, nodes, example.message)}
  </article>`;
}
