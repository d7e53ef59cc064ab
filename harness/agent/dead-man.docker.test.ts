import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import type { AgentOptions } from './agent-client.ts';
import type { AgentPlacement } from './agent-placement.ts';
import type { DesiredState } from './agent-protocol.ts';
import { cleanLeftovers } from './clean-leftovers.ts';
import { chainOf } from './network-rules.ts';
import { isAlive, processIdentity } from './process-identity.ts';
import { hostVdsoPatch, inspectVdso } from './process-vdso.ts';
import { clockedCluster, docker, whyNoDocker, type ClockedCluster } from './testing/clocked-cluster.ts';

const reason = whyNoDocker();
if (reason) console.log(`dead-man tests skipped: ${reason}`);

/** From the death of the controller until nothing is left. */
const HEALED_WITHIN_MS = 10_000;
const TOLERANCE_MS = 250;
const HOUR_MS = 3_600_000;
const FOREIGN_SOURCE = '192.0.2.77';

interface Running {
  readonly runId: string;
  readonly controllerPid: number;
  readonly agentPid: number;
  readonly cluster: ClockedCluster;
  /** A container without our labels under the same faults: it is healed, but stays, so that healing can be seen. */
  readonly witness: ClockedCluster;
  readonly journalDirectory: string;
}

const patch = hostVdsoPatch();
let removals: (() => void)[] = [];
let count = 0;

/** A partition in force, the clocks of two nodes moved, one node paused. */
async function inTheMiddleOfFaults(placement: AgentPlacement = 'child'): Promise<Running> {
  const runId = `fl-dead-${process.pid}-${++count}`;
  const cluster = clockedCluster(runId, 2);
  removals.push(() => cluster.remove());
  const witness = clockedCluster(`${runId}-witness`, 1, { labelled: false });
  removals.push(() => witness.remove());
  inNetwork(witness.pid('n1'), '-A', 'INPUT', '-s', FOREIGN_SOURCE, '-j', 'DROP');
  const journalDirectory = mkdtempSync(join(tmpdir(), 'faultline-test-'));
  removals.push(() => rmSync(journalDirectory, { recursive: true, force: true }));
  const nodes = [...cluster.nodes, ...witness.nodes.map((node) => ({ ...node, node: 'witness' }))];
  const options: AgentOptions = { runId, nodes, journalDirectory, placement };
  const clock = { offsetMs: HOUR_MS, mechanism: 'vdso' as const };
  const desired: DesiredState = {
    cuts: [
      { from: 'n1', to: 'n2' },
      { from: 'n1', to: 'witness' },
    ],
    clocks: { n1: clock, witness: clock },
    paused: ['n2'],
    killed: [],
  };
  const program = fileURLToPath(new URL('testing/controller-program.ts', import.meta.url));
  const controller = spawn(process.execPath, ['--import', 'tsx', program, JSON.stringify({ options, desired })], {
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const controllerPid = controller.pid ?? 0;
  removals.push(() => ignoreMissing(() => process.kill(-controllerPid, 'SIGKILL')));
  const [line] = (await once(controller.stdout, 'data')) as [Buffer];
  const { agentPid, errors } = JSON.parse(line.toString('utf8')) as { agentPid: number; errors: readonly unknown[] };
  expect(errors).toEqual([]);
  expect(Math.abs((await cluster.offsetMs('n1')) - HOUR_MS)).toBeLessThan(TOLERANCE_MS);
  expect(inNetwork(witness.pid('n1'), '-S')).toContain(chainOf(runId));
  return { runId, controllerPid, agentPid, cluster, witness, journalDirectory };
}

function inNetwork(pid: number, ...args: readonly string[]): string {
  return execFileSync('nsenter', ['-t', String(pid), '-n', 'iptables', '-w', ...args], { encoding: 'utf8' });
}

function left(runId: string): string {
  const filter = `label=faultline=${runId}`;
  return docker('ps', '-aq', '--filter', filter) + docker('network', 'ls', '-q', '--filter', filter);
}

/** A stopped controller does not collect its dead agent, so a zombie counts as gone. */
function isRunning(pid: number): boolean {
  const identity = processIdentity(pid);
  return identity !== undefined && isAlive(identity);
}

function ignoreMissing(act: () => void): void {
  try {
    act();
  } catch {
    // It is gone already.
  }
}

async function expectNothingLeft({ runId, witness, journalDirectory }: Running): Promise<void> {
  expect(left(runId)).toBe('');
  expect(readdirSync(journalDirectory)).toEqual([]);
  expect(Math.abs(await witness.offsetMs('n1'))).toBeLessThan(TOLERANCE_MS);
  if (typeof patch === 'string') throw new Error(patch);
  expect(inspectVdso(witness.pid('n1'), patch)?.condition).toEqual({ kind: 'clean' });
  const rules = inNetwork(witness.pid('n1'), '-S');
  expect(rules).not.toContain('FL-');
  expect(rules).toContain(FOREIGN_SOURCE);
}

describe.skipIf(reason)('when the controller is gone', () => {
  afterEach(() => {
    for (const remove of removals.reverse()) ignoreMissing(remove);
    removals = [];
  });

  test.each([
    ['kill -9 of the controller', (pid: number) => process.kill(pid, 'SIGKILL')],
    ['kill -9 of its process group', (pid: number) => process.kill(-pid, 'SIGKILL')],
    ['SIGSTOP of the controller', (pid: number) => process.kill(pid, 'SIGSTOP')],
  ])('%s: the agent heals and removes everything', async (_name, strike) => {
    const running = await inTheMiddleOfFaults();
    strike(running.controllerPid);
    await expect.poll(() => isRunning(running.agentPid), { timeout: HEALED_WITHIN_MS, interval: 200 }).toBe(false);
    await expectNothingLeft(running);
  });

  test('kill -9 of a controller whose agent is in a container: the same, and the container goes too', async () => {
    const running = await inTheMiddleOfFaults('container');
    process.kill(running.controllerPid, 'SIGKILL');
    await expect.poll(() => left(running.runId), { timeout: HEALED_WITHIN_MS, interval: 200 }).toBe('');
    await expectNothingLeft(running);
  });

  test('kill -9 of the agent: cleaning heals from the journal, and touches no live run', async () => {
    const running = await inTheMiddleOfFaults();
    const { runId, journalDirectory } = running;
    const early = await cleanLeftovers({ journalDirectory, runId });
    expect(early).toMatchObject({ liveRuns: [runId], healedRuns: [], errors: [] });
    expect(left(runId)).not.toBe('');

    process.kill(running.agentPid, 'SIGKILL');
    await expect.poll(() => isRunning(running.agentPid)).toBe(false);
    expect(left(runId)).not.toBe('');
    const report = await cleanLeftovers({ journalDirectory, runId });
    expect(report).toMatchObject({ healedRuns: [runId], errors: [], removed: { container: 2, network: 1 } });
    await expectNothingLeft(running);
  });
});
