import { availableParallelism } from 'node:os';
import { hrtime, memoryUsage } from 'node:process';
import { clearInterval, clearTimeout, setInterval, setTimeout } from 'node:timers';
import { Worker } from 'node:worker_threads';
import type { CheckLimits } from '../harness/kernel/checker.ts';

const MIB = 2 ** 20;
/** Checks watch their budgets themselves; beyond these factors they are stopped by force. */
const TIME_SLACK = 1.03;
/** A thread inside one long native call ends when that does: its answer is not waited for longer than this. */
const END_SLACK = 0.03;
const MEMORY_SLACK = 1.1;
/** What a worker holds that has nothing to do: its modules, and the heap they live in. */
const IDLE_WORKER_MIB = 48;
/**
 * Young generation of a thread that judges many small parts one after the other. With V8's own size, tens of MB of arrays that
 * nobody needs any more wait for the next collection, and all that time every new one touches fresh pages: a fifth of the time
 * of a check of a thousand keys on two cores (docs/performance.md).
 */
const SHARE_YOUNG_MIB = 3;
/** In a hundredth of a second a check can fill some twenty MiB: the rest of what it may go over. */
const WATCH_INTERVAL_MS = 10;

/** How a worker ended. */
export type WorkerEnd =
  | { readonly kind: 'answered'; readonly answer: unknown }
  | {
      readonly kind: 'time' | 'memory' | 'crashed';
      /** For `crashed`: what was thrown. */
      readonly error?: string;
      /** The last that it said about how far it was. */
      readonly progress?: string;
    };

/** What a worker says: that its modules are loaded, how far it is, and its answer. */
export type WorkerMessage =
  | { readonly kind: 'started' }
  | { readonly kind: 'progress'; readonly progress: string }
  | { readonly kind: 'result'; readonly result: unknown };

/** The limits of a check of which a part may be spent before its worker exists. */
export interface WorkerLimits extends CheckLimits {
  /** When `timeMs` began, on the clock of {@link monotonicNowMs}. The start of the worker counts. */
  readonly startMs: number;
}

/** Milliseconds on the monotonic clock, for budgets. The same clock in all threads. */
export function monotonicNowMs(): number {
  return Number(hrtime.bigint()) / 1e6;
}

/** How many threads can work at the same time here. */
export function parallelism(): number {
  return Math.max(1, availableParallelism());
}

/**
 * A thread that runs a module of this folder. It loads its modules at once and begins when {@link run} hands it its data, so
 * that it can be started while the data are still being made. Whoever started it runs it or ends it.
 */
export class CheckThread {
  readonly #worker: Worker;
  readonly #isLoaded = new Int32Array(new SharedArrayBuffer(4));
  #failed: Error | undefined;

  /** `isShare`: it will judge one of several shares of a history. */
  constructor(module: string, limits: CheckLimits, isShare: boolean) {
    this.#worker = spawn(module, this.#isLoaded, limits, isShare);
    // Kept for `run`: until then nobody waits for it.
    this.#worker.on('error', (error) => (this.#failed ??= error));
  }

  /**
   * Lets it work until it answers or breaks its limits, and stops it. Where that takes long (it is inside of one native
   * call), the thread may outlive the promise a little. Never rejects.
   */
  async run(data: unknown, limits: WorkerLimits): Promise<WorkerEnd> {
    const worker = this.#worker;
    const watch = new MemoryWatch(
      limits.memoryBytes,
      Atomics.load(this.#isLoaded, 0) === 1 ? 0 : IDLE_WORKER_MIB * MIB,
    );
    let timer: NodeJS.Timeout | undefined;
    let watcher: NodeJS.Timeout | undefined;
    let progress: string | undefined = 'its worker was still starting';
    try {
      return await new Promise<WorkerEnd>((resolve) => {
        const end = (kind: 'time' | 'memory' | 'crashed', error?: string): void =>
          resolve({ kind, ...(error === undefined ? {} : { error }), ...(progress === undefined ? {} : { progress }) });
        const crashed = (error: Error & { code?: string }): void =>
          end(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'memory' : 'crashed', error.message);
        if (this.#failed !== undefined) return crashed(this.#failed);
        const stopMs = limits.startMs + limits.timeMs * TIME_SLACK;
        timer = setTimeout(() => end('time'), Math.max(0, stopMs - monotonicNowMs()));
        watcher = setInterval(() => watch.isExceeded() && end('memory'), WATCH_INTERVAL_MS);
        worker.on('message', (message: WorkerMessage) => {
          switch (message.kind) {
            case 'started':
              progress = undefined;
              return;
            case 'progress':
              progress = message.progress;
              return;
            case 'result':
              resolve({ kind: 'answered', answer: message.result });
          }
        });
        worker.on('error', crashed);
        worker.on('exit', (code) => end('crashed', `the worker ended with code ${code}`));
        worker.postMessage(data);
      });
    } finally {
      clearTimeout(timer);
      clearInterval(watcher);
      watch.release();
      await within(limits.timeMs * END_SLACK, worker.terminate());
    }
  }

  /** Stops a thread for which there was nothing to do; not waited for longer than at the end of {@link run}. */
  async end({ timeMs }: CheckLimits): Promise<void> {
    await within(timeMs * END_SLACK, this.#worker.terminate());
  }
}

/** Waits for something, but not longer than so many milliseconds. */
async function within(timeoutMs: number, ended: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => (timer = setTimeout(resolve, timeoutMs)));
  await Promise.race([ended, timeout]);
  clearTimeout(timer);
}

/**
 * Compiled, a worker loads `module.js`. From source (tests, tsx) Node cannot load TypeScript in a worker by itself: a
 * line of plain JavaScript registers tsx there first.
 */
function spawn(module: string, isLoaded: Int32Array, limits: CheckLimits, isShare: boolean): Worker {
  const options = {
    workerData: isLoaded,
    resourceLimits: {
      maxOldGenerationSizeMb: Math.ceil(limits.memoryBytes / MIB) + IDLE_WORKER_MIB,
      ...(isShare ? { maxYoungGenerationSizeMb: SHARE_YOUNG_MIB } : {}),
    },
  };
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL(`./${module}.js`, import.meta.url), options);
  const url = new URL(`./${module}.ts`, import.meta.url).href;
  const bootstrap = `import('tsx/esm/api').then((tsx) => { tsx.register(); return import(${JSON.stringify(url)}); })`;
  return new Worker(bootstrap, { ...options, eval: true });
}

/**
 * Resident memory of the process against what all running workers together may use. Buffers do not count towards V8's
 * own limit, so somebody must look.
 */
class MemoryWatch {
  static #running = 0;
  static #allowedBytes = 0;
  static #idleBytes = 0;
  readonly #bytes: number;

  /** `startBytes`: what the worker will take before it begins. */
  constructor(bytes: number, startBytes: number) {
    this.#bytes = bytes * MEMORY_SLACK + startBytes;
    if (MemoryWatch.#running++ === 0) MemoryWatch.#idleBytes = memoryUsage.rss();
    MemoryWatch.#allowedBytes += this.#bytes;
  }

  isExceeded(): boolean {
    return memoryUsage.rss() - MemoryWatch.#idleBytes > MemoryWatch.#allowedBytes;
  }

  release(): void {
    MemoryWatch.#running--;
    MemoryWatch.#allowedBytes -= this.#bytes;
  }
}
