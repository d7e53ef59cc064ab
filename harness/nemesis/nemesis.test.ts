import { describe, expect, it } from 'vitest';
import type { FaultPort } from '../kernel/environment.ts';
import type { FaultEvent, FaultObservation, PlannedFault, ResolvedFault } from '../kernel/fault.ts';
import { nodeNames } from '../kernel/node.ts';
import { randomOf } from '../kernel/random.ts';
import type { Scheduler } from '../kernel/scheduler.ts';
import { Nemesis } from './nemesis.ts';

/** Faults that take effect when the test says so. */
class ManualFaults implements FaultPort {
  readonly injected: ResolvedFault[] = [];
  readonly calls: string[] = [];
  #finish: (() => void)[] = [];

  inject(fault: ResolvedFault, done: (observation: FaultObservation) => void): void {
    this.injected.push(fault);
    this.calls.push(`inject ${fault.id}`);
    this.#finish.push(() => done(observation('effective')));
  }

  heal(faultId: string, done: (observation: FaultObservation) => void): void {
    this.calls.push(`heal ${faultId}`);
    this.#finish.push(() => done(observation('healed')));
  }

  primaries(done: (nodes: readonly string[]) => void): void {
    done(['n3']);
  }

  clockOffsetsMs(done: (offsets: Readonly<Record<string, number>>) => void): void {
    done({});
  }

  finishOne(): void {
    this.#finish.shift()?.();
  }
}

function observation(phase: FaultObservation['phase']): FaultObservation {
  return { phase, probe: 'test', firstSeenNs: 1, lastSeenNs: 2, detail: 'seen' };
}

const time: Scheduler = {
  nowNs: () => 5,
  at: () => 0,
  cancel: () => undefined,
  drive: () => Promise.resolve(),
  wake: () => undefined,
};

const partition: PlannedFault = {
  id: 'partition-1',
  startNs: 0,
  durationNs: 1,
  spec: { kind: 'partition', shape: 'primaries' },
};

function start(): { faults: ManualFaults; nemesis: Nemesis; events: FaultEvent[] } {
  const faults = new ManualFaults();
  const events: FaultEvent[] = [];
  const nemesis = new Nemesis({
    faults,
    time,
    nodes: nodeNames(3),
    random: randomOf(1),
    record: (event) => events.push(event),
  });
  return { faults, nemesis, events };
}

describe('Nemesis', () => {
  it('records the life of a fault and aims at who is primary now', () => {
    const { faults, nemesis, events } = start();
    nemesis.start({ action: 'start', fault: partition }, () => undefined);
    faults.finishOne();
    nemesis.start({ action: 'stop', faultId: 'partition-1' }, () => undefined);
    faults.finishOne();
    expect(events.map((event) => event.phase)).toEqual(['requested', 'effective', 'healing', 'healed']);
    expect(faults.injected[0]).toMatchObject({ kind: 'partition', cut: [{ from: 'n3', to: 'n1' }, {}, {}, {}] });
  });

  it('never heals a fault while it is still being injected', () => {
    const { faults, nemesis, events } = start();
    nemesis.start({ action: 'start', fault: partition }, () => undefined);
    let stopped = false;
    nemesis.start({ action: 'stop', faultId: 'partition-1' }, () => (stopped = true));
    expect(faults.calls).toEqual(['inject partition-1']);
    faults.finishOne();
    expect(faults.calls).toEqual(['inject partition-1', 'heal partition-1']);
    faults.finishOne();
    expect(stopped).toBe(true);
    expect(events.map((event) => event.phase)).toEqual(['requested', 'effective', 'healing', 'healed']);
  });

  it('healAll heals everything that is on, once', () => {
    const { faults, nemesis } = start();
    nemesis.start({ action: 'start', fault: partition }, () => undefined);
    nemesis.start({ action: 'start', fault: { ...partition, id: 'partition-2' } }, () => undefined);
    faults.finishOne();
    let healed = false;
    nemesis.healAll(() => (healed = true));
    // The stop of the schedule may come while everything is being healed.
    let stopDone = false;
    nemesis.start({ action: 'stop', faultId: 'partition-1' }, () => (stopDone = true));
    expect({ healed, stopDone }).toEqual({ healed: false, stopDone: false });
    for (let step = 0; step < 5; step++) faults.finishOne();
    expect({ healed, stopDone }).toEqual({ healed: true, stopDone: true });
    expect(faults.calls.filter((call) => call.startsWith('heal')).sort()).toEqual([
      'heal partition-1',
      'heal partition-2',
    ]);
  });

  it('uses what a recorded run resolved instead of resolving anew', () => {
    const { faults, nemesis } = start();
    const resolved: ResolvedFault = { id: 'partition-1', kind: 'partition', cut: [{ from: 'n1', to: 'n2' }] };
    nemesis.start({ action: 'start', fault: { ...partition, resolved } }, () => undefined);
    expect(faults.injected).toEqual([resolved]);
  });
});
