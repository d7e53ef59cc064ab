import type { FaultAction } from './fault.ts';
import type { Invocation, Op, ProcessId } from './op.ts';
import type { NodeId } from './node.ts';
import type { Random } from './random.ts';

/** A seat for one operation at a time. Worker w runs processes w, w + concurrency, w + 2 * concurrency, ... */
export type WorkerId = number;

/** The pseudo-worker that carries out faults. It is always free: fault actions overlap. */
export const NEMESIS: WorkerId = -1;

/** Who asks a generator for something to do, and when. */
export interface GenContext {
  readonly nowNs: number;
  /** The free worker that asks; {@link NEMESIS} for the fault side. */
  readonly worker: WorkerId;
  readonly process: ProcessId;
  /** The node this worker's clients talk to. Undefined for the nemesis. */
  readonly node: NodeId | undefined;
  /** Number of client workers. */
  readonly concurrency: number;
  /** How many operations (of clients and of the nemesis) are in flight. */
  readonly inFlight: number;
  /** How many operations this worker has been given before: 0 for its first. */
  readonly sequence: number;
  /**
   * The stream of this worker's `sequence`-th operation. It is a pure function of (seed, worker, sequence): asking twice
   * with the same context draws the same operation, and no worker's draws shift another's.
   */
  readonly random: Random;
}

/**
 * A generator's answer.
 *
 * - `op`: do this now. `next` is the generator after it.
 * - `fault`: as `op`, for the nemesis.
 * - `pending`: nothing for this worker now. Ask again when an event happened or at `untilNs`. `scope: 'all'` promises
 *   that no other client worker would get anything either, so the interpreter need not ask them.
 * - `done`: exhausted, for every worker and for good.
 */
export type Draw =
  | { readonly kind: 'op'; readonly op: Invocation; readonly next: Generator }
  | { readonly kind: 'fault'; readonly action: FaultAction; readonly next: Generator }
  | { readonly kind: 'pending'; readonly scope: 'worker' | 'all'; readonly untilNs?: number; readonly next: Generator }
  | { readonly kind: 'done' };

/**
 * A plan of operations as a pure value: drawing and observing return the generator that comes next and change nothing.
 * That makes schedules testable without clusters, replayable, and composable.
 */
export interface Generator {
  draw(ctx: GenContext): Draw;
  /**
   * The generator after an event (an invocation or a completion). Absent where events change nothing, which lets the
   * interpreter skip whole trees.
   */
  observe?(event: Op, worker: WorkerId): Generator;
}
