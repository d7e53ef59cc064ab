import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startAgent } from './agent-client.ts';
import { NO_FAULTS } from './agent-protocol.ts';
import { clockedCluster, docker, whyNoDocker } from './testing/clocked-cluster.ts';

const reason = whyNoDocker();
if (reason) console.log(`helper container tests skipped: ${reason}`);

const APPLY_MS = 20_000;
const TOLERANCE_MS = 250;

describe.skipIf(reason)('an agent in a container', () => {
  test('does all faults, heals them, and is gone with its container', async () => {
    const cluster = clockedCluster(`fl-helper-${process.pid}`, 2);
    const journalDirectory = mkdtempSync(join(tmpdir(), 'faultline-test-'));
    onTestFinished(() => rmSync(journalDirectory, { recursive: true, force: true }));
    const { runId, nodes } = cluster;
    try {
      const agent = await startAgent({ runId, nodes, journalDirectory, placement: 'container' });
      expect(docker('ps', '--filter', `name=faultline-agent-${runId}`, '--format', '{{.Status}}')).toContain('Up');
      const state = await agent.apply(
        {
          cuts: [{ from: 'n1', to: 'n2' }],
          clocks: { n1: { offsetMs: 60_000, mechanism: 'vdso' } },
          paused: ['n2'],
          killed: [],
        },
        APPLY_MS,
      );
      expect(state.errors).toEqual([]);
      expect(state.cuts.filter(({ cut }) => cut)).toMatchObject([{ from: 'n1', to: 'n2' }]);
      expect(state.paused).toEqual({ n1: false, n2: true });
      expect(Math.abs((await cluster.offsetMs('n1')) - 60_000)).toBeLessThan(TOLERANCE_MS);
      const killed = await agent.apply({ ...NO_FAULTS, killed: ['n2'] }, APPLY_MS);
      expect(killed).toMatchObject({ errors: [], running: { n1: true, n2: false } });
      expect(Math.abs(await cluster.offsetMs('n1'))).toBeLessThan(TOLERANCE_MS);
      await agent.close();
      expect(docker('ps', '-aq', '--filter', `name=faultline-agent-${runId}`)).toBe('');
      expect(readdirSync(journalDirectory)).toEqual([]);
    } finally {
      cluster.remove();
    }
  });
});
