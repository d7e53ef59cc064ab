import { firstInvokedFrom, type Lane, type Lanes } from './lanes.ts';
import type { SummaryLevel } from './lane-summary.ts';
import type { Palette } from './palette.ts';
import type { TimelineOperations } from './timeline-operations.ts';
import type { Viewport } from './viewport.ts';

/** Rectangles of one colour, as x, y, width, height. Collected first and filled together: changing colours is slow. */
type Rectangles = number[];

/** Above this many operations in view lanes are drawn from their summaries. */
export const EXACT_MAX = 60_000;
/** Shades of how busy a bucket was. */
const SHADES = 5;

/** Draws the bars of lanes, one frame at a time. */
export class LanePainter {
  readonly #operations: TimelineOperations;
  readonly #ok: Rectangles[] = Array.from({ length: SHADES }, () => []);
  readonly #fail: Rectangles = [];
  readonly #info: Rectangles = [];

  constructor(operations: TimelineOperations) {
    this.#operations = operations;
  }

  /** Collects a lane's operations one by one. Bars that would fall on each other are joined. */
  exact(lanes: Lanes, lane: Lane, viewport: Viewport, box: { y: number; height: number; width: number }): void {
    const { start, end, outcome, never } = this.#operations;
    const scale = box.width / viewport.span;
    const solid = this.#ok[SHADES - 1] ?? [];
    let okFrom = -1;
    let okTo = -1;
    const first = Math.max(lane.from, firstInvokedFrom(lanes, lane, start, viewport.from) - 1);
    for (let slot = first; slot < lane.to; slot++) {
      const operation = lanes.order[slot] ?? 0;
      const startUnits = start[operation] ?? 0;
      if (startUnits > viewport.to) break;
      const from = Math.max(-2, (startUnits - viewport.from) * scale);
      const to = Math.min(box.width + 2, ((end[operation] ?? 0) - viewport.from) * scale);
      if (to < 0) continue;
      if (outcome[operation] === 1) {
        const joins = from <= okTo + 0.5 && to - from < 3;
        if (joins) {
          okTo = Math.max(okTo, to, from + 1);
          continue;
        }
        if (okFrom >= 0 || okTo >= 0) solid.push(okFrom, box.y, okTo - okFrom, box.height);
        okFrom = from;
        okTo = Math.max(to - (to - from > 4 ? 0.8 : 0), from + 1);
      } else {
        const rectangles = outcome[operation] === 2 ? this.#fail : this.#info;
        // What never ended fades out to half height, so that it reads as open.
        const height = never[operation] === 1 ? box.height / 2 : box.height;
        rectangles.push(from, box.y + (box.height - height) / 2, Math.max(1.5, to - from), height);
      }
    }
    if (okTo >= 0) solid.push(okFrom, box.y, okTo - okFrom, box.height);
  }

  /** Collects a lane from its summary: shade is how busy it was; failures and doubts show as shares of the height. */
  summarized(
    levels: readonly SummaryLevel[],
    viewport: Viewport,
    box: { y: number; height: number; width: number },
  ): void {
    const scale = box.width / viewport.span;
    const level = levels.find(({ bucketWidth }) => bucketWidth * scale >= 1) ?? levels.at(-1);
    if (level === undefined) return;
    const { bucketWidth, busy, all, fail, info } = level;
    const first = Math.max(0, Math.floor(viewport.from / bucketWidth));
    const last = Math.min(busy.length - 1, Math.floor(viewport.to / bucketWidth));
    const width = bucketWidth * scale;
    let runShade = -1;
    let runFrom = 0;
    for (let bucket = first; bucket <= last + 1; bucket++) {
      const share = bucket <= last ? (busy[bucket] ?? 0) : 0;
      const shade = share <= 0.001 ? -1 : Math.min(SHADES - 1, Math.floor(share * SHADES));
      if (shade !== runShade) {
        if (runShade >= 0) {
          const from = (runFrom * bucketWidth - viewport.from) * scale;
          this.#ok[runShade]?.push(from, box.y, (bucket - runFrom) * width, box.height);
        }
        runShade = shade;
        runFrom = bucket;
      }
      if (bucket > last) break;
      const failed = fail[bucket] ?? 0;
      const doubtful = info[bucket] ?? 0;
      if (failed + doubtful === 0) continue;
      const x = (bucket * bucketWidth - viewport.from) * scale;
      const total = all[bucket] ?? 1;
      const infoHeight = doubtful === 0 ? 0 : Math.max(0.3, doubtful / total) * box.height;
      const failHeight =
        failed === 0 ? 0 : Math.min(box.height - infoHeight, Math.max(0.3, failed / total) * box.height);
      if (infoHeight > 0) this.#info.push(x, box.y + box.height - infoHeight, Math.max(1.5, width), infoHeight);
      if (failHeight > 0) {
        this.#fail.push(x, box.y + box.height - infoHeight - failHeight, Math.max(1.5, width), failHeight);
      }
    }
  }

  /** Fills everything collected since the last call. */
  flush(context: CanvasRenderingContext2D, palette: Palette, left: number): void {
    for (const [shade, rectangles] of this.#ok.entries()) {
      context.globalAlpha = 0.25 + (0.75 * (shade + 1)) / SHADES;
      fill(context, palette.ok, rectangles, left);
    }
    context.globalAlpha = 1;
    fill(context, palette.fail, this.#fail, left);
    fill(context, palette.info, this.#info, left);
  }
}

function fill(context: CanvasRenderingContext2D, color: string, rectangles: Rectangles, left: number): void {
  context.fillStyle = color;
  for (let index = 0; index < rectangles.length; index += 4) {
    context.fillRect(
      left + (rectangles[index] ?? 0),
      rectangles[index + 1] ?? 0,
      rectangles[index + 2] ?? 0,
      rectangles[index + 3] ?? 0,
    );
  }
  rectangles.length = 0;
}
