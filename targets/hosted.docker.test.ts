import { test } from 'vitest';
import { execFileSync } from 'node:child_process';
import { describeEnvironment } from '../harness/environments/environment.contract.ts';
import { dockerEnvironment } from '../harness/environments/docker/docker-environment.ts';
import { dockerEngineAvailable } from '../harness/environments/testing/docker-engine-available.ts';
import { target as gossip } from './gossip/index.ts';
import { target as raft } from './raft/index.ts';

const RUN_PREFIX = `contract-${process.pid}-`;

if (await dockerEngineAvailable()) {
  describeEnvironment({
    name: 'docker, with the reference protocols as containers',
    make: async () => ({ environment: dockerEnvironment(), strong: raft, eventual: gossip, leftovers }),
    testTimeoutMs: 180_000,
  });
} else {
  test.skip('needs a Docker engine', () => undefined);
}

/** Containers and networks that carry the label of one of these runs. */
async function leftovers(): Promise<readonly string[]> {
  const list = (...words: string[]): string[] =>
    execFileSync('docker', [...words, '--filter', 'label=faultline', '--format', '{{.Label "faultline"}} {{.ID}}'], {
      encoding: 'utf8',
    }).split('\n');
  return [...list('ps', '--all'), ...list('network', 'ls')].filter((line) => line.startsWith(RUN_PREFIX));
}
