import { parseArgs } from 'node:util';
import { checkLinearizable } from '../checkers/index.ts';
import { hostTurn } from '../harness/environments/host-turn.ts';
import { createSimEnvironment } from '../harness/environments/sim/sim-environment.ts';
import { runStorm } from '../harness/environments/testing/storm.ts';
import { target as raft } from '../targets/raft/index.ts';
import type { RaftMutant } from '../targets/raft/protocol/mutants.ts';
import { MUTANT_STORMS, type StormPlan } from '../targets/raft/testing/mutant-storms.ts';

/**
 * Raft over many seeds: `node --import tsx bench/raft-seeds.ts [--seeds 200] [--mutants]`.
 *
 * Without `--mutants` the correct protocol runs with all faults of its fault model, and also on a network that loses,
 * duplicates and reorders; every run must be linearizable and recover. With `--mutants` each planted bug is looked for
 * from seed 1 on, and the first seed that shows it is printed with the time that took.
 */
const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '200' }, mutants: { type: 'boolean', default: false } },
});
const environment = createSimEnvironment({ yieldToHost: hostTurn });

const ALL_FAULTS: StormPlan = {
  workload: 'register',
  nodeCount: 5,
  workers: 10,
  durationMs: 8_000,
  thinkMaxMs: 30,
  faults: raft.faultModel.kinds,
  opsPerKey: 60,
  keysInUse: 3,
  readsOfTen: 5,
};
const BAD_NETWORK = { loss: [1, 20], duplicate: [1, 10], reorder: [1, 10] } as const;

async function isLinearizable(plan: StormPlan, seed: number, mutant?: RaftMutant): Promise<boolean> {
  const change = mutant === undefined ? {} : { mutant };
  const { history, recovery } = await runStorm({ environment, target: raft, seed, ...plan, ...change });
  const { verdict } = checkLinearizable(history, { model: 'cas-register' });
  if (mutant === undefined && !recovery.recovered) throw new Error(`seed ${seed}: ${recovery.reason}`);
  return verdict !== 'invalid';
}

async function proveCorrect(name: string, plan: StormPlan): Promise<void> {
  const startedMs = performance.now();
  for (let seed = 1; seed <= Number(values.seeds); seed++) {
    if (!(await isLinearizable(plan, seed))) throw new Error(`${name}: seed ${seed} is not linearizable`);
  }
  console.log(`${name}: ${values.seeds} seeds linearizable, ${seconds(startedMs)} s`);
}

async function findMutant(mutant: RaftMutant): Promise<void> {
  const startedMs = performance.now();
  for (let seed = 1; seed <= 5_000; seed++) {
    if (await isLinearizable(MUTANT_STORMS[mutant].plan, seed, mutant)) continue;
    console.log(`${mutant}: found with seed ${seed} after ${seconds(startedMs)} s`);
    return;
  }
  throw new Error(`${mutant} was not found`);
}

function seconds(startedMs: number): string {
  return ((performance.now() - startedMs) / 1000).toFixed(1);
}

if (values.mutants) {
  for (const mutant of Object.keys(raft.sim?.protocol.mutants ?? {})) await findMutant(mutant as RaftMutant);
} else {
  await proveCorrect('all faults', ALL_FAULTS);
  await proveCorrect('all faults on a bad network', { ...ALL_FAULTS, settings: BAD_NETWORK });
}
