import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, test } from 'vitest';
import { startFaultline, temporaryStore } from '../cli/testing/run-faultline.ts';
import { connectDocker } from '../environments/docker/dockerode-engine.ts';
import { dockerEngineAvailable } from '../environments/testing/docker-engine-available.ts';

const EXAMPLE = fileURLToPath(new URL('../../docs/examples/etcd-compose', import.meta.url));

/** Its first service is built here and says by its own check that it is not well. */
const UNHEALTHY = `
name: unhealthy-compose
services:
  a:
    build: ./app
    entrypoint: sleep
    command: '300'
    expose: ['2379']
    healthcheck: { test: ['CMD-SHELL', 'exit 3'], interval: 1s, retries: 2 }
  b:
    build: ./app
    entrypoint: sleep
    command: '300'
    expose: ['2379']
    depends_on: { a: { condition: service_healthy } }
`;

if (await dockerEngineAvailable()) {
  describe('a cluster of a compose file', () => {
    it('is adopted, taken through faults, judged and removed', async () => {
      const store = temporaryStore();
      try {
        const { exitCode, stdout, stderr } = await startFaultline(
          'run',
          `--compose=${EXAMPLE}/docker-compose.yml`,
          `--client=${EXAMPLE}/client.ts`,
          '--faults=partition,kill',
          '--time-limit=20',
          '--seed=5',
          `--store=${store}`,
          '--json',
        );
        // What cannot happen is a violation; whether 20 s show enough is the machine's matter.
        expect([0, 2], stderr).toContain(exitCode);
        const document = JSON.parse(stdout) as {
          readonly runDir: string;
          readonly faults: readonly { readonly name: string; readonly what: string; readonly effect: string }[];
          readonly counts: Readonly<Record<string, { readonly ok: number }>>;
        };
        expect(document.counts['write']?.ok).toBeGreaterThan(20);
        expect(document.faults.some(({ effect, what }) => effect === 'effective' && what.includes('etcd-'))).toBe(true);
        const engine = await connectDocker();
        const runId = document.runDir.split('/').at(-1);
        expect([...(await engine.containers(runId)), ...(await engine.networks(runId))]).toEqual([]);
      } finally {
        rmSync(store, { recursive: true, force: true });
      }
    });

    it('ends at once, and removes everything, where a service that others wait for is unhealthy', async () => {
      const folder = temporaryStore();
      const seed = `unhealthy${process.pid}`;
      try {
        mkdirSync(path.join(folder, 'app'));
        writeFileSync(path.join(folder, 'app/Dockerfile'), 'FROM localhost/faultline-etcd:bookworm\n');
        writeFileSync(path.join(folder, 'docker-compose.yml'), UNHEALTHY);
        const startMs = performance.now();
        const { exitCode, stderr } = await startFaultline(
          'run',
          `--compose=${folder}/docker-compose.yml`,
          `--client=${EXAMPLE}/client.ts`,
          '--ready-timeout=200',
          `--seed=${seed}`,
          `--store=${folder}/runs`,
        );
        expect(stderr).toContain('node a, which others wait for, is unhealthy');
        expect(exitCode).toBe(254);
        expect(performance.now() - startMs).toBeLessThan(180_000);
        const left = await (await connectDocker()).containers();
        expect(left.filter(({ runId }) => runId.includes(seed))).toEqual([]);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });
  });
} else {
  test.skip('needs a Docker engine', () => undefined);
}
