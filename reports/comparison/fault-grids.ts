import { formatCount, formatNs, formatShare } from '../html/format.ts';
import { html, type SafeHtml } from '../html/html.ts';
import type { Availability } from '../metrics/availability.ts';
import type { ComparisonFigures, FaultFigures } from './comparison-figures.ts';

/** For each workload a table with a line per fault and, per system, what was answered on either side of it. */
export function faultGrids(all: readonly ComparisonFigures[]): SafeHtml {
  const workloads = [...new Set(all.map(({ entry }) => entry.record.request.workload))];
  return html`<p class="quiet">
      Of what was asked while the fault lasted, the share that was answered before it ended. Left: the side with a
      majority, or the nodes that were spared; right: the side without one, or the nodes that were hit.
    </p>
    ${workloads.map((workload) =>
      faultGrid(
        workload,
        all.filter(({ entry }) => entry.record.request.workload === workload),
      ),
    )}`;
}

function faultGrid(workload: string, runs: readonly ComparisonFigures[]): SafeHtml {
  const ids = [...new Set(runs.flatMap(({ faults }) => faults.map(({ interval }) => interval.id)))];
  if (ids.length === 0) return html`<p class="quiet">No fault acted on ${workload}.</p>`;
  return html`<h3>${workload}</h3>
    <div class="scroll" tabindex="0" role="group" aria-label="answered during faults, ${workload}">
      <table class="faults-by-system">
        <thead>
          <tr>
            <th scope="col">fault</th>
            <th scope="col">what</th>
            ${runs.map(({ system }) => html`<th scope="colgroup" colspan="2">${system}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${ids.map((id) => faultLine(id, runs))}
        </tbody>
      </table>
    </div>`;
}

function faultLine(id: string, runs: readonly ComparisonFigures[]): SafeHtml {
  const acted = runs.map(({ faults }) => faults.find(({ interval }) => interval.id === id));
  const what = runs.flatMap(({ entry }) => entry.record.faults).find((fault) => fault.id === id)?.what;
  const [first] = acted.filter((fault) => fault !== undefined);
  return html`<tr>
    <td class="nowrap"><span class="swatch ${first?.interval.kind ?? ''}"></span>${id}</td>
    <td class="what">${what ?? ''}</td>
    ${acted.map((fault) => (fault === undefined ? html`<td colspan="2" class="quiet">did not act</td>` : sides(fault)))}
  </tr>`;
}

function sides({ interval, unhurt, hurt }: FaultFigures): SafeHtml {
  const lasted = formatNs(interval.toNs - interval.fromNs);
  return html`<td class="number" title="lasted ${lasted}">${share(unhurt)}</td>
    <td class="number" title="lasted ${lasted}">${share(hurt)}</td>`;
}

function share({ asked, answered }: Availability): SafeHtml {
  if (asked === 0) return html`<span class="quiet">nobody there</span>`;
  return html`${formatShare(answered, asked)} <span class="quiet">of ${formatCount(asked)}</span>`;
}
