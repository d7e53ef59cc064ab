import { formatCount, formatShare } from '../html/format.ts';
import { html, type SafeHtml } from '../html/html.ts';
import { addAvailability, type Availability } from '../metrics/availability.ts';
import type { ComparisonFigures } from './comparison-figures.ts';

/** Where one system stands between refusing and answering with old data. */
export interface TradeOff {
  readonly system: string;
  /** Reads that were stale or contradicted. */
  readonly wrongReads: number;
  readonly reads: number;
  /** What was asked on minority sides while partitions lasted. */
  readonly minority: Availability;
}

/** Each system's place, over all of its runs. Systems without register reads or without a minority side are left out. */
export function tradeOffs(all: readonly ComparisonFigures[]): readonly TradeOff[] {
  return [...new Set(all.map(({ system }) => system))].flatMap((system) => {
    const runs = all.filter((figures) => figures.system === system);
    const stale = runs.flatMap((run) => run.stale ?? []);
    const reads = stale.reduce((sum, run) => sum + run.reads, 0);
    const minority = runs.reduce((sum, run) => addAvailability(sum, run.minority), { asked: 0, answered: 0 });
    if (reads === 0 || minority.asked === 0) return [];
    const wrongReads = stale.reduce((sum, run) => sum + run.stale.length + run.contradicted.length, 0);
    return [{ system, wrongReads, reads, minority }];
  });
}

const WIDTH = 760;
const HEIGHT = 430;
const LEFT = 64;
const RIGHT = 24;
const TOP = 24;
const BOTTOM = 58;
/** Labels stand to the right of their points, as far as there is so much room. */
const LABEL_WIDTH = 250;
const TICKS_X = [0, 0.01, 0.05, 0.1, 0.25, 0.5, 1];
const TICKS_Y = [0, 0.25, 0.5, 0.75, 1];

/**
 * The picture of the choice: to the right the share of reads that were stale or contradicted (by its square root, so that
 * a few are still told from none), upwards the share of minority-side operations that were answered while it was cut off.
 */
export function tradeOffChart(places: readonly TradeOff[]): SafeHtml {
  const words = places.map((place) => `${place.system}: ${caption(place).join(', ')}`).join('; ');
  return html`<svg class="trade-off" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${words}">
    <rect class="corner" x="${LEFT}" y="${y(0.42)}" width="${x(0.05) - LEFT}" height="${y(0) - y(0.42)}" />
    <rect class="corner impossible" x="${LEFT}" y="${TOP}" width="${x(0.05) - LEFT}" height="${y(0.7) - TOP}" />
    <rect class="corner" x="${x(0.08)}" y="${TOP}" width="${x(1) - x(0.08)}" height="${y(0.58) - TOP}" />
    ${TICKS_X.map(
      (tick) =>
        html`<line class="tick" x1="${x(tick)}" x2="${x(tick)}" y1="${TOP}" y2="${y(0)}" />
          <text class="axis" text-anchor="middle" x="${x(tick)}" y="${y(0) + 17}">${100 * tick} %</text>`,
    )}
    ${TICKS_Y.map(
      (tick) =>
        html`<line class="tick" x1="${LEFT}" x2="${x(1)}" y1="${y(tick)}" y2="${y(tick)}" />
          <text class="axis" text-anchor="end" x="${LEFT - 8}" y="${y(tick) + 4}">${100 * tick} %</text>`,
    )}
    ${cornerLabel(x(0.05) + 10, y(0) - 10, ['consistent: who cannot reach a majority refuses'])}
    ${cornerLabel(x(0) + 10, TOP + 20, ['both at once: nobody can,', 'while the cut lasts'])}
    ${cornerLabel(x(0.08), y(0.58) + 18, ['available: everybody answers from what they know'])}
    <text class="axis-title" text-anchor="middle" x="${(LEFT + x(1)) / 2}" y="${HEIGHT - 12}">
      reads that were stale or contradicted (square-root scale)
    </text>
    <text class="axis-title" text-anchor="middle" transform="translate(14 ${(TOP + y(0)) / 2}) rotate(-90)">
      answered on the minority side
    </text>
    ${labelled(places).map(({ place, labelY }) => drawPlace(place, labelY, places))}
  </svg>`;
}

