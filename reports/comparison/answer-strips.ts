import type { NodeId } from '../../harness/kernel/node.ts';
import { formatMs, plural } from '../html/format.ts';
import { html, type SafeHtml } from '../html/html.ts';
import { isAnswered } from '../metrics/availability.ts';
import { actedOn, type FaultInterval } from '../metrics/fault-intervals.ts';
import { nodeConditions } from '../metrics/node-conditions.ts';
import { sidesOfPartition } from '../metrics/partition-sides.ts';
import type { ComparisonFigures } from './comparison-figures.ts';

const WIDTH = 1080;
const LEFT = 56;
const BUCKETS = 160;
const ROW = 20;
const TOP = 22;

/**
 * What each node answered from the run's origin to `endNs`, which systems compared have in common: a row per node whose colour says how much of what it was asked then was answered,
 * a frame around the time in which a fault held it, and a dot for each bucket in which it gave a stale read.
 */
export function answerStrips(figures: ComparisonFigures, endNs: number): SafeHtml {
  const { nodes, intervals, stale } = figures;
  const x = (ns: number): number => LEFT + (Math.min(endNs, Math.max(0, ns)) / endNs) * (WIDTH - LEFT);
  const height = TOP + nodes.length * ROW + 4;
  const cells = bucketed(figures, endNs);
  const summary = `${figures.system}: what each of ${plural(nodes.length, 'node')} answered over ${formatMs(endNs / 1e6)}`;
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${summary}">
    <svg class="strips" viewBox="0 0 ${WIDTH} ${height}" role="img">
      <title>${summary}</title>
      ${secondTicks(endNs).map(
        (second) => html`<text class="axis" x="${px(x(second * 1e9))}" y="13">${second} s</text>`,
      )}
      ${nodes.map((node, row) => nodeRow(node, TOP + row * ROW, cells.get(node) ?? [], x, endNs))}
      ${intervals.filter(actedOn).map((interval) => frames(interval, nodes, x))}
      ${stale !== undefined && staleDots(figures, endNs, x)}
    </svg>
  </div>`;
}

interface Bucket {
  asked: number;
  answered: number;
}

function bucketed(
  { entry, operations, nodes }: ComparisonFigures,
  endNs: number,
): ReadonlyMap<NodeId, readonly Bucket[]> {
  const { history } = entry;
  const rows = new Map(
    nodes.map((node) => [node, Array.from({ length: BUCKETS }, (): Bucket => ({ asked: 0, answered: 0 }))]),
  );
  for (let operation = 0; operation < operations.count; operation++) {
    const node = history.nodes[history.columns.node[operations.invoke[operation] ?? 0] ?? -1];
    const index = Math.min(BUCKETS - 1, Math.floor(((operations.startNs[operation] ?? 0) / endNs) * BUCKETS));
    const row = node === undefined ? undefined : rows.get(node);
    const answered = isAnswered(history, operations, operation);
    // A client that waits in vain is not served all that time, not only when it asked.
    const endedNs = operations.endNs[operation] ?? Infinity;
    const last =
      answered || endedNs === Infinity ? index : Math.min(BUCKETS - 1, Math.floor((endedNs / endNs) * BUCKETS));
    for (const bucket of row?.slice(index, last + 1) ?? []) {
      bucket.asked++;
      if (answered) bucket.answered++;
    }
  }
  return rows;
}

/** Shades of the share answered; equal neighbours become one rectangle. */
function nodeRow(
  node: NodeId,
  y: number,
  buckets: readonly Bucket[],
  x: (ns: number) => number,
  endNs: number,
): SafeHtml {
  const shades = buckets.map(({ asked, answered }) =>
    asked === 0 ? 'none' : `a${Math.floor((4 * answered) / asked)}`,
  );
  const cells: SafeHtml[] = [];
  for (let from = 0; from < shades.length;) {
    let to = from + 1;
    while (to < shades.length && shades[to] === shades[from]) to++;
    const left = x((from / BUCKETS) * endNs);
    const width = x((to / BUCKETS) * endNs) - left;
    cells.push(
      html`<rect
        class="answer ${shades[from]}"
        x="${px(left)}"
        y="${y + 2}"
        width="${px(width)}"
        height="${ROW - 5}"
      />`,
    );
    from = to;
  }
  return html`<g><text x="4" y="${y + 14}">${node}</text>${cells}</g>`;
}

function frames(interval: FaultInterval, nodes: readonly NodeId[], x: (ns: number) => number): readonly SafeHtml[] {
  const sides = interval.fault?.kind === 'partition' ? sidesOfPartition(interval.fault.cut, nodes) : undefined;
  return nodeConditions(interval, nodes).flatMap(({ node, words, fromNs, toNs, kind }) => {
    const row = nodes.indexOf(node);
    const width = Math.max(2, x(toNs) - x(fromNs));
    if (row === -1) return [];
    // Both sides of a partition are cut off from each other: the strong frame is for who has no majority.
    const faint = sides?.get(node) === 'majority' ? ' faint' : '';
    return [
      html`<rect
        class="frame ${kind}${faint}"
        x="${px(x(fromNs))}"
        y="${TOP + row * ROW + 1}"
        width="${px(width)}"
        height="${ROW - 3}"
        ><title>${node} ${words}</title></rect
      >`,
    ];
  });
}

function staleDots(
  { entry, nodes, stale }: ComparisonFigures,
  endNs: number,
  x: (ns: number) => number,
): readonly SafeHtml[] {
  const { timeNs, node } = entry.history.columns;
  const seen = new Set<string>();
  const dots: SafeHtml[] = [];
  for (const { invocation } of stale?.stale ?? []) {
    const row = nodes.indexOf(entry.history.nodes[node[invocation] ?? -1] ?? '');
    const bucket = Math.floor(((timeNs[invocation] ?? 0) / endNs) * BUCKETS);
    if (row === -1 || seen.has(`${row} ${bucket}`)) continue;
    seen.add(`${row} ${bucket}`);
    const cx = x(((bucket + 0.5) / BUCKETS) * endNs);
    dots.push(html`<circle class="stale" cx="${px(cx)}" cy="${TOP + row * ROW + ROW / 2 - 0.5}" r="2.4" />`);
  }
  return dots;
}

function secondTicks(endNs: number): readonly number[] {
  const seconds = endNs / 1e9;
  const step = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600].find((candidate) => seconds / candidate <= 12) ?? 1800;
  return Array.from({ length: Math.floor(seconds / step) + 1 }, (_, index) => index * step);
}

function px(value: number): string {
  return String(Math.round(value * 10) / 10);
}
