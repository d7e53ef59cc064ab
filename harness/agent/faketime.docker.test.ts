import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startAgent } from './agent-client.ts';
import { NO_FAULTS } from './agent-protocol.ts';
import { faketimeContainerSpec, faketimeLibrary } from './faketime.ts';
import { clockedCluster, whyNoDocker } from './testing/clocked-cluster.ts';

const reason = whyNoDocker() ?? (faketimeLibrary() ? undefined : 'libfaketime is not installed on this host');
if (reason) console.log(`faketime tests skipped: ${reason}`);

const TOLERANCE_MS = 250;

describe.skipIf(reason)('libfaketime', () => {
  test('moves a running program at once, survives its restart, and is healed', async () => {
    const cluster = clockedCluster(`fl-faketime-${process.pid}`, 2, { faketime: faketimeContainerSpec() });
    const journalDirectory = mkdtempSync(join(tmpdir(), 'faultline-test-'));
    onTestFinished(() => rmSync(journalDirectory, { recursive: true, force: true }));
    const { runId, nodes } = cluster;
    const agent = await startAgent({ runId, nodes, journalDirectory });
    const clocks = { n1: { offsetMs: -120_250, mechanism: 'faketime' as const } };
    try {
      expect(Math.abs(await cluster.offsetMs('n1'))).toBeLessThan(TOLERANCE_MS);
      const moved = await agent.apply({ ...NO_FAULTS, clocks }, 20_000);
      expect(moved.errors).toEqual([]);
      expect(moved.clocks['n1']?.written).toEqual({ mechanism: 'faketime', processes: 1, offsetMs: -120_250 });
      expect(Math.abs((await cluster.offsetMs('n1')) + 120_250)).toBeLessThan(TOLERANCE_MS);
      expect(Math.abs(await cluster.offsetMs('n2'))).toBeLessThan(TOLERANCE_MS);

      await agent.apply({ ...NO_FAULTS, clocks, killed: ['n1'] }, 20_000);
      // Healed while it is down: it must not come back with the moved clock.
      const healed = await agent.apply({ ...NO_FAULTS, killed: ['n1'] }, 20_000);
      expect(healed.errors).toEqual([]);
      expect((await agent.apply(NO_FAULTS, 20_000)).errors).toEqual([]);
      await expect.poll(() => cluster.offsetMs('n1').then(Math.abs), { timeout: 5000 }).toBeLessThan(TOLERANCE_MS);
    } finally {
      await agent.close().finally(() => cluster.remove());
    }
  });
});
