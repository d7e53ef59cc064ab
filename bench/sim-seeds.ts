import { parseArgs } from 'node:util';
import { setImmediate } from 'node:timers/promises';
import { checkerNamed } from '../checkers/registry.ts';
import { createSimEnvironment } from '../harness/environments/sim/sim-environment.ts';
import type { CheckerUse } from '../harness/kernel/checker.ts';
import type { FaultKind } from '../harness/kernel/fault.ts';
import type { History } from '../harness/kernel/history.ts';
import { nodeNames } from '../harness/kernel/node.ts';
import { randomOf } from '../harness/kernel/random.ts';
import type { Target } from '../harness/kernel/target.ts';
import type { CheckResult } from '../harness/kernel/verdict.ts';
import { planFaults, resolveSchedule } from '../harness/nemesis/index.ts';
import { PLAN_VERSION } from '../harness/runner/plan.ts';
import { runCluster } from '../harness/runner/run-cluster.ts';
import { target as gossip } from '../targets/gossip/index.ts';
import { target as raft } from '../targets/raft/index.ts';
import { workload as register } from '../workloads/register/index.ts';

/**
 * Many seeds in simulation: `raft` under all faults of its fault model must be valid on every one; `gossip` under partitions
 * must be convergent on every one and not linearizable on nearly every one.
 *
 *     npx tsx bench/sim-seeds.ts --seeds 200 [--from 1] [--time-limit 30]
 */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' },
    from: { type: 'string', default: '1' },
    'time-limit': { type: 'string', default: '30' },
  },
});
const from = Number(values.from);
const seeds = Array.from({ length: Number(values.seeds) }, (_, index) => from + index);
const timeLimitMs = Number(values['time-limit']) * 1000;
const environment = createSimEnvironment({ yieldToHost: () => setImmediate() });

interface SeedOutcome {
  readonly seed: number;
  readonly verdicts: Readonly<Record<string, CheckResult>>;
  readonly reads: number;
}

async function play(target: Target, kinds: readonly FaultKind[], seed: number): Promise<SeedOutcome> {
  const nodes = nodeNames(5);
  const random = randomOf(String(seed));
  const schedule = resolveSchedule(
    planFaults({
      kinds,
      nodes,
      timeLimitMs,
      faultModel: target.faultModel,
      hasPrimaries: target.name === 'raft',
      clockResolutionMs: 1,
      tempo: 'steady',
      random: random.fork('faults'),
    }),
    nodes,
    random.fork('nemesis'),
  );
  const run = await runCluster({
    plan: {
      version: PLAN_VERSION,
      schedule,
      request: {
        target: target.name,
        environment: 'sim',
        workload: 'register',
        nodes,
        concurrency: 10,
        ratePerSecond: 200,
        timeLimitMs,
        opTimeoutMs: 1000,
        keys: 4,
        opsPerKey: 200,
        faults: kinds,
        seed: String(seed),
        settings: {},
      },
    },
    environment,
    target,
    workload: register,
    runId: `seed-${seed}`,
    readyTimeoutMs: 60_000,
    signal: new AbortController().signal,
    progress: () => undefined,
  });
  if (run.recovery?.recovered !== true) throw new Error(`${target.name} seed ${seed} did not recover`);
  const options = { nodes: [...nodes], finalFromNs: run.phases.final?.fromNs ?? 0 };
  const uses: readonly CheckerUse[] = [
    { checker: 'linearizability', options: { model: 'cas-register' } },
    { checker: 'convergence', options },
  ];
  return {
    seed,
    verdicts: Object.fromEntries(uses.map((use) => [use.checker, judge(run.history, use)])),
    reads: crossNodeReadsPerKey(run.history),
  };
}

function judge(history: History, use: CheckerUse): CheckResult {
  return checkerNamed(use.checker).check(history, {
    limits: { timeMs: 60_000, memoryBytes: 2 ** 31 },
    nowMs: () => performance.now(),
    options: use.options ?? {},
  });
}

/** Ok reads of a key on another node than the one that wrote the value, averaged over keys. */
function crossNodeReadsPerKey(history: History): number {
  const writers = new Map<unknown, string | undefined>();
  const keys = new Set<unknown>();
  let reads = 0;
  for (let index = 0; index < history.length; index++) {
    const op = history.at(index);
    if (op.f === 'write' && op.type === 'invoke') writers.set(op.value, op.node);
    if (op.key !== undefined) keys.add(op.key);
    if (op.f === 'read' && op.type === 'ok' && op.value !== null && writers.get(op.value) !== op.node) reads++;
  }
  return reads / Math.max(1, keys.size);
}

async function playAll(target: Target, kinds: readonly FaultKind[]): Promise<readonly SeedOutcome[]> {
  const outcomes: SeedOutcome[] = [];
  for (const seed of seeds) outcomes.push(await play(target, kinds, seed));
  return outcomes;
}

function count(outcomes: readonly SeedOutcome[], checker: string, verdict: string): number {
  return outcomes.filter((outcome) => outcome.verdicts[checker]?.verdict === verdict).length;
}

const startedMs = performance.now();
const strong = await playAll(raft, raft.faultModel.kinds);
const eventual = await playAll(gossip, ['partition']);
const summary = {
  seeds: seeds.length,
  virtualSecondsEach: timeLimitMs / 1000,
  raft: {
    linearizable: count(strong, 'linearizability', 'valid'),
    convergent: count(strong, 'convergence', 'valid'),
    suspects: strong.flatMap(({ seed, verdicts }) =>
      Object.values(verdicts).every(({ verdict }) => verdict === 'valid') ? [] : [seed],
    ),
  },
  gossip: {
    notLinearizable: count(eventual, 'linearizability', 'invalid'),
    convergent: count(eventual, 'convergence', 'valid'),
    crossNodeReadsPerKeyMin: Math.round(Math.min(...eventual.map(({ reads }) => reads))),
  },
  elapsedS: Math.round((performance.now() - startedMs) / 1000),
};
console.log(JSON.stringify(summary, null, 1));
const good =
  summary.raft.suspects.length === 0 &&
  summary.gossip.convergent === seeds.length &&
  summary.gossip.notLinearizable >= 0.95 * seeds.length;
if (!good) process.exitCode = 1;
