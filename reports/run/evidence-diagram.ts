import type { History } from '../../harness/kernel/history.ts';
import type { NodeId } from '../../harness/kernel/node.ts';
import { formatNs } from '../html/format.ts';
import { html, type SafeHtml } from '../html/html.ts';
import type { FaultInterval } from '../metrics/fault-intervals.ts';
import { nodeConditions, type NodeCondition } from '../metrics/node-conditions.ts';
import { eventAxis, type EventAxis } from './event-axis.ts';
import type { EvidenceOperation, EvidenceWindow } from './evidence-window.ts';
import { groupBy } from './group-by.ts';
import { operationLabel, outcomeName } from './operation-label.ts';

const LANE_HEIGHT = 46;
const CONDITION_HEIGHT = 22;
const LANE_LABEL_WIDTH = 92;
const RIGHT_MARGIN = 36;
const TOP = 30;
/** Fills the page's column beside the lane names. */
const AXIS_WIDTH = 960;
/** Average width of a character of the labels' font. */
const CHARACTER_WIDTH = 6.7;

/**
 * Draws the operations of a finding: one lane per process with what its node went through on top, one bar per operation
 * from invocation to completion. `label` says in words what the picture shows.
 */
export function evidenceDiagram(
  history: History,
  window: EvidenceWindow,
  faults: readonly FaultInterval[],
  nodes: readonly NodeId[],
  label: string,
): SafeHtml {
  const lanes = lanesOf(history, window);
  const conditions = faults
    .flatMap((fault) => nodeConditions(fault, nodes))
    .filter(({ fromNs, toNs }) => fromNs < window.endNs && toNs > window.startNs);
  const axis = axisFor(history, window, lanes, conditions);
  const rows = layOut(lanes, conditions);
  const height = TOP + rows.reduce((sum, row) => sum + row.height, 0) + 8;
  const width = LANE_LABEL_WIDTH + axis.width + RIGHT_MARGIN;
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${label}">
    <svg class="evidence" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
      <title>${label}</title>
      <g transform="translate(${LANE_LABEL_WIDTH} 0)">${timeMarks(axis, height)}</g>
      ${rows.map((row) => drawRow(history, row, axis, window, width))}
    </svg>
  </div>`;
}

interface Lane {
  readonly process: number;
  readonly node: NodeId | undefined;
  readonly operations: readonly EvidenceOperation[];
}

interface Row extends Lane {
  readonly y: number;
  readonly height: number;
  /** What the lane's node went through. */
  readonly conditions: readonly NodeCondition[];
  /** The same in words, in strips of what does not overlap; only above the node's first lane. */
  readonly strips: readonly (readonly NodeCondition[])[];
  /** Height of the strips above the bars. */
  readonly stripsHeight: number;
}

function lanesOf(history: History, window: EvidenceWindow): readonly Lane[] {
  const { process, node } = history.columns;
  const byProcess = groupBy(window.operations, ({ invocation }) => process[invocation] ?? 0);
  return [...byProcess]
    .map(([id, operations]) => ({
      process: id,
      node: history.nodes[node[operations[0]?.invocation ?? 0] ?? -1],
      operations,
    }))
    .sort((left, right) => compareNodes(left.node, right.node) || left.process - right.process);
}

function compareNodes(left: NodeId | undefined, right: NodeId | undefined): number {
  return (left ?? '').localeCompare(right ?? '', 'en', { numeric: true });
}

function layOut(lanes: readonly Lane[], conditions: readonly NodeCondition[]): readonly Row[] {
  let y = TOP;
  const drawn = new Set<NodeId>();
  return lanes.map((lane) => {
    // A node's condition stands once, above the first of its processes.
    const fresh = lane.node !== undefined && !drawn.has(lane.node);
    if (lane.node !== undefined) drawn.add(lane.node);
    const own = conditions.filter(({ node }) => node === lane.node);
    const strips = fresh ? stripsOf(own) : [];
    const stripsHeight = strips.length * CONDITION_HEIGHT;
    const row = { ...lane, y, conditions: own, strips, stripsHeight, height: LANE_HEIGHT + stripsHeight };
    y += row.height;
    return row;
  });
}

/** Conditions that overlap in time go into strips of their own. */
function stripsOf(conditions: readonly NodeCondition[]): readonly (readonly NodeCondition[])[] {
  const strips: NodeCondition[][] = [];
  for (const condition of conditions) {
    const free = strips.find((strip) => (strip.at(-1)?.toNs ?? -Infinity) <= condition.fromNs);
    if (free === undefined) strips.push([condition]);
    else free.push(condition);
  }
  return strips;
}

function axisFor(
  history: History,
  window: EvidenceWindow,
  lanes: readonly Lane[],
  conditions: readonly NodeCondition[],
): EventAxis {
  const ends = window.operations.map(({ startNs, endNs }) => (endNs === Infinity ? startNs : endNs));
  const inside = (ns: number): boolean => ns > window.startNs && ns < window.endNs;
  const faultTimes = conditions.flatMap(({ fromNs, toNs }) => [fromNs, toNs]).filter(inside);
  const times = [...window.operations.map(({ startNs }) => startNs), ...ends, ...faultTimes];
  const tail = Math.max(...times) + 1;
  const rooms = lanes.flatMap(({ operations }) =>
    operations.map((operation, index) => ({
      fromNs: operation.startNs,
      toNs: operations[index + 1]?.startNs ?? tail,
      width: operationLabel(history, operation.invocation).length * CHARACTER_WIDTH + 14,
    })),
  );
  const conditionRooms = conditions.flatMap(({ fromNs, toNs, words }) => {
    const from = Math.max(fromNs, window.startNs);
    const to = Math.min(toNs, window.endNs);
    return to > from ? [{ fromNs: from, toNs: to, width: (words.length + 18) * CHARACTER_WIDTH + 14 }] : [];
  });
  return eventAxis([...times, tail], [...rooms, ...conditionRooms], AXIS_WIDTH);
}

function timeMarks(axis: EventAxis, height: number): readonly SafeHtml[] {
  let lastX = -Infinity;
  const ticks = axis.marks.flatMap(({ timeNs, x }, index) => {
    if (x - lastX < 84 || index === axis.marks.length - 1) return [];
    lastX = x;
    return [
      html`<line class="tick" x1="${px(x)}" x2="${px(x)}" y1="20" y2="${height}" /><text
          class="axis"
          x="${px(x)}"
          y="14"
        >
          ${(timeNs / 1e9).toFixed(3)} s
        </text>`,
    ];
  });
  const breaks = axis.breaks.map(({ from, to, spanNs }) => {
    const x = (from + to) / 2;
    return html`<g class="break"
      ><title>${formatNs(spanNs)}, shortened</title> <path d="M${px(x - 4)} 26l4 -8M${px(x)} 26l4 -8" /><line
        x1="${px(x)}"
        x2="${px(x)}"
        y1="28"
        y2="${height}"
      />
    </g>`;
  });
  return [...ticks, ...breaks];
}

function drawRow(history: History, row: Row, axis: EventAxis, window: EvidenceWindow, width: number): SafeHtml {
  const barY = row.y + row.stripsHeight + 22;
  return html`<g>
    <rect class="lane" x="0" y="${row.y}" width="${width}" height="${row.height - 2}" />
    <text class="lane-name" x="8" y="${barY + 8}"
      >${row.node === undefined ? '' : `${row.node} · `}p${row.process}</text
    >
    ${row.strips.map((strip, index) =>
      strip.map((condition) => drawCondition(condition, axis, window, row.y + index * CONDITION_HEIGHT)),
    )}
    ${row.conditions.map((condition) => {
      const { from, to } = conditionSpan(condition, axis, window);
      const y = row.y + row.stripsHeight;
      return (
        condition.acted &&
        html`<rect
          class="behind ${condition.kind}"
          x="${px(from)}"
          y="${y}"
          width="${px(to - from)}"
          height="${LANE_HEIGHT - 2}"
        />`
      );
    })}
    ${row.operations.map((operation) => drawOperation(history, operation, axis, barY))}
  </g>`;
}

function conditionSpan(
  condition: NodeCondition,
  axis: EventAxis,
  window: EvidenceWindow,
): { readonly from: number; readonly to: number } {
  const from = LANE_LABEL_WIDTH + axis.at(Math.max(condition.fromNs, window.startNs));
  const to = LANE_LABEL_WIDTH + (condition.toNs > window.endNs ? axis.width : axis.at(condition.toNs));
  return { from, to: Math.max(from + 2, to) };
}

function drawCondition(condition: NodeCondition, axis: EventAxis, window: EvidenceWindow, y: number): SafeHtml {
  const { from, to } = conditionSpan(condition, axis, window);
  const seen = condition.acted ? '' : ', asked for but not seen';
  const words = `${condition.words} (${seconds(condition.fromNs)} to ${seconds(condition.toNs)} s${seen})`;
  return html`<g class="condition ${condition.kind}${condition.acted ? '' : ' absent'}">
    <rect x="${px(from)}" y="${y + 2}" width="${px(to - from)}" height="${CONDITION_HEIGHT - 5}" rx="2" />
    <text x="${px(from + 6)}" y="${y + 15}">${words}</text>
  </g>`;
}

function drawOperation(history: History, operation: EvidenceOperation, axis: EventAxis, y: number): SafeHtml {
  const { invocation, startNs, endNs, named } = operation;
  const completion = history.columns.pair[invocation] ?? -1;
  const outcome = outcomeName(completion === -1 ? undefined : history.columns.type[completion]);
  const from = LANE_LABEL_WIDTH + axis.at(startNs);
  const to = LANE_LABEL_WIDTH + (endNs === Infinity ? axis.width : axis.at(endNs));
  const label = operationLabel(history, invocation);
  const lasted = endNs === Infinity ? 'never answered' : `${outcome} after ${formatNs(endNs - startNs)}`;
  return html`<g class="op ${outcome}${named ? ' named' : ''}">
    <title>entry ${invocation}: ${operationLabel(history, invocation, 400)}, ${lasted}</title>
    <text x="${px(from)}" y="${y - 6}">${label}</text>
    <rect x="${px(from)}" y="${y}" width="${px(Math.max(3, to - from))}" height="12" rx="3" />
    ${outcome === 'info' && html`<path class="open-end" d="M${px(to)} ${y + 6}h14m-5 -4l5 4l-5 4" />`}
  </g>`;
}

function seconds(ns: number): string {
  return (ns / 1e9).toFixed(1);
}

function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}
