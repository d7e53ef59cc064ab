import { describe, expect, it } from 'vitest';
import { checkLinearizable } from '../../checkers/index.ts';
import { hostTurn } from '../../harness/environments/host-turn.ts';
import { createSimEnvironment } from '../../harness/environments/sim/sim-environment.ts';
import { runStorm } from '../../harness/environments/testing/storm.ts';
import type { CheckResult } from '../../harness/kernel/verdict.ts';
import { target } from './index.ts';
import { RAFT_MUTANTS, type RaftMutant } from './protocol/mutants.ts';
import { MUTANT_STORMS } from './testing/mutant-storms.ts';

const environment = createSimEnvironment({ yieldToHost: hostTurn });

/** With pinned seeds: `node --import tsx bench/raft-seeds.ts --mutants` finds them again after a change of the simulation. */
describe('planted bugs of raft', () => {
  it.each(Object.keys(RAFT_MUTANTS) as RaftMutant[])('%s breaks linearizability', async (mutant) => {
    const result = await judge(mutant, mutant);
    expect(result.verdict).toBe('invalid');
    expect(result.findings.length).toBeGreaterThan(0);
  });

  it.each(Object.keys(RAFT_MUTANTS) as RaftMutant[])('without %s the same storm does no harm', async (mutant) => {
    expect(await judge(mutant, undefined)).toMatchObject({ verdict: 'valid' });
  });
});

async function judge(storm: RaftMutant, mutant: RaftMutant | undefined): Promise<CheckResult> {
  const { plan, seed } = MUTANT_STORMS[storm];
  const { history } = await runStorm({
    environment,
    target,
    seed,
    ...plan,
    ...(mutant === undefined ? {} : { mutant }),
  });
  return checkLinearizable(history, { model: 'cas-register' });
}
