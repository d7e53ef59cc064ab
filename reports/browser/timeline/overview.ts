import type { RunPageHead } from '../../run/run-page-data.ts';
import type { Palette } from './palette.ts';
import type { TimelineOperations } from './timeline-operations.ts';

const HEIGHT = 46;

/** The strip above the timeline: how many operations ended how over the whole run, faults, findings, and the view. */
export class Overview {
  readonly #canvas: HTMLCanvasElement;
  readonly #operations: TimelineOperations;
  readonly #head: RunPageHead;
  /** Everything but the view, drawn once per size and theme. */
  readonly #picture = document.createElement('canvas');
  #width = 0;

  constructor(
    canvas: HTMLCanvasElement,
    operations: TimelineOperations,
    head: RunPageHead,
    onMove: (center: number) => void,
  ) {
    this.#canvas = canvas;
    this.#operations = operations;
    this.#head = head;
    const moved = (event: PointerEvent): void => {
      if (event.buttons === 1) onMove((event.offsetX / this.#width) * operations.endOfRun);
    };
    canvas.addEventListener('pointerdown', moved);
    canvas.addEventListener('pointermove', moved);
  }

  /** Draws the picture anew. `findings` are the times of findings. */
  resize(width: number, palette: Palette, findings: readonly number[]): void {
    this.#width = width;
    for (const canvas of [this.#canvas, this.#picture]) {
      canvas.width = Math.round(width * devicePixelRatio);
      canvas.height = Math.round(HEIGHT * devicePixelRatio);
    }
    this.#canvas.style.height = `${HEIGHT}px`;
    const context = this.#picture.getContext('2d');
    if (context === null) return;
    context.scale(devicePixelRatio, devicePixelRatio);
    context.fillStyle = palette.stripe;
    context.fillRect(0, 0, width, HEIGHT);
    this.#drawFaults(context, palette);
    this.#drawBars(context, palette);
    context.fillStyle = palette.accent;
    for (const time of findings) {
      const x = (time / this.#operations.endOfRun) * width;
      context.beginPath();
      context.moveTo(x - 4, 0);
      context.lineTo(x + 4, 0);
      context.lineTo(x, 7);
      context.fill();
    }
  }

  /** Shows which part is in view. */
  show(from: number, to: number, palette: Palette): void {
    const context = this.#canvas.getContext('2d');
    if (context === null) return;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.drawImage(this.#picture, 0, 0);
    context.scale(devicePixelRatio, devicePixelRatio);
    const left = (from / this.#operations.endOfRun) * this.#width;
    const right = (to / this.#operations.endOfRun) * this.#width;
    context.fillStyle = palette.surface;
    context.globalAlpha = 0.6;
    context.fillRect(0, 0, left, HEIGHT);
    context.fillRect(right, 0, this.#width - right, HEIGHT);
    context.globalAlpha = 1;
    context.strokeStyle = palette.ink;
    context.lineWidth = 1.5;
    context.strokeRect(
      Math.max(1, left),
      1,
      Math.max(3, Math.min(this.#width - 1, right) - Math.max(1, left)),
      HEIGHT - 2,
    );
  }

  #drawFaults(context: CanvasRenderingContext2D, palette: Palette): void {
    for (const fault of this.#head.faults) {
      const from = (fault.fromMs / this.#head.durationMs) * this.#width;
      const to = (fault.toMs / this.#head.durationMs) * this.#width;
      context.fillStyle = palette.faults[fault.kind];
      context.globalAlpha = fault.acted ? 0.28 : 0.08;
      context.fillRect(from, 0, Math.max(1, to - from), HEIGHT);
    }
    context.globalAlpha = 1;
  }

  #drawBars(context: CanvasRenderingContext2D, palette: Palette): void {
    const { count, start, outcome, endOfRun } = this.#operations;
    const bins = Math.max(1, Math.floor(this.#width / 2));
    const totals = [new Uint32Array(bins), new Uint32Array(bins), new Uint32Array(bins)] as const;
    for (let operation = 0; operation < count; operation++) {
      const bin = Math.min(bins - 1, Math.floor(((start[operation] ?? 0) / endOfRun) * bins));
      const total = totals[outcome[operation] === 1 ? 0 : outcome[operation] === 2 ? 1 : 2];
      total[bin] = (total[bin] ?? 0) + 1;
    }
    const sums = totals[0].map((ok, bin) => ok + (totals[1][bin] ?? 0) + (totals[2][bin] ?? 0)).sort();
    // A burst of final reads must not flatten everything else: the highest hundredth may be cut off.
    const highest = Math.max(1, sums[Math.floor(0.99 * (bins - 1))] ?? 1);
    const width = this.#width / bins;
    const colors = [palette.ok, palette.fail, palette.info];
    for (let bin = 0; bin < bins; bin++) {
      let y = HEIGHT - 2;
      for (const [index, total] of totals.entries()) {
        const height = ((total[bin] ?? 0) / highest) * (HEIGHT - 12);
        if (height === 0) continue;
        context.fillStyle = colors[index] ?? palette.ok;
        const shown = Math.min(y, Math.max(1, height));
        y -= shown;
        context.fillRect(bin * width, y, width, shown);
      }
    }
  }
}
