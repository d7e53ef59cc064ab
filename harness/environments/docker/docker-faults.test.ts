import { describe, expect, test } from 'vitest';
import type { DesiredState, ObservedState } from '../../agent/agent-protocol.ts';
import type { FaultPort } from '../../kernel/environment.ts';
import type { FaultObservation, ResolvedFault } from '../../kernel/fault.ts';
import { RealTimeScheduler } from '../real-time.ts';
import { dockerFaults } from './docker-faults.ts';

const NODES = ['n1', 'n2', 'n3'];

/** An agent that does what it is told, one change at a time. */
function obedientAgent(applied: DesiredState[], delayMs = 0): { apply(desired: DesiredState): Promise<ObservedState> } {
  let busy = false;
  return {
    async apply(desired) {
      expect(busy).toBe(false);
      busy = true;
      applied.push(desired);
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      busy = false;
      return {
        cuts: desired.cuts.map((link) => ({ ...link, cut: true })),
        clocks: {},
        paused: Object.fromEntries(NODES.map((node) => [node, desired.paused.includes(node)])),
        running: Object.fromEntries(NODES.map((node) => [node, !desired.killed.includes(node)])),
        errors: [],
        timings: { applyMs: 0, probeMs: 0 },
      };
    },
  };
}

function port(agent: Parameters<typeof dockerFaults>[0]['agent'], time = new RealTimeScheduler()): FaultPort {
  return dockerFaults({
    agent,
    target: {},
    clockMechanism: 'vdso',
    addresses: new Map(NODES.map((node) => [node, '127.0.0.1'])),
    time,
    signal: new AbortController().signal,
    wallNowMs: Date.now,
  });
}

const inject = (faults: FaultPort, fault: ResolvedFault): Promise<FaultObservation> =>
  new Promise((resolve) => faults.inject(fault, resolve));
const heal = (faults: FaultPort, id: string): Promise<FaultObservation> =>
  new Promise((resolve) => faults.heal(id, resolve));

const kill = (id: string, node: string): ResolvedFault => ({ id, kind: 'kill', nodes: [node] });

describe('the fault port of docker', () => {
  test('merges what is active, and heals one fault at a time', async () => {
    const applied: DesiredState[] = [];
    const faults = port(obedientAgent(applied));
    expect((await inject(faults, kill('a', 'n1'))).phase).toBe('effective');
    expect((await inject(faults, { id: 'b', kind: 'pause', nodes: ['n2'] })).phase).toBe('effective');
    expect((await heal(faults, 'a')).phase).toBe('healed');
    expect(applied.map(({ killed, paused }) => ({ killed, paused }))).toEqual([
      { killed: ['n1'], paused: [] },
      { killed: ['n1'], paused: ['n2'] },
      { killed: [], paused: ['n2'] },
    ]);
  });

  test('changes of one moment are made at once, those during a change together after it', async () => {
    const applied: DesiredState[] = [];
    const faults = port(obedientAgent(applied, 10));
    const first = [inject(faults, kill('a', 'n1')), inject(faults, kill('b', 'n2'))];
    await new Promise((resolve) => setTimeout(resolve, 2));
    const later = [heal(faults, 'a'), heal(faults, 'b'), inject(faults, kill('c', 'n3'))];
    const phases = (await Promise.all([...first, ...later])).map(({ phase }) => phase);
    expect(applied.map(({ killed }) => killed)).toEqual([['n1', 'n2'], ['n3']]);
    expect(phases).toEqual(['effective', 'effective', 'healed', 'healed', 'effective']);
  });

  test('an agent that is gone leaves injection unverified and healing failed', async () => {
    const faults = port({ apply: () => Promise.reject(new Error('the agent is gone')) });
    expect(await inject(faults, kill('a', 'n1'))).toMatchObject({ phase: 'unverified', detail: 'the agent is gone' });
    expect(await heal(faults, 'a')).toMatchObject({ phase: 'heal-failed', detail: 'the agent is gone' });
  });

  test('healing what is not active is a failed heal', async () => {
    expect((await heal(port(obedientAgent([])), 'nope')).phase).toBe('heal-failed');
  });

  test('a target without primaries and without a clock probe answers nothing', async () => {
    const faults = port(obedientAgent([]));
    expect(await new Promise((resolve) => faults.primaries(resolve))).toEqual([]);
    expect(await new Promise((resolve) => faults.clockOffsetsMs(resolve))).toEqual({});
  });

  test.each<readonly [string, (faults: FaultPort, done: () => never) => void]>([
    ['inject', (faults, done) => faults.inject(kill('a', 'n1'), done)],
    ['heal', (faults, done) => faults.heal('nope', done)],
    ['primaries', (faults, done) => faults.primaries(done)],
    ['clockOffsetsMs', (faults, done) => faults.clockOffsetsMs(done)],
  ])('what the callback of %s throws ends the run', async (_name, ask) => {
    const time = new RealTimeScheduler();
    const driven = time.drive(() => false, AbortSignal.timeout(5_000));
    ask(port(obedientAgent([]), time), () => {
      throw new Error('the disk is full');
    });
    await expect(driven).rejects.toThrow('the disk is full');
    time.stop();
  });
});
