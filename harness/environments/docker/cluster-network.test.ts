import { expect, test } from 'vitest';
import { createClusterNetwork } from './cluster-network.ts';
import type { DockerEngine, NetworkRequest } from './engine.ts';

function engineWith(subnets: readonly string[], taken: readonly string[], asked: NetworkRequest[] = []): DockerEngine {
  const engine: Partial<DockerEngine> = {
    subnets: async () => subnets,
    async createNetwork(request) {
      asked.push(request);
      return !taken.includes(request.subnet);
    },
  };
  return engine as DockerEngine;
}

const NODES = ['n1', 'n2', 'n3'];

test('every node gets an address of the network, and everything its labels', async () => {
  const asked: NetworkRequest[] = [];
  const network = await createClusterNetwork(engineWith([], [], asked), 'a:run/1', NODES);
  const prefix = network.subnet.replace(/0\/24$/, '');
  expect([...network.addresses]).toEqual([
    ['n1', `${prefix}11`],
    ['n2', `${prefix}12`],
    ['n3', `${prefix}13`],
  ]);
  expect(asked).toMatchObject([{ name: 'faultline-a-run-1', labels: { faultline: 'a:run/1' } }]);
});

test('a subnet that turns out to be taken is passed over, and so are known ones without asking', async () => {
  const first = (await createClusterNetwork(engineWith([], []), 'run', NODES)).subnet;
  const second = (await createClusterNetwork(engineWith([], [first]), 'run', NODES)).subnet;
  expect(second).not.toBe(first);
  const asked: NetworkRequest[] = [];
  const third = await createClusterNetwork(engineWith([first], [second], asked), 'run', NODES);
  expect(asked.map(({ subnet }) => subnet)).toEqual([second, third.subnet]);
});

test('when all are in use the user is told what to do', async () => {
  const full = createClusterNetwork(engineWith(['10.213.0.0/16'], []), 'run', NODES);
  await expect(full).rejects.toMatchObject({
    code: 'environment',
    message: expect.stringContaining('faultline clean'),
  });
});
