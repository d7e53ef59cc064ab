import type { CampaignRun } from '../../harness/store/campaign-record.ts';
import { html, type SafeHtml } from '../html/html.ts';
import { groupBy } from '../run/group-by.ts';
import { fateOf, systemOf, type CampaignView } from './campaign-view.ts';
import { FATE_SIGNS, FATE_WORDS, RUN_FATES, countFates, fateBar } from './run-outcome.ts';

/** Systems and workloads against fault packages, with how the runs of each cell ended. */
export function matrixSection(view: CampaignView): SafeHtml {
  const runs = [...view.record.planned, ...strays(view)];
  const packages = [...new Set(runs.map(({ faultPackage }) => faultPackage))];
  const rows = [...groupBy(runs, rowKey).values()];
  return html`<p class="legend quiet">
      ${RUN_FATES.map(
        (fate) =>
          html`<span class="fate-key fate ${fate}"
            ><span aria-hidden="true">${FATE_SIGNS[fate]}</span> ${FATE_WORDS[fate]}</span
          > `,
      )}
      Choose a cell to see its runs below.
    </p>
    <div class="scroll" tabindex="0" role="group" aria-label="matrix">
      <table class="matrix">
        <thead>
          <tr>
            <th scope="col">system and workload</th>
            ${packages.map((name) => html`<th scope="col">${name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map((row) => matrixRow(view, row, packages))}
        </tbody>
      </table>
    </div>`;
}

/** Results whose run is not in the plan. There should be none; what was run is never hidden. */
function strays(view: CampaignView): readonly CampaignRun[] {
  const planned = new Set(view.record.planned.map(({ id }) => id));
  return view.results.flatMap(({ run }) => (planned.has(run.id) ? [] : [run]));
}

function rowKey(run: CampaignRun): string {
  return JSON.stringify([systemOf(run), run.workload, run.environment]);
}

function matrixRow(view: CampaignView, row: readonly CampaignRun[], packages: readonly string[]): SafeHtml {
  const [first] = row;
  if (first === undefined) return html``;
  const system = systemOf(first);
  return html`<tr>
    <th scope="row">
      ${system} <span class="workload">${first.workload}</span> <span class="quiet">${first.environment}</span>
    </th>
    ${packages.map((name) => {
      const cell = row.filter(({ faultPackage }) => faultPackage === name);
      if (cell.length === 0) return html`<td class="quiet">–</td>`;
      const pick = { system, workload: first.workload, environment: first.environment, faults: name };
      return html`<td>
        <button type="button" class="cell" data-pick="${JSON.stringify(pick)}">
          <span class="hidden">${system} ${first.workload} under ${name}:</span>
          ${fateBar(countFates(cell.map((run) => fateOf(view, run))))}
        </button>
      </td>`;
    })}
  </tr>`;
}
