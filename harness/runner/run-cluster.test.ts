import { describe, expect, it } from 'vitest';
import { loadEnvironment, loadTarget, loadWorkload } from '../cli/registry.ts';
import { dockerFaults } from '../environments/docker/docker-faults.ts';
import { RealTimeScheduler } from '../environments/real-time.ts';
import type { Environment } from '../kernel/environment.ts';
import { HarnessError } from '../kernel/harness-error.ts';
import { nodeNames } from '../kernel/node.ts';
import { ok } from '../kernel/outcome.ts';
import { planRun, type RunPlan } from './plan.ts';
import { runCluster, type ClusterRun, type ClusterRunOptions } from './run-cluster.ts';
import { exactPlan, traceOf } from './trace.ts';

const nodes = nodeNames(3);

describe('a run whose history cannot be written', () => {
  it.each(['requested', 'effective', 'healing', 'healed'] as const)(
    'fails with the reason and takes the cluster down, at a fault that is %s',
    async (phase) => {
      let downs = 0;
      const run = runCluster({
        ...(await optionsFor('register', 400)),
        environment: realTimeEnvironment(() => downs++),
        sink: {
          append: () => undefined,
          appendFault: (event) => {
            if (event.phase === phase) throw new HarnessError('storage', 'the disk is full');
          },
          flush: () => undefined,
        },
      });
      await expect(run).rejects.toMatchObject({ code: 'storage', message: 'the disk is full' });
      expect(downs).toBe(1);
    },
    10_000,
  );
});

describe('an exact replay in the simulation', () => {
  // Seed 5: a node is paused while it is asked. Seed 33: a fault would start at the very time at which another one ends.
  it.each(['5', '33'])('is the same history, though nobody is asked who is primary: seed %s', async (seed) => {
    const options = await optionsFor('register', 15_000, { seed });
    const first = await runCluster(options);
    const again = await runCluster({ ...options, plan: exactPlan(options.plan, traceOfRun(first, options.plan)) });
    expect(again.phases).toEqual(first.phases);
    expect(textOf(again)).toBe(textOf(first));
  });

  it('lasts as long where the last operation ends long before the time limit', async () => {
    const options = await optionsFor('register', 5_000, { rate: 1, seed: '4' });
    const first = await runCluster(options);
    const again = await runCluster({ ...options, plan: exactPlan(options.plan, traceOfRun(first, options.plan)) });
    expect(again.phases).toEqual(first.phases);
  });
});

function traceOfRun({ history, phases }: ClusterRun, plan: RunPlan): ReturnType<typeof traceOf> {
  const { main, final } = phases;
  return traceOf(history, plan, {
    mainFromNs: main?.fromNs ?? 0,
    mainToNs: main?.toNs ?? 0,
    finalFromNs: final?.fromNs,
  });
}

function textOf({ history }: ClusterRun): string {
  const entries = Array.from({ length: history.length }, (_, index) => history.at(index));
  return [...entries, ...history.faults].map((entry) => JSON.stringify(entry)).join('\n');
}

async function optionsFor(
  workload: string,
  timeLimitMs: number,
  { seed = '1', rate = 200 } = {},
): Promise<ClusterRunOptions> {
  const target = 'raft';
  const system = await loadTarget(target);
  const faults = timeLimitMs < 1000 ? [] : system.faultModel.kinds;
  const request = {
    target,
    environment: 'sim' as const,
    workload,
    nodes: nodeNames(timeLimitMs < 1000 ? 3 : 5),
    concurrency: 10,
    ratePerSecond: rate,
    timeLimitMs,
    opTimeoutMs: 1000,
    keys: 4,
    opsPerKey: 200,
    faults,
    seed,
    settings: {},
  };
  const facts = { target: system, hasPrimaries: true, clockResolutionMs: 1 };
  const kill = { id: 'f1', startNs: 50e6, durationNs: 100e6, spec: { kind: 'kill', select: 'one' } } as const;
  return {
    plan: planRun(request, timeLimitMs < 1000 ? { ...facts, schedule: [kill] } : facts),
    environment: await loadEnvironment('sim'),
    target: system,
    workload: await loadWorkload(workload),
    runId: 'test',
    readyTimeoutMs: 60_000,
    signal: new AbortController().signal,
    progress: () => undefined,
  };
}

/** A cluster in real time that answers everything at once, with the fault port of docker and an agent that obeys. */
function realTimeEnvironment(onDown: () => void): Environment {
  return {
    kind: 'docker',
    capability: () => ({ available: true, mechanism: 'none', probe: 'none' }),
    up: async () => {
      const time = new RealTimeScheduler();
      return {
        nodes,
        time,
        facts: {},
        openClient: (_binding, _deadlineMs, opened) => {
          const start = (_op: unknown, _ms: number, done: (outcome: ReturnType<typeof ok>) => void): void =>
            void time.at(time.nowNs() + 1e6, () => done(ok(null)));
          opened({ session: { start, close: () => undefined } });
        },
        faults: dockerFaults({
          agent: {
            apply: async ({ killed }) => ({
              cuts: [],
              clocks: {},
              paused: {},
              running: Object.fromEntries(nodes.map((node) => [node, !killed.includes(node)])),
              errors: [],
              timings: { applyMs: 0, probeMs: 0 },
            }),
          },
          target: {},
          clockMechanism: 'vdso',
          addresses: new Map(nodes.map((node) => [node, '127.0.0.1'])),
          time,
          signal: new AbortController().signal,
          wallNowMs: Date.now,
        }),
        awaitRecovery: (_timeoutMs, done) => void time.at(time.nowNs(), () => done({ recovered: true })),
        logs: async () => new Map(),
        down: async () => {
          time.stop();
          onDown();
        },
      };
    },
  };
}
