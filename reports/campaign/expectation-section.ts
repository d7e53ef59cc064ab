import type { Expectation, ExpectationResult, RunSelector } from '../../harness/store/campaign-record.ts';
import { formatCount, plural } from '../html/format.ts';
import { html, type SafeHtml } from '../html/html.ts';
import { reportHref, systemOf, type CampaignView } from './campaign-view.ts';
import { fateBadge } from './run-outcome.ts';

/** Runs that are listed under one expectation; the table of all runs holds the rest. */
const LISTED_RUNS_MAX = 20;

const OUTCOMES: Readonly<Record<ExpectationResult['outcome'], readonly [string, string, string]>> = {
  met: ['valid', '✓', 'met'],
  accepted: ['valid', '✓', 'met but for accepted findings'],
  broken: ['invalid', '✗', 'broken'],
  'lost-power': ['unknown', '!', 'lost power'],
  unclear: ['unknown', '?', 'unclear'],
};

const SEVERITY: readonly ExpectationResult['outcome'][] = ['broken', 'lost-power', 'unclear', 'accepted', 'met'];

/** What the campaign file claims, and how each claim came out; the worst first. */
export function expectationSection(view: CampaignView): SafeHtml {
  const { expectations } = view.record;
  if (expectations.length === 0) {
    return html`<p class="quiet">
      This campaign states no expectations. Its runs are judged by what each system promises of itself.
    </p>`;
  }
  const worstFirst = [...expectations].sort(
    (left, right) => SEVERITY.indexOf(left.outcome) - SEVERITY.indexOf(right.outcome),
  );
  return html`<ul class="expectations">
    ${worstFirst.map((result) => expectationItem(view, result))}
  </ul>`;
}

function expectationItem(view: CampaignView, { expectation, outcome, why, runs }: ExpectationResult): SafeHtml {
  const [tone, sign, word] = OUTCOMES[outcome];
  const shown = runs.slice(0, LISTED_RUNS_MAX).flatMap((id) => view.resultOf.get(id) ?? []);
  return html`<li class="card check ${tone}">
    <p class="claim">
      <span class="badge ${tone}"><span aria-hidden="true">${sign}</span> ${word}</span> ${claim(expectation)}
    </p>
    <p>${why}</p>
    ${
      shown.length > 0 &&
      html`<details>
        <summary>${plural(runs.length, 'run')} decided it</summary>
        <ul class="run-links">
          ${shown.map((result) => {
            const href = reportHref(result);
            const name = `${systemOf(result.run)} ${result.run.workload}, ${result.run.faultPackage}, seed ${result.run.seed}`;
            return html`<li>
              ${fateBadge(result.outcome)} ${href === undefined ? name : html`<a href="${href}">${name}</a>`}
            </li>`;
          })}
        </ul>
        ${runs.length > shown.length && html`<p class="quiet">and ${formatCount(runs.length - shown.length)} more</p>`}
      </details>`
    }
  </li>`;
}

function claim(expectation: Expectation): SafeHtml {
  const where = selected(expectation.where);
  switch (expectation.kind) {
    case 'promise':
      return html`<b>${where}</b> keeps <b>${expectation.level}</b>${
          expectation.keepsAcknowledged && html`, and loses <b>no acknowledged write</b>`
        }.`;
    case 'violation':
      return html`<b>${where}</b> must show <b>${expectation.anomaly}</b> in at least
        ${plural(expectation.atLeast, 'run')}, as it is known to.`;
  }
}

/** `redis set under partition in docker`; `every run` where nothing is said. */
function selected(where: RunSelector): string {
  const anySystem = where.target === undefined && where.variant === undefined && where.mutant === undefined;
  const parts = [
    ...(anySystem ? [] : [systemOf(where)]),
    ...(where.workload === undefined ? [] : [where.workload]),
    ...(where.faultPackage === undefined ? [] : [`under ${where.faultPackage}`]),
    ...(where.environment === undefined ? [] : [`in ${where.environment}`]),
  ];
  if (parts.length === 0) return 'every run';
  return anySystem ? `every system, ${parts.join(' ')}` : parts.join(' ');
}
