import { describe, expect, it } from 'vitest';
import { checkLinearizable } from '../../checkers/index.ts';
import { hostTurn } from '../../harness/environments/host-turn.ts';
import { createSimEnvironment } from '../../harness/environments/sim/sim-environment.ts';
import { ClusterDriver } from '../../harness/environments/testing/cluster-driver.ts';
import { setSummary } from '../../harness/environments/testing/set-summary.ts';
import { runStorm } from '../../harness/environments/testing/storm.ts';
import type { DirectedLink, NodeId } from '../../harness/kernel/node.ts';
import { nodeNames } from '../../harness/kernel/node.ts';
import { randomOf } from '../../harness/kernel/random.ts';
import { target } from './index.ts';
import { crashAfterCrash, leaderAfterLeader, type StormPlan } from './testing/mutant-storms.ts';

const environment = createSimEnvironment({ yieldToHost: hostTurn });

const PLAN: StormPlan = {
  workload: 'register',
  nodeCount: 5,
  workers: 10,
  durationMs: 6_000,
  thinkMaxMs: 30,
  faults: target.faultModel.kinds,
  opsPerKey: 60,
  keysInUse: 3,
  readsOfTen: 5,
};

describe('raft under faults', () => {
  const bad = { loss: [1, 10], duplicate: [1, 5], reorder: [1, 5], reorderDelayMaxMs: 300 } as const;
  it.each([
    ['all faults of its model', PLAN],
    ['all faults on a network that loses, duplicates and reorders', { ...PLAN, settings: bad }],
    ['crashes without rest', { ...PLAN, nodeCount: 3, faults: crashAfterCrash }],
    ['one leader after the other cut off', { ...PLAN, faults: leaderAfterLeader(700, 1_500), settings: bad }],
    ['slow links and slow disks', { ...PLAN, settings: { latencyMeanMs: 60, syncMeanMs: 60 } }],
  ] satisfies [string, StormPlan][])('stays linearizable through %s', async (_, plan) => {
    for (let seed = 1; seed <= 3; seed++) {
      const { history, recovery } = await runStorm({ environment, target, seed, ...plan });
      expect({ seed, recovery }).toEqual({ seed, recovery: { recovered: true } });
      const result = checkLinearizable(history, { model: 'cas-register' });
      expect({ seed, verdict: result.verdict }).toEqual({ seed, verdict: 'valid' });
      expect(history.length).toBeGreaterThan(200);
    }
  });

  it('keeps every acknowledged element of a set', async () => {
    for (let seed = 1; seed <= 3; seed++) {
      const { history } = await runStorm({ environment, target, seed, ...PLAN, workload: 'set' });
      const { acknowledged, finals } = setSummary(history);
      const [final = []] = finals;
      expect(acknowledged.length).toBeGreaterThan(100);
      expect(acknowledged.filter((element) => !final.includes(element))).toEqual([]);
    }
  });
});

describe('raft, step by step', () => {
  async function cluster(nodeCount: number): Promise<{ readonly driver: ClusterDriver; readonly primary: NodeId }> {
    const up = await environment.up(
      {
        runId: 'steps',
        target,
        workload: 'register',
        nodes: nodeNames(nodeCount),
        random: randomOf('steps'),
        settings: {},
        readyTimeoutMs: 10_000,
        progress: () => undefined,
      },
      new AbortController().signal,
    );
    const driver = new ClusterDriver(up);
    const [primary = ''] = await driver.primaries();
    return { driver, primary };
  }

  function around(node: NodeId, nodes: readonly NodeId[]): readonly DirectedLink[] {
    const others = nodes.filter((other) => other !== node);
    return others.flatMap((other) => [
      { from: node, to: other },
      { from: other, to: node },
    ]);
  }

  const write = (value: number): { f: string; key: string; value: number } => ({ f: 'write', key: 'k', value });
  const read = { f: 'read', key: 'k', value: null } as const;

  it('serves a cluster of one', async () => {
    const { driver } = await cluster(1);
    expect(await driver.call('n1', write(1))).toEqual({ type: 'ok', value: null });
    expect(await driver.call('n1', read)).toEqual({ type: 'ok', value: 1 });
  });

  it('lets a leader that is cut off answer nothing, and its tail be overwritten', async () => {
    const { driver, primary } = await cluster(3);
    const [other = ''] = driver.cluster.nodes.filter((node) => node !== primary);
    await driver.call(primary, write(1));
    await driver.inject({ id: 'p', kind: 'partition', cut: around(primary, driver.cluster.nodes) });
    // Neither a read nor a write may be answered with `ok` on the minority side.
    expect((await driver.call(primary, write(2), 300)).type).toBe('info');
    expect((await driver.call(primary, read, 300)).type).not.toBe('ok');
    expect(await driver.callUntil(other, write(3), ({ type }) => type === 'ok')).toMatchObject({ type: 'ok' });
    expect(await driver.call(primary, read, 3_000)).toMatchObject({ type: 'fail', error: { code: 'no-leader' } });
    await driver.heal('p');
    expect(await driver.recover(10_000)).toEqual({ recovered: true });
    for (const node of driver.cluster.nodes) expect(await driver.call(node, read)).toEqual({ type: 'ok', value: 3 });
  });

  it('does not depose a healthy leader when a node comes back from isolation', async () => {
    const { driver, primary } = await cluster(3);
    const [other = ''] = driver.cluster.nodes.filter((node) => node !== primary);
    await driver.inject({ id: 'p', kind: 'partition', cut: around(other, driver.cluster.nodes) });
    await driver.sleep(10_000);
    await driver.heal('p');
    await driver.sleep(2_000);
    expect(await driver.primaries()).toEqual([primary]);
    const log = (await driver.cluster.logs()).get(primary) ?? '';
    expect(log.match(/ leads /g)).toHaveLength(1);
  });

  it('goes on without a minority, and stops without a majority', async () => {
    const { driver, primary } = await cluster(5);
    const others = driver.cluster.nodes.filter((node) => node !== primary);
    await driver.inject({ id: 'two', kind: 'kill', nodes: others.slice(0, 2) });
    expect(await driver.call(primary, write(1))).toMatchObject({ type: 'ok' });
    await driver.inject({ id: 'third', kind: 'kill', nodes: others.slice(2, 3) });
    expect((await driver.call(primary, write(2), 5_000)).type).not.toBe('ok');
    await driver.heal('third');
    expect(await driver.callUntil(primary, write(3), ({ type }) => type === 'ok')).toMatchObject({ type: 'ok' });
  });

  it('keeps its leader through wall clocks that are off by an hour', async () => {
    const { driver, primary } = await cluster(3);
    await driver.inject({ id: 'c', kind: 'clock', nodes: [primary], offsetMs: 3_600_000 });
    await driver.sleep(5_000);
    expect(await driver.primaries()).toEqual([primary]);
  });
});
