import { html, type SafeHtml } from '../html/html.ts';
import type { ComparisonFigures } from './comparison-figures.ts';
import type { ComparisonRow } from './comparison-rows.ts';
import { levelWords } from './level-words.ts';

/** The comparison as a table: a column per system, rows of one workload under its name where there are several. */
export function comparisonGrid(systems: readonly string[], rows: readonly ComparisonRow[]): SafeHtml {
  const workloads = new Set(rows.flatMap(({ workload }) => (workload === undefined ? [] : [workload])));
  let current: string | undefined;
  return html`<div class="scroll" tabindex="0" role="group" aria-label="comparison">
    <table class="side-by-side">
      <thead>
        <tr>
          <th></th>
          ${systems.map((system) => html`<th scope="col">${system}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map((row) => {
          const heading = row.workload !== undefined && row.workload !== current && workloads.size > 1;
          current = row.workload;
          return html`${
              heading &&
              html`<tr class="group">
                <th colspan="${systems.length + 1}" scope="rowgroup">${row.workload}</th>
              </tr>`
            }
            <tr>
              <th scope="row">${row.label}</th>
              ${row.cells.map(({ text, tone }) => html`<td><span class="effect ${tone}">${text}</span></td>`)}
            </tr>`;
        })}
      </tbody>
    </table>
  </div>`;
}

/** What the levels that stand in the table mean, strongest first. Undefined where none does. */
export function levelGlossary(all: readonly ComparisonFigures[]): SafeHtml | undefined {
  const named = new Set(all.flatMap(({ levels }) => levels?.strongest ?? []));
  const known = [...named].flatMap((level) => {
    const words = levelWords(level);
    return words === undefined ? [] : [{ level, words }];
  });
  if (known.length === 0) return undefined;
  return html`<dl class="facts levels">
      ${known.map(
        ({ level, words }) =>
          html`<dt>${level}</dt>
            <dd>${words}</dd>`,
      )}
    </dl>
    <p class="quiet">
      A level is what this history satisfied, not what the system guarantees: another run may show less.
    </p>`;
}
