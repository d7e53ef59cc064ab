import { parseArgs } from 'node:util';
import { checkLinearizable } from '../checkers/index.ts';
import { prepareRun, type PreparedRun } from '../harness/cli/run-request.ts';
import { TEMPOS } from '../harness/kernel/fault.ts';
import type { History } from '../harness/kernel/history.ts';
import { runCluster } from '../harness/runner/run-cluster.ts';
import { RAFT_MUTANTS } from '../targets/raft/protocol/mutants.ts';

/**
 * How often the ordinary fault plan shows each planted bug of `raft`, by tempo; `none` is the correct protocol and must
 * never be caught: `npx tsx bench/mutant-rates.ts [--seeds 40] [--time-limit 60] [--tempo swarm]`.
 */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '40' },
    'time-limit': { type: 'string', default: '60' },
    tempo: { type: 'string' },
    mutant: { type: 'string' },
  },
});

async function isCaught(mutant: string | undefined, tempo: string, seed: number): Promise<boolean> {
  const prepared = await prepareRun({
    target: 'raft',
    workload: 'register',
    env: 'sim',
    nodes: 5,
    faults: 'all',
    tempo,
    timeLimitS: Number(values['time-limit']),
    seed: String(seed),
    concurrency: 10,
    ratePerSecond: 200,
    opTimeoutMs: 1000,
    keys: 4,
    opsPerKey: 200,
    variant: undefined,
    mutant,
    image: undefined,
    clockMechanism: undefined,
    settings: [],
  });
  return checkLinearizable(await historyOf(prepared), { model: 'cas-register' }).verdict === 'invalid';
}

async function historyOf(prepared: PreparedRun): Promise<History> {
  const run = await runCluster({
    ...prepared,
    runId: `seed-${prepared.plan.request.seed}`,
    readyTimeoutMs: 60_000,
    signal: new AbortController().signal,
    progress: () => undefined,
  });
  return run.history;
}

for (const tempo of values.tempo === undefined ? TEMPOS : [values.tempo]) {
  for (const mutant of values.mutant === undefined ? [undefined, ...Object.keys(RAFT_MUTANTS)] : [values.mutant]) {
    const startMs = performance.now();
    let caught = 0;
    for (let seed = 1; seed <= Number(values.seeds); seed++) if (await isCaught(mutant, tempo, seed)) caught++;
    const seconds = ((performance.now() - startMs) / 1000).toFixed(0);
    console.log(`${tempo} ${mutant ?? 'none'}: ${caught} of ${values.seeds} seeds, ${seconds} s`);
  }
}
