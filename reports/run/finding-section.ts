import type { History } from '../../harness/kernel/history.ts';
import type { NodeId } from '../../harness/kernel/node.ts';
import type { MessageWindow } from '../../harness/store/run-observations.ts';
import type { Finding } from '../../harness/kernel/verdict.ts';
import type { CheckSummary } from '../../harness/store/run-record.ts';
import { formatCount, plural } from '../html/format.ts';
import { html, type SafeHtml } from '../html/html.ts';
import type { FaultInterval } from '../metrics/fault-intervals.ts';
import { invocationOf } from '../metrics/operations.ts';
import { cycleDiagram } from './cycle-diagram.ts';
import { cycleOf } from './cycle.ts';
import { evidenceDiagram } from './evidence-diagram.ts';
import { spaceTimeDiagram } from './space-time-diagram.ts';
import { evidenceWindow } from './evidence-window.ts';
import type { PageFinding } from './run-page-data.ts';

/** A finding with its place in the page. */
export interface PlacedFinding {
  readonly check: string;
  readonly finding: Finding;
  readonly elementId: string;
  /** Position of its check in the record, and its own in the check. */
  readonly place: readonly [check: number, finding: number];
}

/** What findings are shown with. */
export interface EvidenceInput {
  readonly history: History;
  readonly findings: readonly PlacedFinding[];
  readonly intervals: readonly FaultInterval[];
  readonly nodes: readonly NodeId[];
  /** Messages around some of the findings. */
  readonly messages: readonly MessageWindow[];
}

/** Findings drawn at most per check; the rest is counted. */
const DRAWN_PER_CHECK = 8;

/** All findings of the checks that failed, and of the others too, for evidence is evidence. */
export function placedFindings(checks: readonly CheckSummary[]): readonly PlacedFinding[] {
  return checks.flatMap((check, checkIndex) =>
    check.findings.map((finding, index) => ({
      check: check.name,
      finding,
      elementId: `finding-${checkIndex + 1}-${index + 1}`,
      place: [checkIndex, index] as const,
    })),
  );
}

/** What the timeline needs to jump to the findings. At most 64 entries each. */
export function pageFindings(history: History, findings: readonly PlacedFinding[]): readonly PageFinding[] {
  return findings.slice(0, 500).map(({ finding, elementId }) => ({
    title: `${finding.anomaly}: ${finding.message}`,
    elementId,
    entries: [
      ...new Set(
        finding.ops
          .filter((entry) => entry >= 0 && entry < history.length)
          .slice(0, 64)
          .map((entry) => invocationOf(history.columns, entry)),
      ),
    ],
  }));
}

/** The section that shows each finding: its sentence, its operations drawn, its cycle where it has one. */
export function evidenceSection(input: EvidenceInput): SafeHtml {
  const { findings } = input;
  if (findings.length === 0)
    return html`<p class="quiet">No check found a violation, so there is no evidence to show.</p>`;
  const perCheck = new Map<string, number>();
  return html`${legend()}${findings.map((placed, index) => {
    const rank = (perCheck.get(placed.check) ?? 0) + 1;
    perCheck.set(placed.check, rank);
    return rank <= DRAWN_PER_CHECK ? drawFinding(input, placed, index) : undefined;
  })}
  ${[...perCheck].map(
    ([check, count]) =>
      count > DRAWN_PER_CHECK &&
      html`<p class="quiet">
        ${check} reported ${formatCount(count - DRAWN_PER_CHECK)} more; the timeline below steps through all of them.
      </p>`,
  )}`;
}

function drawFinding(
  { history, intervals, nodes, messages }: EvidenceInput,
  { check, finding, elementId, place }: PlacedFinding,
  index: number,
): SafeHtml {
  const around = messages.find((window) => window.check === place[0] && window.finding === place[1]);
  const window = evidenceWindow(history, finding);
  const cycle = cycleOf(finding.detail);
  const times = finding.count > 1 ? ` × ${formatCount(finding.count)}` : '';
  const kind = kindOf(finding);
  return html`<article class="finding" id="${elementId}">
    <header>
      <h3><span class="anomaly">${finding.anomaly}${kind}${times}</span> ${finding.message}</h3>
      <p class="quiet">
        found by <b>${check}</b>${finding.key === undefined ? '' : html` on key <code>${finding.key}</code>`}, entries
        ${finding.ops.slice(0, 12).join(', ')}${finding.ops.length > 12 ? ' …' : ''}
        <button type="button" class="link" data-jump="${index}">show on timeline</button>
      </p>
    </header>
    ${window && evidenceDiagram(history, window, intervals, nodes, finding.message)}
    ${window !== undefined && window.omitted > 0 && html`<p class="quiet">${plural(window.omitted, 'more operation')} of this finding not drawn.</p>`}
    ${cycle && cycleDiagram(history, cycle)}
    ${around && spaceTimeDiagram({ history, messages: around, window, faults: intervals, nodes })}
    ${
      finding.detail !== undefined &&
      cycle === undefined &&
      html`<details>
        <summary>detail from the checker</summary>
        <pre>${JSON.stringify(finding.detail, null, 1).slice(0, 6000)}</pre>
      </details>`
    }
  </article>`;
}

/** What kind of the anomaly it is, where the checker says so in its detail. */
function kindOf({ anomaly, detail }: Finding): string {
  if (typeof detail !== 'object' || detail === null || Array.isArray(detail) || !('kind' in detail)) return '';
  const { kind } = detail;
  return typeof kind === 'string' && kind !== anomaly ? ` · ${kind}` : '';
}

function legend(): SafeHtml {
  return html`<p class="legend quiet">
    <span class="key ok">ok</span> <span class="key fail">fail: certainly did not happen</span>
    <span class="key info">info: may have happened, now or later</span>
    Bold operations are those that prove the finding, faint ones their context. The order of events is exact; distances
    in time are stretched or shortened to be readable, and // marks a long wait.
  </p>`;
}
