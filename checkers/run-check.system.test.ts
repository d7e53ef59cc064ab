import { describe, expect, it } from 'vitest';
import { historyOf } from '../harness/history/index.ts';
import type { History } from '../harness/kernel/history.ts';
import type { JsonValue } from '../harness/kernel/json.ts';
import type { OpDraft } from '../harness/kernel/op.ts';
import type { CheckLimits } from '../harness/kernel/checker.ts';
import { CheckThreads } from './check-threads.ts';
import { packHistory } from './packed-history.ts';
import { checkerNamed } from './registry.ts';
import { runCheck, runChecks } from './run-check.ts';
import { monotonicNowMs, type CheckThread, type WorkerEnd } from './spawn-worker.ts';
import { twoClientsPerKey } from './testing/two-clients-per-key.ts';

const USER_MODELS = new URL('./testing/user-models.ts', import.meta.url).href;
const LIMITS = { timeMs: 10_000, memoryBytes: 2 ** 28 };
const USE = { checker: 'linearizability', options: { model: 'register' } };

/** Writes and reads one after the other, over several keys; the read at `staleAt` misses the write before it. */
function sequentialHistory(pairs: number, staleAt = -1): History {
  const entries: OpDraft[] = [];
  for (let index = 0; index < pairs; index++) {
    const key = `k${index % 10}`;
    const at = { process: index % 3, key };
    const value = index + 1;
    const seen = index === staleAt ? value - 10 : value;
    entries.push({ ...at, timeNs: entries.length, type: 'invoke', f: 'write', value });
    entries.push({ ...at, timeNs: entries.length, type: 'ok', f: 'write', value });
    entries.push({ ...at, timeNs: entries.length, type: 'invoke', f: 'read', value: null });
    entries.push({ ...at, timeNs: entries.length, type: 'ok', f: 'read', value: seen });
  }
  return historyOf(entries);
}

/** Writes of values nearly as deep as a history may hold, which are slow to write down. */
function deeplyNestedHistory(writes: number): History {
  let nested: JsonValue = 1;
  for (let level = 0; level < 250; level++) nested = [nested];
  return historyOf(
    Array.from({ length: writes }, (_, index) => ({
      timeNs: index,
      process: index,
      type: 'invoke',
      f: 'write',
      value: [index, nested],
    })),
  );
}

