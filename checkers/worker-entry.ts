import { parentPort, workerData } from 'node:worker_threads';
import type { CheckContext, CheckerUse, ModelSource, Shard } from '../harness/kernel/checker.ts';
import { isUsageError } from '../harness/kernel/harness-error.ts';
import type { Model } from '../harness/kernel/model.ts';
import type { CheckResult } from '../harness/kernel/verdict.ts';
import { importModule } from '../harness/modules/import-module.ts';
import { monotonicNowMs, type WorkerLimits } from './spawn-worker.ts';
import { unpackHistory, type PackedHistory } from './packed-history.ts';
import { checkerNamed } from './registry.ts';

/** What a check worker is told to do. */
export interface CheckJob {
  readonly history: PackedHistory;
  readonly use: CheckerUse;
  readonly limits: WorkerLimits;
  readonly model?: ModelSource;
  readonly shard?: Shard;
}

/** What a check worker answers: a result, or why it refuses its options. */
export type CheckAnswer = CheckResult | { readonly refused: string };

parentPort?.once('message', (job: CheckJob) => {
  // What is thrown here ends the thread, and its starter is told.
  void answer(job);
});
Atomics.store(workerData as Int32Array, 0, 1);

async function answer(job: CheckJob): Promise<void> {
  const history = unpackHistory(job.history);
  const checker = checkerNamed(job.use.checker);
  const model = job.model === undefined ? undefined : await loadModel(job.model);
  parentPort?.postMessage({ kind: 'started' });
  const { startMs, timeMs, memoryBytes } = job.limits;
  const context: CheckContext = {
    limits: { timeMs: Math.max(0, startMs + timeMs - monotonicNowMs()), memoryBytes },
    nowMs: monotonicNowMs,
    options: job.use.options ?? {},
    onProgress: (progress) => parentPort?.postMessage({ kind: 'progress', progress }),
    ...(model === undefined ? {} : { model }),
    ...(job.shard === undefined ? {} : { shard: job.shard }),
  };
  parentPort?.postMessage({ kind: 'result', result: answerOf(() => checker.check(history, context)) });
}

function answerOf(check: () => CheckResult): CheckAnswer {
  try {
    return check();
  } catch (error) {
    if (isUsageError(error)) return { refused: error.message };
    throw error;
  }
}

async function loadModel(source: ModelSource): Promise<Model<unknown>> {
  const module = await importModule(source.module);
  const model = module[source.export] as Model<unknown> | undefined;
  if (typeof model?.step !== 'function') throw new Error(`${source.module} exports no model ${source.export}`);
  return model;
}
