import { firstInvokedFrom, type Lane, type Lanes } from './lanes.ts';
import type { SummaryLevel } from './lane-summary.ts';
import type { Palette } from './palette.ts';
import type { TimelineOperations } from './timeline-operations.ts';
import type { Viewport } from './viewport.ts';

/** Above this many operations in view lanes are drawn from their summaries. */
export const EXACT_MAX = 60_000;
/** Shades of how busy a bucket was. */
const SHADES = 6;

/** Where a lane's bars go, in device pixels of the picture. */
export interface LaneBox {
  readonly y: number;
  readonly height: number;
}

/**
 * Draws the bars of all lanes into one picture, pixel by pixel, and puts it on the canvas in one go. Some ten thousand
 * filled rectangles per frame would take ten times as long as this does for any number of operations.
 *
 * A lane is first reduced to one value per column of pixels: the shade behind, and how much of the height shows failures
 * and doubts. Those are drawn over the rest, so that one doubtful operation among thousands is still seen.
 */
export class LanePainter {
  readonly #operations: TimelineOperations;
  readonly #canvas = document.createElement('canvas');
  readonly #context = this.#canvas.getContext('2d');
  #picture = new ImageData(1, 1);
  #pixels = new Uint32Array(this.#picture.data.buffer);
  #ok = new Uint32Array(1);
  #fail = new Float32Array(1);
  #info = new Float32Array(1);
  #shades: Uint32Array = new Uint32Array(SHADES);
  #failColor = 0;
  #infoColor = 0;

  constructor(operations: TimelineOperations) {
    this.#operations = operations;
  }

  /** Begins a frame of this size in device pixels. */
  begin(width: number, height: number, palette: Palette): void {
    if (this.#picture.width !== width || this.#picture.height !== height) {
      this.#canvas.width = width;
      this.#canvas.height = height;
      this.#picture = new ImageData(width, height);
      this.#pixels = new Uint32Array(this.#picture.data.buffer);
      this.#ok = new Uint32Array(width);
      this.#fail = new Float32Array(width);
      this.#info = new Float32Array(width);
    } else this.#pixels.fill(0);
    this.#shades = Uint32Array.from({ length: SHADES }, (_, shade) =>
      pixel(palette.ok, (shade + 1.5) / (SHADES + 0.5)),
    );
    this.#failColor = pixel(palette.fail, 1);
    this.#infoColor = pixel(palette.info, 1);
  }

  /** Draws a lane's operations one by one. */
  exact(lanes: Lanes, lane: Lane, viewport: Viewport, box: LaneBox): void {
    const { start, end, outcome } = this.#operations;
    const width = this.#picture.width;
    const scale = width / viewport.span;
    const solid = this.#shades[SHADES - 1] ?? 0;
    this.#clearColumns();
    const first = Math.max(lane.from, firstInvokedFrom(lanes, lane, start, viewport.from) - 1);
    for (let slot = first; slot < lane.to; slot++) {
      const operation = lanes.order[slot] ?? 0;
      const startUnits = start[operation] ?? 0;
      if (startUnits > viewport.to) break;
      const from = Math.max(0, Math.floor((startUnits - viewport.from) * scale));
      const to = Math.min(width, Math.ceil(((end[operation] ?? 0) - viewport.from) * scale));
      // A bar is at least one pixel, and wide ones leave one between them.
      const last = Math.max(from + 1, to - from > 4 ? to - 1 : to);
      const code = outcome[operation];
      if (code === 1) this.#ok.fill(solid, from, last);
      else (code === 2 ? this.#fail : this.#info).fill(1, from, last);
    }
    this.#fillLane(box);
  }

  /** Draws a lane from its summary: shade is how busy it was; failures and doubts show as shares of the height. */
  summarized(levels: readonly SummaryLevel[], viewport: Viewport, box: LaneBox): void {
    const width = this.#picture.width;
    const scale = width / viewport.span;
    const level = levels.find(({ bucketWidth }) => bucketWidth * scale >= 1) ?? levels.at(-1);
    if (level === undefined) return;
    this.#clearColumns();
    const { bucketWidth, busy, all, fail, info } = level;
    const first = Math.max(0, Math.floor(viewport.from / bucketWidth));
    const last = Math.min(busy.length - 1, Math.floor(viewport.to / bucketWidth));
    for (let bucket = first; bucket <= last; bucket++) {
      const share = busy[bucket] ?? 0;
      const failed = fail[bucket] ?? 0;
      const doubtful = info[bucket] ?? 0;
      if (share === 0 && failed + doubtful === 0) continue;
      const from = Math.max(0, Math.floor((bucket * bucketWidth - viewport.from) * scale));
      const to = Math.max(from + 1, Math.floor(((bucket + 1) * bucketWidth - viewport.from) * scale));
      const shade = this.#shades[Math.min(SHADES - 1, Math.floor(share * SHADES))] ?? 0;
      const total = Math.max(1, all[bucket] ?? 0);
      // At least a third of the height: what is rare must not vanish.
      const failShare = failed === 0 ? 0 : Math.max(0.34, failed / total);
      const infoShare = doubtful === 0 ? 0 : Math.max(0.34, doubtful / total);
      // Buckets are one or two pixels wide: a call of fill costs more than the loop.
      for (let column = from; column < to; column++) {
        this.#ok[column] = shade;
        this.#fail[column] = failShare;
        this.#info[column] = infoShare;
      }
    }
    this.#fillLane(box);
  }

  /** Puts the picture on the canvas, whose transformation must be that of device pixels. */
  end(context: CanvasRenderingContext2D, x: number, y: number): void {
    if (this.#context === null) return;
    this.#context.putImageData(this.#picture, 0, 0);
    context.drawImage(this.#canvas, x, y);
  }

  #clearColumns(): void {
    this.#ok.fill(0);
    this.#fail.fill(0);
    this.#info.fill(0);
  }

  #fillLane({ y, height }: LaneBox): void {
    // Locals: this loop runs over every pixel of the picture, and fields are not free.
    const pixels = this.#pixels;
    const ok = this.#ok;
    const fail = this.#fail;
    const info = this.#info;
    const failColor = this.#failColor;
    const infoColor = this.#infoColor;
    const width = this.#picture.width;
    const rowMax = Math.min(this.#picture.height, y + height);
    let highestMark = 0;
    for (let column = 0; column < width; column++) {
      const mark = (info[column] ?? 0) + (fail[column] ?? 0);
      if (mark > highestMark) highestMark = mark;
    }
    for (let row = Math.max(0, y); row < rowMax; row++) {
      const offset = row * width;
      pixels.set(ok, offset);
      // Doubts stand at the bottom, failures on top of them.
      const above = (y + height - row) / height;
      if (above > highestMark) continue;
      for (let column = 0; column < width; column++) {
        const doubt = info[column] ?? 0;
        if (doubt >= above) pixels[offset + column] = infoColor;
        else if (doubt + (fail[column] ?? 0) >= above) pixels[offset + column] = failColor;
      }
    }
  }
}

/** A colour `rgb(r, g, b)` as a pixel of image data, little-endian as on every machine that runs a browser. */
function pixel(color: string, alpha: number): number {
  const [red = 0, green = 0, blue = 0] = (color.match(/[\d.]+/g) ?? []).map(Number);
  return ((Math.round(alpha * 255) << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}
