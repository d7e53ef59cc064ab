import type { CheckLimits } from '../harness/kernel/checker.ts';
import { CheckThread } from './spawn-worker.ts';

/**
 * At most so many threads at a time, a new one for each task, first come first served. The first ones start at once, while
 * the history is still being packed for them.
 */
export class CheckThreads {
  readonly #size: number;
  readonly #idle: CheckThread[];
  #places = 0;
  readonly #running = new Set<CheckThread>();
  #isOver = false;
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
    if (this.#places < this.#size) this.#places++;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      if (this.#isOver) throw new Error('the checks were ended before this one began');
      return await this.#runIn(this.#idle.shift() ?? startThread(limits, isShare), task);
    } finally {
      // Whoever waits takes over the place.
      const next = this.#waiting.shift();
      if (next === undefined) this.#places--;
      else next();
    }
  }

  async #runIn<Result>(thread: CheckThread, task: (thread: CheckThread) => Promise<Result>): Promise<Result> {
    this.#running.add(thread);
    try {
      return await task(thread);
    } finally {
      this.#running.delete(thread);
    }
  }

  /** Ends the threads for which there was nothing to do, and those whose answers nobody waits for any more. */
  async end(limits: CheckLimits): Promise<void> {
    this.#isOver = true;
    await Promise.all([...this.#idle.splice(0), ...this.#running].map((thread) => thread.end(limits)));
  }
}

function startThread(limits: CheckLimits, isShare: boolean): CheckThread {
  return new CheckThread('worker-entry', limits, isShare);
}
