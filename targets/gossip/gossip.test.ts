import { describe, expect, it } from 'vitest';
import { hostTurn } from '../../harness/environments/host-turn.ts';
import { createSimEnvironment } from '../../harness/environments/sim/sim-environment.ts';
import { ClusterDriver } from '../../harness/environments/testing/cluster-driver.ts';
import { setSummary } from '../../harness/environments/testing/set-summary.ts';
import { runStorm, type StormOptions } from '../../harness/environments/testing/storm.ts';
import { nodeNames } from '../../harness/kernel/node.ts';
import { randomOf } from '../../harness/kernel/random.ts';
import { target } from './index.ts';

const environment = createSimEnvironment({ yieldToHost: hostTurn });

const STORM: Omit<StormOptions, 'seed'> = {
  environment,
  target,
  workload: 'set',
  nodeCount: 5,
  workers: 10,
  durationMs: 4_000,
  thinkMaxMs: 30,
  faults: target.faultModel.kinds,
  opsPerKey: 60,
  keysInUse: 3,
  readsOfTen: 5,
  settings: { loss: [1, 10], duplicate: [1, 5], reorder: [1, 5] },
};

async function cluster(workload: string): Promise<ClusterDriver> {
  const request = {
    runId: 'gossip',
    target,
    workload,
    nodes: nodeNames(3),
    random: randomOf('gossip'),
    settings: { clockDriftMaxPpm: 0 },
    readyTimeoutMs: 10_000,
    progress: () => undefined,
  };
  return new ClusterDriver(await environment.up(request, new AbortController().signal));
}

describe('gossip', () => {
  it('converges after any storm, with all that was acknowledged', async () => {
    for (let seed = 1; seed <= 3; seed++) {
      const { history, recovery } = await runStorm({ ...STORM, seed });
      expect({ seed, recovery }).toEqual({ seed, recovery: { recovered: true } });
      const { acknowledged, finals } = setSummary(history);
      expect(acknowledged.length).toBeGreaterThan(100);
      expect(finals).toHaveLength(STORM.nodeCount);
      for (const final of finals) expect(final).toEqual(finals[0]);
      expect(acknowledged.filter((element) => finals[0]?.includes(element) !== true)).toEqual([]);
    }
  });

  it('answers stale reads, and the same everywhere in the end', async () => {
    const driver = await cluster('register');
    const read = { f: 'read', key: 'k', value: null } as const;
    expect(await driver.call('n1', { f: 'write', key: 'k', value: 1 })).toMatchObject({ type: 'ok' });
    expect(await driver.call('n2', read)).toEqual({ type: 'ok', value: null });
    expect(await driver.recover(10_000)).toEqual({ recovered: true });
    for (const node of driver.cluster.nodes) expect(await driver.call(node, read)).toEqual({ type: 'ok', value: 1 });
  });

  it('lets a later write lose against a clock that is ahead', async () => {
    const driver = await cluster('register');
    await driver.inject({ id: 'c', kind: 'clock', nodes: ['n1'], offsetMs: 60_000 });
    await driver.call('n1', { f: 'write', key: 'k', value: 1 });
    expect(await driver.recover(10_000)).toEqual({ recovered: true });
    expect(await driver.call('n2', { f: 'write', key: 'k', value: 2 })).toMatchObject({ type: 'ok' });
    expect(await driver.call('n2', { f: 'read', key: 'k', value: null })).toEqual({ type: 'ok', value: 1 });
  });

  it('offers no compare-and-set', async () => {
    const driver = await cluster('register');
    const outcome = await driver.call('n1', { f: 'cas', key: 'k', value: [1, 2] });
    expect(outcome).toMatchObject({ type: 'fail', error: { code: 'unsupported' } });
  });
});
