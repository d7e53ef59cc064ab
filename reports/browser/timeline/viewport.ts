/** The part of the run that is on screen, in the timeline's units, and the operations on zooming and moving it. */
export class Viewport {
  readonly #end: number;
  from = 0;
  to: number;

  constructor(endOfRun: number) {
    this.#end = endOfRun;
    this.to = endOfRun;
  }

  get span(): number {
    return this.to - this.from;
  }

  /** Shows this span, moved and widened as needed to be a sensible part of the run. */
  show(from: number, to: number): void {
    const margin = 0.02 * this.#end;
    const span = Math.min(this.#end + 2 * margin, Math.max(SPAN_MIN, to - from));
    const center = (from + to) / 2;
    this.from = Math.min(this.#end + margin - span, Math.max(-margin, center - span / 2));
    this.to = this.from + span;
  }

  /** Zooms by `factor` (above 1 is closer) around the time at `share` of the width. */
  zoom(factor: number, share = 0.5): void {
    const pivot = this.from + share * this.span;
    const span = Math.min(this.#end * 1.04, Math.max(SPAN_MIN, this.span / factor));
    this.show(pivot - share * span, pivot + (1 - share) * span);
  }

  /** Moves by a share of the width; positive is later. */
  move(share: number): void {
    const step = share * this.span;
    this.show(this.from + step, this.to + step);
  }

  all(): void {
    this.show(0, this.#end);
  }
}

const SPAN_MIN = 20;
