/** Handle of a timer; only good for cancelling it on the scheduler that made it. */
export type TimerId = number;

/**
 * Monotonic time and timers of a run. In `sim` both are virtual, elsewhere real; whoever holds a Scheduler cannot tell.
 *
 * Timers fire in order of their time, and in order of creation where times are equal. Clock faults never touch it:
 * they change what nodes read from their wall clocks only.
 */
export interface Scheduler {
  /** Nanoseconds since the run's origin. Never goes backwards. */
  nowNs(): number;
  /** Calls `callback` once at `atNs`, or as soon as possible where that is past. */
  at(atNs: number, callback: () => void): TimerId;
  /** Cancels a timer. Cancelling one that fired or was cancelled does nothing. */
  cancel(timer: TimerId): void;
  /**
   * Lets time pass until `isDone` answers true, which is asked after every event. In `sim` this pumps the event queue and
   * yields to the host's event loop now and then; elsewhere it waits for {@link wake}. Rejects with an AbortError as soon
   * as `signal` is aborted, and, in `sim`, with an error when no event is left while `isDone` still says no.
   */
  drive(isDone: () => boolean, signal: AbortSignal): Promise<void>;
  /** Says that something happened outside the timers, so that a waiting {@link drive} asks its condition again. */
  wake(): void;
}
