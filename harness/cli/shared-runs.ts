import type { EnvironmentKind } from '../kernel/environment.ts';
import type { FaultKind, FaultSchedule } from '../kernel/fault.ts';
import { HarnessError } from '../kernel/harness-error.ts';
import { randomOf } from '../kernel/random.ts';
import type { Target } from '../kernel/target.ts';
import { planFaults, resolveSchedule } from '../nemesis/index.ts';
import { loadTarget } from './registry.ts';
import { prepareRun, type PreparedRun, type RunArguments } from './run-request.ts';

/** What several systems are compared on. An undefined environment or size is one that all of them have, if any. */
export interface SharedRunArguments extends Omit<RunArguments, 'target' | 'workload'> {
  readonly targets: readonly string[];
  readonly workloads: readonly string[];
}

/**
 * One run for every target and workload, all under the same fault schedule, which names nodes and not roles. Only faults
 * that every target must survive and that every environment can carry out are used.
 */
export async function prepareSharedRuns(args: SharedRunArguments): Promise<readonly PreparedRun[]> {
  const seed = args.seed ?? '1';
  const targets: Target[] = [];
  for (const name of args.targets) targets.push(await loadTarget(name));
  const shared = {
    ...args,
    seed,
    env: args.env ?? sharedEnvironment(targets),
    nodes: args.nodes ?? sharedSize(targets),
  };
  const each: PreparedRun[] = [];
  for (const workload of args.workloads) {
    for (const target of args.targets) each.push(await prepareRun({ ...shared, target, workload }));
  }
  const schedule = sharedSchedule(each, seed);
  const faults = [...new Set(schedule.map((fault) => fault.spec.kind))];
  return each.map((run) => ({
    ...run,
    plan: { ...run.plan, schedule, request: { ...run.plan.request, faults } },
  }));
}

/** Figures of one kind of cluster say nothing about another kind, so all run in the same one where there is one for all. */
function sharedEnvironment(targets: readonly Target[]): EnvironmentKind | undefined {
  return (['sim', 'docker'] as const).find((kind) => targets.every((target) => target[kind] !== undefined));
}

/** The smallest default size that every target accepts. */
function sharedSize(targets: readonly Target[]): number {
  const counts = targets.map(({ nodeCounts }) => nodeCounts);
  const most = Math.min(...counts.map(({ max }) => max));
  const size = Math.max(...counts.map(({ min }) => min), Math.min(most, ...counts.map((count) => count.default)));
  if (size <= most) return size;
  const ranges = targets.map(({ name, nodeCounts: { min, max } }) => `${name} ${min} to ${max}`);
  throw new HarnessError('usage', `no number of nodes suits all of them: ${ranges.join(', ')}`);
}

function sharedSchedule(runs: readonly PreparedRun[], seed: string): FaultSchedule {
  const [first] = runs;
  if (first === undefined) return [];
  const { nodes, timeLimitMs } = first.plan.request;
  const kinds = first.plan.request.faults.filter((kind: FaultKind) =>
    runs.every(({ plan, target }) => plan.request.faults.includes(kind) && target.faultModel.kinds.includes(kind)),
  );
  const models = runs.map(({ target }) => target.faultModel);
  const schedule = planFaults({
    kinds,
    nodes,
    timeLimitMs,
    faultModel: {
      kinds,
      clockOffsetMsMax: Math.min(...models.map((model) => model.clockOffsetMsMax)),
      survivesKillOfAll: models.every((model) => model.survivesKillOfAll),
    },
    hasPrimaries: false,
    // The coarsest probe there is reads whole seconds.
    clockResolutionMs: 1000,
    tempo: first.plan.request.tempo ?? 'steady',
    random: randomOf(seed).fork('faults'),
  });
  return resolveSchedule(schedule, nodes, randomOf(seed).fork('nemesis'));
}
