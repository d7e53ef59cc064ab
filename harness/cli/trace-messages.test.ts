import { describe, expect, it } from 'vitest';
import { runCluster, type ClusterRun } from '../runner/run-cluster.ts';
import type { CheckSummary } from '../store/run-record.ts';
import { judge } from './judge.ts';
import { prepareRun, type PreparedRun } from './run-request.ts';
import { traceMessages } from './trace-messages.ts';

const signal = new AbortController().signal;

async function simulated(seed: string): Promise<{ prepared: PreparedRun; run: ClusterRun }> {
  const prepared = await prepareRun({
    target: 'gossip',
    env: 'sim',
    workload: 'register',
    nodes: 3,
    faults: 'partition',
    timeLimitS: 5,
    seed,
    tempo: 'steady',
    concurrency: 6,
    ratePerSecond: 100,
    opTimeoutMs: 1000,
    keys: 2,
    opsPerKey: 100,
    variant: undefined,
    mutant: undefined,
    image: undefined,
    clockMechanism: undefined,
    settings: [],
  });
  const run = await runCluster({
    ...prepared,
    runId: 'test',
    readyTimeoutMs: 5_000,
    signal,
    progress: () => undefined,
  });
  return { prepared, run };
}

describe('traceMessages', () => {
  it('gives the messages around each finding, and nothing for another history', async () => {
    const { prepared, run } = await simulated('3');
    const checks: readonly CheckSummary[] = await judge(run.history, [
      { checker: 'linearizability', options: { model: 'register' } },
    ]);
    const traced = { ...prepared, history: run.history, checks, signal };
    const windows = await traceMessages(traced);
    expect(windows.length).toBe(Math.min(8, checks[0]?.findings.length ?? 0));
    expect(windows.length).toBeGreaterThan(1);
    const messages = windows.flatMap((window) => window.messages.map((message) => ({ window, message })));
    expect(new Set(messages.map(({ message }) => message.kind))).toEqual(new Set(['digest', 'delta']));
    for (const { window, message } of messages) {
      expect(message.endedNs).toBeGreaterThan(message.sentNs);
      expect(message.endedNs).toBeGreaterThanOrEqual(window.fromNs);
      expect(message.sentNs).toBeLessThanOrEqual(window.toNs);
    }
    expect(Math.max(...windows.map((window) => window.messages.length))).toBeLessThanOrEqual(200);

    const other = await simulated('4');
    expect(await traceMessages({ ...traced, plan: other.prepared.plan })).toEqual([]);
  });

  it('runs nothing again where there is no finding', async () => {
    const { prepared, run } = await simulated('3');
    const plan = { ...prepared.plan, request: { ...prepared.plan.request, nodes: [] } };
    expect(await traceMessages({ ...prepared, plan, history: run.history, checks: [], signal })).toEqual([]);
  });
});