describe('running checks', () => {
  it('judges a small history in this thread', async () => {
    expect((await runCheck(sequentialHistory(20), USE, LIMITS)).verdict).toBe('valid');
  });

  it('judges a larger one in worker threads, values and keys included', async () => {
    const [valid, invalid] = await Promise.all([
      runCheck(sequentialHistory(2_000), USE, LIMITS),
      runCheck(sequentialHistory(2_000, 1_000), USE, LIMITS),
    ]);
    expect(valid.verdict).toBe('valid');
    expect(valid.facts).toMatchObject({ operations: 4_000, keys: 10 });
    expect(invalid.verdict).toBe('invalid');
    expect(invalid.findings).toMatchObject([{ key: 'k0', anomaly: 'not-linearizable' }]);
  });

  it('says the same in a worker as in the thread of the caller', async () => {
    const history = historyOf(twoClientsPerKey(24, 60));
    // Whatever else the machine does: only the answers matter.
    const limits = { ...LIMITS, timeMs: 100_000 };
    const use = { checker: 'linearizability', options: { model: 'cas-register' } };
    const here = checkerNamed(use.checker).check(history, { limits, options: use.options, nowMs: () => 0 });
    expect(here.verdict).toBe('invalid');
    expect(await runCheck(history, use, limits)).toEqual(here);
    expect(await runCheck(history, use, limits, { inWorker: true })).toEqual(here);
  });

  it('loads a model of the user in the worker, by module and export', async () => {
    const model = { module: USER_MODELS, export: 'ownRegister' };
    const use = { checker: 'linearizability' };
    expect((await runCheck(sequentialHistory(20), use, LIMITS, { model })).verdict).toBe('valid');
    expect((await runCheck(sequentialHistory(20, 15), use, LIMITS, { model })).verdict).toBe('invalid');
  });

  it('stops a model that hangs, within its time budget and a tenth', async () => {
    const model = { module: USER_MODELS, export: 'hangingModel' };
    const startMs = performance.now();
    const limits = { ...LIMITS, timeMs: 1_000 };
    const result = await runCheck(sequentialHistory(5), { checker: 'linearizability' }, limits, { model });
    expect(result).toMatchObject({
      verdict: 'unknown',
      reason: expect.stringContaining('the time budget of 1000 ms was spent'),
    });
    // A machine with other work may be late, but the start of the worker (long, from source) counts.
    expect(performance.now() - startMs).toBeLessThan(4_000);
  });

  it('counts the time of writing deeply nested values down for the worker', async () => {
    const limits = { ...LIMITS, timeMs: 100 };
    // Without a clock, writing them down takes several times as long, and the worker would be what ran out of time.
    const result = await runCheck(deeplyNestedHistory(20_000), USE, limits);
    expect(result).toMatchObject({
      verdict: 'unknown',
      reason: expect.stringMatching(/^the time budget of 100 ms was spent; .* different values were handed over$/),
    });
  });

  it('refuses values that are larger than the memory budget before a worker starts', async () => {
    const limits = { ...LIMITS, memoryBytes: 2 ** 20 };
    const entries: OpDraft[] = Array.from({ length: 40 }, (_, index) => ({
      timeNs: index,
      process: index,
      type: 'invoke',
      f: 'write',
      value: `${index}`.padEnd(100_000, 'x'),
    }));
    const result = await runCheck(historyOf(entries), USE, limits);
    expect(result).toMatchObject({
      verdict: 'unknown',
      reason: expect.stringMatching(/^the memory budget of 1 MiB was spent; .* of \d+ different values/),
    });
  });

  it.each([
    ['a text', Buffer.alloc(400_000_000, 'x').toString('latin1')],
    ['a text of escapes', Buffer.alloc(60_000_000, 1).toString('latin1')],
    ['a list', Array<number>(30_000_000).fill(7)],
  ])('does not begin with one value that is too large: %s', async (_, value) => {
    const limits = { timeMs: 1_000, memoryBytes: 2 ** 28 };
    const history = historyOf([
      { timeNs: 0, process: 0, type: 'invoke', f: 'write', value: 'small' },
      { timeNs: 1, process: 1, type: 'invoke', f: 'write', value },
    ]);
    const { verdict, reason } = await runCheck(history, USE, limits);
    expect(verdict).toBe('unknown');
    // The worker was never begun; bench/fuzz-budgets.ts measures how closely budgets are kept.
    expect(reason).toMatch(
      /^the (memory budget of 256 MiB|time budget of 1000 ms) was spent; it had come so far: .*2 of 3/,
    );
  });

  it('says what a broken model threw', async () => {
    const model = { module: USER_MODELS, export: 'throwingModel' };
    const result = await runCheck(sequentialHistory(5), { checker: 'linearizability' }, LIMITS, { model });
    expect(result).toMatchObject({ verdict: 'unknown', reason: expect.stringContaining('this model is broken') });
  });

  it('refuses an unknown checker before anything runs', async () => {
    await expect(runChecks(sequentialHistory(1), [USE, { checker: 'nonsense' }], LIMITS)).rejects.toThrow(
      /there is no checker "nonsense"; there are: .*linearizability/,
    );
  });

  it('refuses a number of threads that is none', async () => {
    for (const threads of [0, 1.5, Number.NaN]) {
      await expect(runCheck(sequentialHistory(20), USE, LIMITS, { threads })).rejects.toThrow(
        `threads expects a whole number from 1 on, ${threads} came`,
      );
    }
  });

  it('ends what still runs, and begins nothing that waits, once one of several checks is refused', async () => {
    const limits = { timeMs: 8_000, memoryBytes: 2 ** 28 };
    const hanging = { checker: 'linearizability', model: { module: USER_MODELS, export: 'hangingModel' } };
    const refused = { checker: 'linearizability', options: { model: 'nonsense' } };
    const before = performance.now();
    const options = { inWorker: true, threads: 2 };
    await expect(runChecks(sequentialHistory(20), [hanging, refused, hanging], limits, options)).rejects.toThrow(
      /there is no model "nonsense"/,
    );
    // One thread of two is free now, and the third check was waiting for it.
    expect(performance.now() - before).toBeLessThan(limits.timeMs);
    const { threads, task, started } = aHangingTask(limits);
    const [running, waiting] = [threads.run(limits, false, task), threads.run(limits, false, task)];
    await threads.end(limits);
    await expect(waiting).rejects.toThrow(/ended before this one began/);
    expect([(await running).kind, started.count]).toEqual(['crashed', 1]);
  });
});

/** A check that ends only when its thread does, on one thread. */
function aHangingTask(limits: CheckLimits): {
  readonly threads: CheckThreads;
  readonly task: (thread: CheckThread) => Promise<WorkerEnd>;
  readonly started: { count: number };
} {
  const started = { count: 0 };
  const packed = packHistory(sequentialHistory(20), {
    nowMs: monotonicNowMs,
    deadlineMs: Infinity,
    bytes: limits.memoryBytes,
  });
  const task = (thread: CheckThread): Promise<WorkerEnd> => {
    started.count++;
    const within = { ...limits, startMs: monotonicNowMs() };
    const model = { module: USER_MODELS, export: 'hangingModel' };
    return thread.run({ history: packed, use: { checker: 'linearizability' }, limits: within, model }, within);
  };
  return { threads: new CheckThreads(1, [1], limits), task, started };
}
