import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, test } from 'vitest';
import { startFaultline, temporaryStore } from '../cli/testing/run-faultline.ts';
import { connectDocker } from '../environments/docker/dockerode-engine.ts';
import { dockerEngineAvailable } from '../environments/testing/docker-engine-available.ts';

const EXAMPLE = fileURLToPath(new URL('../../docs/examples/etcd-compose', import.meta.url));

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
  });
} else {
  test.skip('needs a Docker engine', () => undefined);
}
