import { formatCount, formatMs, plural } from '../../../reports/html/format.ts';
import { html, type SafeHtml } from '../../../reports/html/html.ts';
import type { RunEntry, RunState } from '../run-entry.ts';
import { filterValues } from '../run-query.ts';
import { runTrends, type TrendOptions, type TrendPoint, type TrendSeries } from '../run-trend.ts';
import { encodePath } from '../store-path.ts';
import { storePage, type StorePage } from './store-page.ts';

/** Systems on one page. */
const SERIES_MAX = 40;
/** Bars of one chart. */
export const TREND_POINTS_MAX = 60;

const CHART = { width: 600, height: 64, gap: 1.5 } as const;

/** How each system did over time: verdicts, rate and latency, a bar per run or per day. */
export function trendPage(runs: readonly RunEntry[], options: TrendOptions): StorePage {
  const all = runTrends(runs, options);
  const body = html`<form class="toolbar" action="/trend" method="get">
      <label
        >target
        <select name="target">
          <option value="">all</option>
          ${filterValues(runs, 'target').map((name) => html`<option value="${name}" ${name === options.target && 'selected'}>${name}</option>`)}
        </select></label
      >
      <label
        >a bar per
        <select name="by">
          <option value="run">run</option>
          <option value="day" ${options.by === 'day' && 'selected'}>day</option>
        </select></label
      >
      <button type="submit">Show</button>
    </form>
    <p class="legend quiet">
      ${LEGEND.map((state) => html`<span class="fate-key fate ${state}">■ ${state}</span> `)}
      ${options.by === 'day' && 'A day has the colour of its worst run and the median of its figures.'}
    </p>
    ${all.length === 0 && html`<p class="card">No finished run to show.</p>`}
    ${all.slice(0, SERIES_MAX).map(seriesCard)}
    ${all.length > SERIES_MAX && html`<p class="quiet">and ${formatCount(all.length - SERIES_MAX)} more: choose a target</p>`}`;
  return storePage('Trends', '/trend', body);
}

const LEGEND: readonly RunState[] = ['valid', 'invalid', 'unknown'];

function seriesCard(series: TrendSeries): SafeHtml {
  const { target, change, workload, environment, runs, points, earlier } = series;
  const latency = points.map(({ p99Ms }) => p99Ms);
  const measured = latency.some((p99Ms) => p99Ms !== undefined);
  return html`<article class="card trend">
    <h2>${target} <span class="quiet">${[change, workload, environment].filter(Boolean).join(' · ')}</span></h2>
    <p class="quiet">
      ${plural(runs, 'run')}${earlier > 0 && `; ${formatCount(earlier)} earlier ${earlier === 1 ? 'bar' : 'bars'} not drawn`}.
      ${sinceWords(points)}
    </p>
    <div class="trend-charts">
      ${bars('ok operations per second', points, ({ okPerSecond }) => okPerSecond, formatCount)}
      ${measured && bars('99th percentile of latency', points, ({ p99Ms }) => p99Ms, formatMs)}
    </div>
    <details>
      <summary>as a table</summary>
      ${pointTable(points)}
    </details>
  </article>`;
}

/** Says in words what a reader of the bars looks for first: since when it is as it is. */
function sinceWords(points: readonly TrendPoint[]): string {
  const last = points.at(-1);
  if (last === undefined) return '';
  const before = points.findLastIndex(({ state }) => state !== last.state);
  const previous = points[before];
  const since = points[before + 1];
  if (previous === undefined || since === undefined) return `All ${last.state}.`;
  return `${last.state} since ${since.label}, ${previous.state} before.`;
}

function bars(
  caption: string,
  points: readonly TrendPoint[],
  valueOf: (point: TrendPoint) => number | undefined,
  format: (value: number) => string,
): SafeHtml {
  const most = Math.max(0, ...points.map((point) => valueOf(point) ?? 0));
  const step = CHART.width / TREND_POINTS_MAX;
  return html`<figure>
    <figcaption class="quiet">${caption}, at most ${format(most)}</figcaption>
    <svg class="trend-bars" viewBox="0 0 ${CHART.width} ${CHART.height}" preserveAspectRatio="none">
      ${points.map((point, index) => {
        const value = valueOf(point);
        // A bar even for nothing at all: the run was made, and must be seen.
        const height = value === undefined || most === 0 ? 2 : Math.max(2, (value / most) * CHART.height);
        return html`<a href="${pointHref(point)}"
          ><title>${point.label}: ${point.state}, ${value === undefined ? 'not measured' : format(value)}</title
          ><rect
            class="fate ${point.state}"
            x="${(index * step).toFixed(2)}"
            y="${(CHART.height - height).toFixed(2)}"
            width="${(step - CHART.gap).toFixed(2)}"
            height="${height.toFixed(2)}"
        /></a>`;
      })}
    </svg>
    <p class="quiet">${points[0]?.label ?? ''}${points.length > 1 && ` to ${points.at(-1)?.label ?? ''}`}</p>
  </figure>`;
}

/** A run's page, or the list of a day's runs. */
function pointHref({ runs, label }: TrendPoint): string {
  const [run] = runs;
  if (run !== undefined && runs.length === 1) return `/run/${encodePath(run.path)}`;
  return `/?${new URLSearchParams({ q: label, target: run?.target ?? '' }).toString()}`;
}

function pointTable(points: readonly TrendPoint[]): SafeHtml {
  return html`<div class="scroll" tabindex="0" role="group" aria-label="trend">
    <table>
      <thead>
        <tr>
          <th scope="col">when</th>
          <th scope="col">verdicts</th>
          <th scope="col" class="number">ok/s</th>
          <th scope="col" class="number">p50</th>
          <th scope="col" class="number">p99</th>
        </tr>
      </thead>
      <tbody>
        ${points.toReversed().map(
          (point) =>
            html`<tr>
              <td class="nowrap"><a href="${pointHref(point)}">${point.label}</a></td>
              <td>${verdictCounts(point)}</td>
              <td class="number">${formatCount(point.okPerSecond)}</td>
              <td class="number">${point.p50Ms === undefined ? '–' : formatMs(point.p50Ms)}</td>
              <td class="number">${point.p99Ms === undefined ? '–' : formatMs(point.p99Ms)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function verdictCounts({ runs }: TrendPoint): string {
  return LEGEND.flatMap((state) => {
    const count = runs.filter((run) => run.state === state).length;
    return count === 0 ? [] : [`${formatCount(count)} ${state}`];
  }).join(', ');
}
