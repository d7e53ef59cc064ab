import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { processHostBundle } from '../../targets/hosted-bundle.ts';
import { LocalCluster } from './testing/local-cluster.ts';

const write = (key: string, value: number): object => ({ f: 'write', key, value });
const read = (key: string): object => ({ f: 'read', kind: 'register', key });

describe('process host', () => {
  it('runs raft as three processes that survive kill -9 with all that was acknowledged', async () => {
    await using cluster = await LocalCluster.start('raft', 3);
    await cluster.askUntilOk('n1', write('a', 1) as never);
    await cluster.kill('n1');
    await cluster.askUntilOk('n2', write('b', 2) as never);
    await Promise.all([cluster.kill('n2'), cluster.kill('n3')]);
    for (const name of cluster.names) cluster.spawn(name);
    for (const name of cluster.names) {
      expect(await cluster.askUntilOk(name, read('a') as never)).toBe(1);
      expect(await cluster.askUntilOk(name, read('b') as never)).toBe(2);
    }
    const statuses = await Promise.all(cluster.names.map((name) => cluster.ask(name, { status: true })));
    const primaries = statuses.filter(({ status }) => (status as { isPrimary: boolean }).isPrimary);
    expect(primaries).toHaveLength(1);
    expect(statuses[0]?.['status']).toMatchObject({ node: 'n1', protocol: 'raft', wallMs: expect.any(Number) });
  }, 40_000);

  it('runs gossip until the replicas agree', async () => {
    await using cluster = await LocalCluster.start('gossip', 2);
    await cluster.askUntilOk('n1', { f: 'add', key: '', element: 1 });
    await cluster.askUntilOk('n2', { f: 'add', key: '', element: 2 });
    const elements = async (name: string): Promise<unknown> =>
      cluster.askUntilOk(name, { f: 'read', kind: 'set', key: '' });
    await expect.poll(() => elements('n1'), { timeout: 10_000 }).toEqual([1, 2]);
    await expect.poll(() => elements('n2'), { timeout: 10_000 }).toEqual(expect.arrayContaining([1, 2]));
  }, 30_000);

  it.each([
    ['no configuration', [], 'expected the configuration'],
    [
      'an unknown protocol',
      [configuration({ protocol: 'paxos' })],
      'there is no protocol paxos; there are raft, gossip',
    ],
    ['a bad port', [configuration({ clientPort: 0 })], 'expected clientPort as a number from 1 to 65535, got 0'],
  ])('refuses %s with one line', async (_, args, message) => {
    const { exitCode, stderr } = await execa(process.execPath, [processHostBundle().path, ...args], { reject: false });
    expect(exitCode).toBe(1);
    expect(stderr).toContain(message);
    expect(stderr.split('\n')).toHaveLength(1);
  });
});

function configuration(change: object): string {
  const good = { protocol: 'raft', node: 'n1', peers: {}, peerPort: 1, clientPort: 2, dataDirectory: '/nonexistent' };
  return JSON.stringify({ ...good, ...change });
}
