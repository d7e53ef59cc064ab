import { HarnessError } from '../../kernel/harness-error.ts';
import type { Scheduler, TimerId } from '../../kernel/scheduler.ts';
import type { EventQueue, QueuedEvent } from './event-queue.ts';

/** Events between two yields to the host's event loop. Counted, not timed, so that a run never depends on real time. */
const EVENTS_PER_TURN = 8192;

/**
 * Virtual time: it stands still between events and jumps to the next one. `yieldToHost` resolves after one turn of the
 * real event loop; it lets signals, file writes and the user interface through and has no influence on the simulation.
 */
export class VirtualScheduler implements Scheduler {
  readonly #queue: EventQueue;
  readonly #yieldToHost: () => Promise<void>;
  readonly #timers = new Map<TimerId, QueuedEvent>();
  #nowNs = 0;
  #eventCount = 0;
  #driving = false;

  constructor(queue: EventQueue, yieldToHost: () => Promise<void>) {
    this.#queue = queue;
    this.#yieldToHost = yieldToHost;
  }

  /** Events fired so far. */
  get eventCount(): number {
    return this.#eventCount;
  }

  nowNs(): number {
    return this.#nowNs;
  }

  at(atNs: number, callback: () => void): TimerId {
    const event = this.#queue.push(Math.max(atNs, this.#nowNs), () => {
      this.#timers.delete(event.sequence);
      callback();
    });
    this.#timers.set(event.sequence, event);
    return event.sequence;
  }

  cancel(timer: TimerId): void {
    const event = this.#timers.get(timer);
    if (event === undefined) return;
    this.#timers.delete(timer);
    this.#queue.cancel(event);
  }

  /** Calls `fire` after `delayNs`; for the simulation's own events, which need no number to be cancelled. */
  after(delayNs: number, fire: () => void): QueuedEvent {
    return this.#queue.push(this.#nowNs + delayNs, fire);
  }

  /** Cancels an event made by {@link after}. */
  drop(event: QueuedEvent): void {
    this.#queue.cancel(event);
  }

  async drive(isDone: () => boolean, signal: AbortSignal): Promise<void> {
    if (this.#driving) throw new HarnessError('internal', 'the simulation is already being driven');
    this.#driving = true;
    try {
      while (!this.#runTurn(isDone, signal)) await this.#yieldToHost();
    } finally {
      this.#driving = false;
    }
  }

  /** Nothing outside the event queue can happen to a simulation, so there is nothing to wake. */
  wake(): void {}

  /** Runs one turn's worth of events; true once `isDone` says so. */
  #runTurn(isDone: () => boolean, signal: AbortSignal): boolean {
    for (let count = 0; count < EVENTS_PER_TURN; count++) {
      if (signal.aborted) throw abortError(signal);
      if (isDone()) return true;
      const event = this.#queue.pop();
      if (event === undefined) {
        throw new HarnessError(
          'internal',
          'the simulation has no event left, but what was waited for has not happened',
        );
      }
      const fire = event.fire;
      event.fire = undefined;
      this.#nowNs = event.atNs;
      this.#eventCount++;
      fire?.();
    }
    return false;
  }
}

function abortError(signal: AbortSignal): Error {
  const error = new Error('the simulation was aborted', { cause: signal.reason });
  error.name = 'AbortError';
  return error;
}
