import type { CheckLimits } from '../harness/kernel/checker.ts';
import { CheckThread } from './spawn-worker.ts';

/**
 * At most so many threads at a time, a new one for each task, first come first served. The first ones start at once, while
 * the history is still being packed for them.
 */
export class CheckThreads {
  readonly #size: number;
  readonly #idle: CheckThread[];
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  /** `shards`: how many threads each task is shared out among. */
  constructor(size: number, shards: readonly number[], limits: CheckLimits) {
    this.#size = Math.max(1, size);
    const tasks = shards.flatMap((count) => Array<number>(count).fill(count));
    this.#idle = tasks
      .slice(0, this.#size)
      .map((count) => startThread({ ...limits, memoryBytes: limits.memoryBytes / count }, count > 1));
  }

  async run<Result>(
    limits: CheckLimits,
    isShare: boolean,
    task: (thread: CheckThread) => Promise<Result>,
  ): Promise<Result> {
    if (this.#running < this.#size) this.#running++;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await task(this.#idle.shift() ?? startThread(limits, isShare));
    } finally {
      // Whoever waits takes over the place.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }

  /** Ends the threads for which there was nothing to do. */
  async end(limits: CheckLimits): Promise<void> {
    await Promise.all(this.#idle.splice(0).map((thread) => thread.end(limits)));
  }
}

function startThread(limits: CheckLimits, isShare: boolean): CheckThread {
  return new CheckThread('worker-entry', limits, isShare);
}
