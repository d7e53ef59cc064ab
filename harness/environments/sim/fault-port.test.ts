import { describe, expect, it } from 'vitest';
import type { FaultObservation, ResolvedFault } from '../../kernel/fault.ts';
import type { NodeId } from '../../kernel/node.ts';
import { randomOf } from '../../kernel/random.ts';
import { simulate, targetOf } from '../testing/one-protocol.ts';
import { EventQueue } from './event-queue.ts';
import { SimFaultPort } from './fault-port.ts';
import { SimMachine } from './machine.ts';
import { SimNetwork } from './network.ts';
import { SimProbes } from './probes.ts';
import { DEFAULT_SETTINGS } from './settings.ts';
import { VirtualScheduler } from './virtual-scheduler.ts';

const BOTH_WAYS = [
  { from: 'n1', to: 'n2' },
  { from: 'n2', to: 'n1' },
];
const FAULTS: readonly ResolvedFault[] = [
  { id: 'p', kind: 'partition', cut: BOTH_WAYS },
  { id: 'k', kind: 'kill', nodes: ['n1'] },
  { id: 'z', kind: 'pause', nodes: ['n1'] },
  { id: 'c', kind: 'clock', nodes: ['n1'], offsetMs: 5_000 },
];

/** A cluster whose faults act on one world while the probes look at another: no fault ever takes effect. */
function disconnected(): { readonly time: VirtualScheduler; readonly port: SimFaultPort } {
  const time = new VirtualScheduler(new EventQueue(), async () => undefined);
  const world = (seed: number): { network: SimNetwork; machines: Map<NodeId, SimMachine> } => {
    const random = randomOf(seed);
    const network = new SimNetwork(['n1', 'n2'], DEFAULT_SETTINGS, time, random);
    const protocol = targetOf(() => undefined).sim!.protocol;
    const around = {
      protocol,
      mutant: undefined,
      scheduler: time,
      network,
      observer: undefined,
      messageObserver: undefined,
      deliver: () => false,
      settings: DEFAULT_SETTINGS,
    };
    const machines = new Map(
      ['n1', 'n2'].map((node) => [
        node,
        new SimMachine(node, [node === 'n1' ? 'n2' : 'n1'], around, random.fork(node)),
      ]),
    );
    for (const machine of machines.values()) machine.boot();
    return { network, machines };
  };
  const acted = world(1);
  const seen = world(2);
  const probes = new SimProbes(time, seen.network, seen.machines, DEFAULT_SETTINGS);
  return { time, port: new SimFaultPort(time, acted.network, acted.machines, probes) };
}

describe('SimFaultPort', () => {
  it.each(FAULTS)('does not call a $kind effective that the probes do not see', async (fault) => {
    const { time, port } = disconnected();
    let observation: FaultObservation | undefined;
    time.at(100e6, () => port.inject(fault, (seen) => (observation = seen)));
    await time.drive(() => observation !== undefined, new AbortController().signal);
    expect(observation).toMatchObject({ phase: 'ineffective' });
  });

  it('does not call a clock healed that the probe still sees off', async () => {
    const { time, port } = disconnected();
    let observation: FaultObservation | undefined;
    const fault = FAULTS[3]!;
    port.inject(fault, () => port.heal(fault.id, (seen) => (observation = seen)));
    await time.drive(() => observation !== undefined, new AbortController().signal);
    expect(observation).toMatchObject({ phase: 'heal-failed' });
  });

  it('tells a lossy link from a cut one', async () => {
    for (let seed = 0; seed < 20; seed++) {
      const { driver } = await simulate(
        targetOf(() => undefined),
        { seed, settings: { loss: [3, 10] } },
      );
      expect(await driver.inject(FAULTS[0]!)).toMatchObject({ phase: 'effective' });
      expect(await driver.heal('p')).toMatchObject({ phase: 'healed' });
    }
  });

  it('says that it cannot tell where links are slower than a probe may wait', async () => {
    const settings = { latencyMinMs: 5_000, latencyMeanMs: 60_000 };
    const { driver } = await simulate(
      targetOf(() => undefined),
      { settings },
    );
    expect(await driver.inject(FAULTS[0]!)).toMatchObject({ phase: 'unverified' });
  });

  it('keeps a node down until the last kill is healed, and says who holds it', async () => {
    const { driver } = await simulate(targetOf(() => undefined));
    await driver.inject({ id: 'one', kind: 'kill', nodes: ['n1'] });
    await driver.inject({ id: 'two', kind: 'kill', nodes: ['n1', 'n2'] });
    expect(await driver.heal('one')).toMatchObject({ phase: 'healed', detail: 'n1 down, still held by two' });
    expect(await driver.open('n1')).toMatchObject({ error: { code: 'not-sent' } });
    expect(await driver.heal('two')).toMatchObject({ phase: 'healed', detail: 'n1 running; n2 running' });
  });

  it('adds up the steps of overlapping clock faults and takes back each', async () => {
    const { driver } = await simulate(
      targetOf(() => undefined),
      { settings: { clockDriftMaxPpm: 0 } },
    );
    const offset = async (): Promise<number> => (await driver.clockOffsetsMs())['n1'] ?? NaN;
    await driver.inject({ id: 'a', kind: 'clock', nodes: ['n1'], offsetMs: 10_000 });
    await driver.inject({ id: 'b', kind: 'clock', nodes: ['n1'], offsetMs: -3_000 });
    expect(await offset()).toBe(7_000);
    expect(await driver.heal('a')).toMatchObject({ phase: 'healed', clockOffsetsMs: { n1: -3_000 } });
    expect(await driver.heal('b')).toMatchObject({ phase: 'healed', clockOffsetsMs: { n1: 0 } });
  });

  it('does not call a step effective that is smaller than the probe can see', async () => {
    const { driver } = await simulate(targetOf(() => undefined));
    const fault: ResolvedFault = { id: 'c', kind: 'clock', nodes: ['n1'], offsetMs: 1 };
    expect(await driver.inject(fault)).toMatchObject({ phase: 'unverified', resolution: '1 ms' });
  });

  it('calls a pause of a dead node ineffective, and of a half-dead pair partial', async () => {
    const { driver } = await simulate(targetOf(() => undefined));
    await driver.inject({ id: 'k', kind: 'kill', nodes: ['n1'] });
    expect(await driver.inject({ id: 'z', kind: 'pause', nodes: ['n1'] })).toMatchObject({ phase: 'ineffective' });
    expect(await driver.inject({ id: 'y', kind: 'pause', nodes: ['n1', 'n2'] })).toMatchObject({ phase: 'partial' });
    for (const id of ['z', 'y', 'k']) expect(await driver.heal(id)).toMatchObject({ phase: 'healed' });
  });
});
