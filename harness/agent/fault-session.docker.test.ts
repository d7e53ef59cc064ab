import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startAgent, type AgentClient } from './agent-client.ts';
import { NO_FAULTS, type DesiredState, type ObservedState } from './agent-protocol.ts';
import { chainOf } from './network-rules.ts';
import { hostVdsoPatch, inspectVdso } from './process-vdso.ts';
import { clockedCluster, docker, whyNoDocker, type ClockedCluster } from './testing/clocked-cluster.ts';

const reason = whyNoDocker();
if (reason) console.log(`fault agent tests skipped: ${reason}`);

const APPLY_MS = 20_000;
const runId = `fl-session-${process.pid}`;
/** How far a clock read over TCP on a busy machine may be off. */
const TOLERANCE_MS = 250;

describe.skipIf(reason)('a fault session on real containers', () => {
  let cluster: ClockedCluster;
  let agent: AgentClient;
  let journalDirectory: string;
  const apply = async (faults: Partial<DesiredState>): Promise<ObservedState> => {
    const state = await agent.apply({ ...NO_FAULTS, ...faults }, APPLY_MS);
    expect(state.errors).toEqual([]);
    return state;
  };
  const rules = (node: string): string =>
    execFileSync('nsenter', ['-t', String(cluster.pid(node)), '-n', 'iptables', '-w', '-S'], { encoding: 'utf8' });
  const cutLinks = (state: ObservedState): readonly string[] =>
    state.cuts.flatMap(({ from, to, cut }) => (cut ? [`${from}>${to}`] : [])).sort();

  beforeAll(async () => {
    journalDirectory = mkdtempSync(join(tmpdir(), 'faultline-test-'));
    cluster = clockedCluster(runId, 3);
    agent = await startAgent({ runId, nodes: cluster.nodes, journalDirectory });
  });
  afterAll(async () => {
    await agent.close().finally(() => cluster.remove());
    rmSync(journalDirectory, { recursive: true, force: true });
  });

  test('cuts one direction of one link, and nothing else', async () => {
    const state = await apply({ cuts: [{ from: 'n1', to: 'n2' }] });
    expect(cutLinks(state)).toEqual(['n1>n2']);
    expect(state.cuts.find(({ from, to }) => from === 'n1' && to === 'n2')?.packetsDropped).toBeGreaterThanOrEqual(0);
    // Clients are on the host, and are never cut.
    await expect(cluster.offsetMs('n2')).resolves.toBeTypeOf('number');
    expect(
      cutLinks(
        await apply({
          cuts: [
            { from: 'n3', to: 'n2' },
            { from: 'n2', to: 'n1' },
          ],
        }),
      ),
    ).toEqual(['n2>n1', 'n3>n2']);
    expect(cutLinks(await apply({}))).toEqual([]);
  });

  test('leaves rules of others alone and takes its own chain away', async () => {
    const inside = ['nsenter', '-t', String(cluster.pid('n2')), '-n', 'iptables', '-w'] as const;
    execFileSync(inside[0], [...inside.slice(1), '-A', 'INPUT', '-s', '192.0.2.1', '-j', 'DROP']);
    await apply({ cuts: [{ from: 'n1', to: 'n2' }] });
    expect(rules('n2')).toContain(chainOf(runId));
    await apply({});
    expect(rules('n2')).not.toContain(chainOf(runId));
    expect(rules('n2')).toContain('192.0.2.1');
    execFileSync(inside[0], [...inside.slice(1), '-D', 'INPUT', '-s', '192.0.2.1', '-j', 'DROP']);
  });

  test('moves the clock of a running program forth and back, and gives every byte back', async () => {
    const patch = hostVdsoPatch();
    if (typeof patch === 'string') throw new Error(patch);
    const state = await apply({
      clocks: { n1: { offsetMs: 3_600_000, mechanism: 'vdso' }, n2: { offsetMs: -90_500.25, mechanism: 'vdso' } },
    });
    expect(state.clocks['n1']).toMatchObject({ offsetMs: undefined, probe: 'none', written: { processes: 1 } });
    expect(Math.abs((await cluster.offsetMs('n1')) - 3_600_000)).toBeLessThan(TOLERANCE_MS);
    expect(Math.abs((await cluster.offsetMs('n2')) + 90_500)).toBeLessThan(TOLERANCE_MS);
    expect(Math.abs(await cluster.offsetMs('n3'))).toBeLessThan(TOLERANCE_MS);
    await apply({ clocks: { n1: { offsetMs: 1000, mechanism: 'vdso' } } });
    expect(Math.abs((await cluster.offsetMs('n1')) - 1000)).toBeLessThan(TOLERANCE_MS);
    await apply({});
    expect(Math.abs(await cluster.offsetMs('n1'))).toBeLessThan(TOLERANCE_MS);
    for (const node of ['n1', 'n2']) {
      expect(inspectVdso(cluster.pid(node), patch)?.condition).toEqual({ kind: 'clean' });
    }
  });

  test('pauses, and keeps the clock of a paused node to be healed', async () => {
    const state = await apply({ paused: ['n1'], clocks: { n1: { offsetMs: 5000, mechanism: 'vdso' } } });
    expect(state.paused).toEqual({ n1: true, n2: false, n3: false });
    const healed = await apply({});
    expect(healed.paused).toEqual({ n1: false, n2: false, n3: false });
    expect(Math.abs(await cluster.offsetMs('n1'))).toBeLessThan(TOLERANCE_MS);
  });

  test('kills, keeps down, and gives cuts and clock back to the restarted node', async () => {
    const cuts = [{ from: 'n2', to: 'n1' }];
    const clocks = { n1: { offsetMs: 60_000, mechanism: 'vdso' as const } };
    const killed = await apply({ cuts, clocks, killed: ['n1'] });
    expect(killed.running).toEqual({ n1: false, n2: true, n3: true });
    expect(docker('inspect', '-f', '{{.State.ExitCode}}', `${runId}-n1`)).toBe('137');
    const restarted = await apply({ cuts, clocks });
    expect(restarted.running['n1']).toBe(true);
    expect(cutLinks(restarted)).toEqual(['n2>n1']);
    expect(restarted.clocks['n1']?.written?.processes).toBe(1);
    await apply({});
  });

  test('never hurts programs that do nothing but ask for the time', async () => {
    const patch = hostVdsoPatch();
    if (typeof patch === 'string') throw new Error(patch);
    const busy = 'use Time::HiRes qw(time); fork for 1 .. 2; while (1) { time; CORE::time }';
    docker('exec', '--detach', `${runId}-n3`, 'perl', '-e', busy);
    for (let cycle = 1; cycle <= 25; cycle++) {
      const moved = await apply({ clocks: { n3: { offsetMs: cycle * 1000, mechanism: 'vdso' } } });
      expect(moved.clocks['n3']?.written?.processes).toBe(5);
      await apply({});
    }
    const pids = docker('top', `${runId}-n3`, '-eo', 'pid').split('\n').slice(1).map(Number);
    expect(pids).toHaveLength(5);
    for (const pid of pids) expect(inspectVdso(pid, patch)?.condition).toEqual({ kind: 'clean' });
    await apply({ killed: ['n3'] });
    await apply({});
  });

  test('reaches a program that starts while the clock is moved', async () => {
    await apply({ clocks: { n3: { offsetMs: 7_200_000, mechanism: 'vdso' } } });
    const printed = docker('exec', `${runId}-n3`, 'perl', '-e', 'sleep 2; print time');
    expect(Number(printed) - Date.now() / 1000).toBeGreaterThan(7000);
    await apply({});
  });

  test('answers faults of unknown nodes with an error instead of a silent nothing', async () => {
    const state = await agent.apply({ ...NO_FAULTS, killed: ['n9'] }, APPLY_MS);
    expect(state.errors).toEqual([{ node: 'n9', message: 'no such node is attached' }]);
  });

  test('says why a clock cannot be moved by a library that the container does not have', async () => {
    const state = await agent.apply({ ...NO_FAULTS, clocks: { n1: { offsetMs: 1, mechanism: 'faketime' } } }, APPLY_MS);
    expect(state.errors[0]?.message).toContain('started without libfaketime');
    await agent.apply(NO_FAULTS, APPLY_MS);
  });

  test('leaves no journal behind once closed', async () => {
    const own = await startAgent({
      runId: `${runId}-2`,
      nodes: cluster.nodes,
      journalDirectory,
    });
    expect(readdirSync(journalDirectory)).toContain(`${runId}-2.journal`);
    await own.close();
    expect(readdirSync(journalDirectory)).not.toContain(`${runId}-2.journal`);
  });
});
