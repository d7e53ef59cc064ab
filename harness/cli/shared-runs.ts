import type { FaultKind, FaultSchedule } from '../kernel/fault.ts';
import { HarnessError } from '../kernel/harness-error.ts';
import { randomOf } from '../kernel/random.ts';
import { planFaults, resolveSchedule } from '../nemesis/index.ts';
import { prepareRun, type PreparedRun, type RunArguments } from './run-request.ts';

/** What several systems are compared on. */
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
  const each: PreparedRun[] = [];
  for (const workload of args.workloads) {
    for (const target of args.targets) each.push(await prepareRun({ ...args, seed, target, workload }));
  }
  const sizes = new Set(each.map(({ plan }) => plan.request.nodes.length));
  if (sizes.size > 1) {
    throw new HarnessError(
      'usage',
      `targets to compare need the same number of nodes; say --nodes (got ${[...sizes].join(', ')})`,
    );
  }
  const schedule = sharedSchedule(each, seed);
  const faults = [...new Set(schedule.map((fault) => fault.spec.kind))];
  return each.map((run) => ({
    ...run,
    plan: { ...run.plan, schedule, request: { ...run.plan.request, faults } },
  }));
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
    random: randomOf(seed).fork('faults'),
  });
  return resolveSchedule(schedule, nodes, randomOf(seed).fork('nemesis'));
}
