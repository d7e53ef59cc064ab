import type { Scheduler, TimerId } from '../kernel/scheduler.ts';
import { TimerQueue } from './timer-queue.ts';

/** Below this distance a timer is met by yielding to the event loop instead of sleeping. */
const SPIN_NS = 250_000;
const NS_PER_MS = 1_000_000;
/** The longest sleep that setTimeout can express; a sleep that ends too early is only started again. */
const SLEEP_MS_MAX = 0x7fffffff;

interface Waiter {
  readonly isDone: () => boolean;
  readonly resolve: () => void;
  readonly reject: (reason: Error) => void;
}

/** Readings of a monotonic clock in nanoseconds. Only differences mean anything. */
export type MonotonicClock = () => bigint;

/**
 * A scheduler on real time, whose origin is its construction. Timers never fire early; they fire late by what the event
 * loop and the operating system add, about 1 ms on an idle machine. Starting a timer costs O(log n), cancelling O(1).
 *
 * An exception thrown by a timer's callback rejects every waiting {@link drive}, or the next one where none waits.
 */
export class RealTimeScheduler implements Scheduler {
  readonly #clock: MonotonicClock;
  readonly #originNs: bigint;
  readonly #timers = new TimerQueue();
  readonly #waiters = new Set<Waiter>();
  #failure: Error | undefined;
  #sleep: { readonly untilNs: number; readonly cancel: () => void } | undefined;

  constructor(clock: MonotonicClock = () => process.hrtime.bigint()) {
    this.#clock = clock;
    this.#originNs = clock();
  }

  nowNs(): number {
    return Number(this.#clock() - this.#originNs);
  }

  at(atNs: number, callback: () => void): TimerId {
    const id = this.#timers.add(atNs, callback);
    this.#sleepUntilNext();
    return id;
  }

  cancel(timer: TimerId): void {
    this.#timers.cancel(timer);
  }

  drive(isDone: () => boolean, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) return reject(this.#failure);
      if (signal.aborted) return reject(abortError(signal));
      if (isDone()) return resolve();
      const onAbort = (): void => waiter.reject(abortError(signal));
      const leave = (): void => {
        this.#waiters.delete(waiter);
        signal.removeEventListener('abort', onAbort);
      };
      const waiter: Waiter = {
        isDone,
        resolve: () => (leave(), resolve()),
        reject: (reason) => (leave(), reject(reason)),
      };
      this.#waiters.add(waiter);
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  wake(): void {
    for (const waiter of this.#waiters) {
      try {
        if (waiter.isDone()) waiter.resolve();
      } catch (error) {
        waiter.reject(asError(error));
      }
    }
  }

  /** Forgets every timer, so that nothing keeps the process alive, and rejects whoever still drives. */
  stop(): void {
    this.#sleep?.cancel();
    this.#sleep = undefined;
    this.#timers.clear();
    this.#fail(new DOMException('the scheduler was stopped', 'AbortError'));
  }

  #fireDue(): void {
    this.#sleep = undefined;
    for (let timer = this.#timers.takeDue(this.nowNs()); timer; timer = this.#timers.takeDue(this.nowNs())) {
      try {
        timer.callback();
      } catch (error) {
        if (this.#waiters.size === 0) this.#failure ??= asError(error);
        else this.#fail(asError(error));
      }
      this.wake();
    }
    this.#sleepUntilNext();
  }

  #sleepUntilNext(): void {
    const next = this.#timers.peek();
    if (next === undefined || (this.#sleep !== undefined && this.#sleep.untilNs <= next.atNs)) return;
    this.#sleep?.cancel();
    this.#sleep = { untilNs: next.atNs, cancel: sleep(next.atNs - this.nowNs(), () => this.#fireDue()) };
  }

  #fail(reason: Error): void {
    for (const waiter of this.#waiters) waiter.reject(reason);
  }
}

/** Calls back once `delayNs` has passed or a little earlier or later; the caller looks at the clock again. */
function sleep(delayNs: number, callback: () => void): () => void {
  if (delayNs <= SPIN_NS) {
    const immediate = setImmediate(callback);
    return () => clearImmediate(immediate);
  }
  const delayMs = Math.min(SLEEP_MS_MAX, Math.max(1, Math.floor(delayNs / NS_PER_MS)));
  const timeout = setTimeout(callback, delayMs);
  return () => clearTimeout(timeout);
}

function abortError(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  if (reason instanceof Error && reason.name === 'AbortError') return reason;
  const error = new DOMException('aborted', 'AbortError');
  error.cause = reason;
  return error;
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(`a callback threw ${String(thrown)}`);
}
