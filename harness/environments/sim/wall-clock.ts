import type { VirtualScheduler } from './virtual-scheduler.ts';

/** What every controller's and every unskewed node's wall clock shows at virtual time 0: 2026-01-01T00:00:00Z. */
export const ORIGIN_WALL_MS = 1_767_225_600_000;

/** One node's wall clock: the virtual time, its own error, and the steps that clock faults added. Timers ignore it. */
export class WallClock {
  /** What it is off by at virtual time 0, and how fast that grows, without any fault. */
  readonly error: { readonly offsetMs: number; readonly driftPpm: number };
  readonly #scheduler: VirtualScheduler;
  readonly #steps = new Map<string, number>();

  constructor(scheduler: VirtualScheduler, offsetMs: number, driftPpm: number) {
    this.#scheduler = scheduler;
    this.error = { offsetMs, driftPpm };
  }

  /** Whole milliseconds since 1970, as a node reads it. */
  readMs(): number {
    const elapsedMs = this.#scheduler.nowNs() / 1e6;
    let wallMs = ORIGIN_WALL_MS + this.error.offsetMs + elapsedMs + (elapsedMs * this.error.driftPpm) / 1e6;
    for (const stepMs of this.#steps.values()) wallMs += stepMs;
    return Math.floor(wallMs);
  }

  /** Steps of different faults add up. */
  step(faultId: string, offsetMs: number): void {
    this.#steps.set(faultId, offsetMs);
  }

  unstep(faultId: string): void {
    this.#steps.delete(faultId);
  }
}
