import { describe, expect, test } from 'vitest';
import { dockerEnvironment } from '../../harness/environments/docker/docker-environment.ts';
import { ClusterDriver } from '../../harness/environments/testing/cluster-driver.ts';
import { dockerEngineAvailable } from '../../harness/environments/testing/docker-engine-available.ts';
import type { ClientSession } from '../../harness/kernel/client.ts';
import { nodeNames } from '../../harness/kernel/node.ts';
import { randomOf } from '../../harness/kernel/random.ts';
import { target } from './index.ts';

const NODES = nodeNames(3);
const READ = { f: 'read', value: null };

async function up(variant?: string): Promise<ClusterDriver> {
  const cluster = await dockerEnvironment().up(
    {
      runId: `redis-test-${process.pid}-${variant ?? 'default'}`,
      target,
      workload: 'set',
      nodes: NODES,
      random: randomOf(1),
      settings: {},
      readyTimeoutMs: 90_000,
      progress: () => undefined,
      ...(variant !== undefined && { variant }),
    },
    new AbortController().signal,
  );
  return new ClusterDriver(cluster);
}

/** Adds elements from `first` on until the session says something else than ok; answers how many were added. */
async function addUntilRefused(driver: ClusterDriver, session: ClientSession, first: number): Promise<string | number> {
  for (let element = first; ; element++) {
    const outcome = await driver.start(session, { f: 'add', value: element }, 2_000);
    if (outcome.type !== 'ok') return outcome.error.code;
    if (element - first === 2_000) return element - first;
    await driver.sleep(5);
  }
}

describe.skipIf(!(await dockerEngineAvailable()))('redis with sentinel', () => {
  test('an isolated primary acknowledges what the failover loses', async () => {
    const driver = await up();
    try {
      const { session: onFirst } = await driver.open('n1');
      const { session: onSecond } = await driver.open('n2');
      if (onFirst === undefined || onSecond === undefined) throw new Error('no session');
      expect(await driver.start(onFirst, { f: 'add', value: 0 }, 2_000)).toMatchObject({ type: 'ok' });
      expect(await driver.primaries()).toEqual(['n1']);
      const others = ['n2', 'n3'];
      const cut = others.flatMap((node) => [
        { from: 'n1', to: node },
        { from: node, to: 'n1' },
      ]);
      expect(await driver.inject({ id: 'p', kind: 'partition', cut })).toMatchObject({ phase: 'effective' });
      // Its own Sentinel goes on naming it, and it goes on acknowledging.
      expect(await driver.start(onFirst, { f: 'add', value: 1 }, 2_000)).toMatchObject({ type: 'ok' });
      const believers = async (): Promise<number> => (await driver.primaries()).length;
      for (let attempt = 0; (await believers()) < 2 && attempt < 60; attempt++) await driver.sleep(500);
      expect(await believers()).toBe(2);
      await driver.sleep(2_000);
      expect(await driver.start(onFirst, { f: 'add', value: 2 }, 2_000)).toMatchObject({ type: 'ok' });
      expect(await driver.start(onSecond, { f: 'add', value: 3 }, 2_000)).toMatchObject({ type: 'ok' });
      expect(await driver.recover(500)).toMatchObject({ recovered: false });
      expect(await driver.heal('p')).toMatchObject({ phase: 'healed' });
      expect(await driver.recover(60_000)).toEqual({ recovered: true });
      for (const node of NODES) expect(await driver.call(node, READ)).toEqual({ type: 'ok', value: [0, 3] });
      onFirst.close();
      onSecond.close();
    } finally {
      await driver.cluster.down();
    }
  });

  test('the safe variant stops an isolated primary soon', async () => {
    const driver = await up('safe');
    try {
      const { session } = await driver.open('n1');
      if (session === undefined) throw new Error('no session');
      const cut = ['n2', 'n3'].map((node) => ({ from: node, to: 'n1' }));
      expect(await driver.inject({ id: 'p', kind: 'partition', cut })).toMatchObject({ phase: 'effective' });
      expect(await addUntilRefused(driver, session, 0)).toBe('no-replicas');
      expect(await driver.heal('p')).toMatchObject({ phase: 'healed' });
      session.close();
    } finally {
      await driver.cluster.down();
    }
  });
});
