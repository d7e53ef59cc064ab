import { test } from 'vitest';
import { target as etcd } from '../../../targets/etcd/index.ts';
import { target as gossip } from '../../../targets/gossip/index.ts';
import { RUN_LABEL } from '../../agent/run-labels.ts';
import { describeEnvironment } from '../environment.contract.ts';
import { dockerEngineAvailable } from '../testing/docker-engine-available.ts';
import { dockerEnvironment } from './docker-environment.ts';
import { connectDocker } from './dockerode-engine.ts';

if (await dockerEngineAvailable()) {
  describeEnvironment({
    name: 'docker',
    testTimeoutMs: 180_000,
    async make() {
      return {
        environment: dockerEnvironment(),
        strong: etcd,
        eventual: gossip,
        async leftovers() {
          const engine = await connectDocker();
          const found = [...(await engine.containers()), ...(await engine.networks())];
          const ours = found.filter(({ runId }) => runId.startsWith(`contract-${process.pid}-`));
          return ours.map(({ name }) => `${RUN_LABEL} ${name}`);
        },
      };
    },
  });
} else {
  test.skip('needs a Docker engine', () => undefined);
}