function cornerLabel(left: number, top: number, lines: readonly string[]): readonly SafeHtml[] {
  return lines.map(
    (line, index) => html`<text class="corner-label" x="${left}" y="${top + 16 * index}">${line}</text>`,
  );
}

function drawPlace(place: TradeOff, labelY: number, places: readonly TradeOff[]): SafeHtml {
  const index = places.indexOf(place);
  const { cx, cy } = pointOf(place);
  // Where several stand in one place the earlier ones are rings around the later ones.
  const inside = places.slice(index + 1).filter((other) => {
    const point = pointOf(other);
    return Math.hypot(point.cx - cx, point.cy - cy) < 6;
  }).length;
  const { wrongReads, reads, minority } = place;
  const stale = `${formatCount(wrongReads)} of ${formatCount(reads)} reads (${formatShare(wrongReads, reads)})`;
  const answered = `${formatCount(minority.answered)} of ${formatCount(minority.asked)} answered (${formatShare(minority.answered, minority.asked)})`;
  const isRight = cx > WIDTH - LABEL_WIDTH;
  const textX = isRight ? cx - 16 : cx + 16;
  const anchor = isRight ? 'end' : 'start';
  return html`<g class="place p${index % 6}">
    <circle cx="${round(cx)}" cy="${round(cy)}" r="${8 + 5 * inside}" />
    <line x1="${round(cx)}" y1="${round(cy)}" x2="${round(textX)}" y2="${round(labelY - 5)}" />
    <text class="place-name" text-anchor="${anchor}" x="${round(textX)}" y="${round(labelY)}">${place.system}</text>
    <text class="place-note" text-anchor="${anchor}" x="${round(textX)}" y="${round(labelY + 15)}">${stale}</text>
    <text class="place-note" text-anchor="${anchor}" x="${round(textX)}" y="${round(labelY + 29)}">${answered}</text>
  </g>`;
}

function caption({ wrongReads, reads, minority }: TradeOff): readonly [string, string] {
  return [
    `${formatCount(wrongReads)} of ${formatCount(reads)} reads stale or contradicted (${formatShare(wrongReads, reads)})`,
    `${formatCount(minority.answered)} of ${formatCount(minority.asked)} answered on the minority side (${formatShare(minority.answered, minority.asked)})`,
  ];
}

/** Heights of the labels, moved so that they neither overlap each other nor leave the picture. */
function labelled(places: readonly TradeOff[]): readonly { readonly place: TradeOff; readonly labelY: number }[] {
  const step = 50;
  const lowest = y(0) - 66;
  const sorted = places
    .map((place) => ({
      place,
      labelY: Math.min(lowest, Math.max(TOP + 58, y(place.minority.answered / place.minority.asked) + 4)),
    }))
    // Of labels at one height that of the rightmost point comes first: then no line crosses a label.
    .sort((left, right) => left.labelY - right.labelY || pointOf(right.place).cx - pointOf(left.place).cx);
  const taken: number[] = [];
  return sorted.map(({ place, labelY }) => {
    let free = labelY;
    while (taken.some((other) => Math.abs(other - free) < step))
      free += free + step > lowest ? -step * (taken.length + 1) : step;
    taken.push(free);
    return { place, labelY: free };
  });
}

function pointOf({ wrongReads, reads, minority }: TradeOff): { readonly cx: number; readonly cy: number } {
  return { cx: x(wrongReads / reads), cy: y(minority.answered / minority.asked) };
}

function x(share: number): number {
  return LEFT + Math.sqrt(share) * (WIDTH - LEFT - RIGHT);
}

function y(share: number): number {
  return HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP);
}

function round(value: number): string {
  return String(Math.round(value * 10) / 10);
}
