import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import type { CheckLimits, CheckerUse, Shard } from '../harness/kernel/checker.ts';
import type { Model } from '../harness/kernel/model.ts';
import { monotonicNowMs } from './spawn-worker.ts';
import { unpackHistory, type PackedHistory } from './packed-history.ts';
import { checkerNamed } from './registry.ts';

/** Where a sequential object of the user's own is found. */
export interface ModelSource {
  /** Absolute path or file URL of an ES module. */
  readonly module: string;
  readonly export: string;
}

/** What a check worker is started with. */
export interface CheckJob {
  readonly history: PackedHistory;
  readonly use: CheckerUse;
  readonly limits: CheckLimits;
  readonly model?: ModelSource;
  readonly shard?: Shard;
}

await answer(workerData as CheckJob);

async function answer(job: CheckJob): Promise<void> {
  const history = unpackHistory(job.history);
  const checker = checkerNamed(job.use.checker);
  const model = job.model === undefined ? undefined : await loadModel(job.model);
  parentPort?.postMessage({ kind: 'started' });
  const result = checker.check(history, {
    limits: job.limits,
    nowMs: monotonicNowMs,
    options: job.use.options ?? {},
    onProgress: (progress) => parentPort?.postMessage({ kind: 'progress', progress }),
    ...(model === undefined ? {} : { model }),
    ...(job.shard === undefined ? {} : { shard: job.shard }),
  });
  parentPort?.postMessage({ kind: 'result', result });
}

async function loadModel(source: ModelSource): Promise<Model<unknown>> {
  const url = source.module.startsWith('file:') ? source.module : pathToFileURL(source.module).href;
  const module = (await import(url)) as Record<string, Model<unknown> | undefined>;
  const model = module[source.export];
  if (typeof model?.step !== 'function') throw new Error(`${source.module} exports no model ${source.export}`);
  return model;
}
