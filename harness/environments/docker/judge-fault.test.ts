import { describe, expect, test } from 'vitest';
import type { ObservedState } from '../../agent/agent-protocol.ts';
import { NO_FAULTS } from '../../agent/agent-protocol.ts';
import type { ResolvedFault } from '../../kernel/fault.ts';
import type { ClockProbe } from '../../kernel/target.ts';
import type { ClockReadings } from './clock-readings.ts';
import { desiredState } from './docker-faults.ts';
import { judgeHealing, judgeInjection, type Evidence } from './judge-fault.ts';

const NOTHING: ObservedState = {
  cuts: [],
  clocks: {},
  paused: {},
  running: {},
  errors: [],
  timings: { applyMs: 1, probeMs: 1 },
};

function evidence(state: Partial<ObservedState>, active: readonly ResolvedFault[], clocks?: ClockReadings): Evidence {
  return {
    state: { ...NOTHING, ...state },
    clocks,
    desired: desiredState(active, 'vdso'),
    nodes: ['n1', 'n2', 'n3'],
    firstSeenNs: 1,
    lastSeenNs: 2,
  };
}

const partition: ResolvedFault = {
  id: 'p',
  kind: 'partition',
  cut: [
    { from: 'n1', to: 'n2' },
    { from: 'n2', to: 'n1' },
  ],
};
const kill: ResolvedFault = { id: 'k', kind: 'kill', nodes: ['n1', 'n2'] };
const pause: ResolvedFault = { id: 's', kind: 'pause', nodes: ['n1'] };

function links(first: boolean, second: boolean): ObservedState['cuts'] {
  return [
    { from: 'n1', to: 'n2', cut: first },
    { from: 'n2', to: 'n1', cut: second },
  ];
}

describe('a partition', () => {
  test.each([
    ['effective', links(true, true)],
    ['partial', links(true, false)],
    ['ineffective', links(false, false)],
    ['partial', links(true, true).slice(1)],
    ['unverified', []],
  ] as const)('is %s', (phase, cuts) => {
    expect(judgeInjection(partition, evidence({ cuts }, [partition])).phase).toBe(phase);
  });

  test.each([
    ['healed', links(false, false)],
    ['heal-failed', links(true, false)],
    ['unverified', links(false, false).slice(1)],
  ] as const)('when it ends is %s', (phase, cuts) => {
    expect(judgeHealing(partition, evidence({ cuts }, [])).phase).toBe(phase);
  });

  test('is healed even where another partition keeps one of its links cut', () => {
    const other: ResolvedFault = { id: 'q', kind: 'partition', cut: [{ from: 'n1', to: 'n2' }] };
    expect(judgeHealing(partition, evidence({ cuts: links(true, false) }, [other])).phase).toBe('healed');
  });
});

describe('a fault that ends while its node is down', () => {
  const down = { running: { n1: true, n2: false } };

  test('is gone with the node: links and clocks', () => {
    expect(judgeHealing(partition, evidence(down, [kill]))).toMatchObject({ phase: 'healed' });
    const clock: ResolvedFault = { id: 'c', kind: 'clock', nodes: ['n2'], offsetMs: 5_000 };
    const noReading = { probe: undefined, offsetsMs: {}, errorMs: {} };
    expect(judgeHealing(clock, evidence(down, [kill], noReading))).toMatchObject({ phase: 'healed' });
    expect(judgeHealing(clock, evidence({ running: { n2: true } }, [], noReading)).phase).toBe('unverified');
  });

  test('and that comes back with a link still cut was not healed', () => {
    const back = { running: { n1: true, n2: true }, cuts: links(true, false) };
    expect(judgeHealing(kill, evidence(back, [])).phase).toBe('heal-failed');
    expect(judgeHealing(kill, evidence(back, [partition])).phase).toBe('healed');
  });
});

describe('kill and pause', () => {
  test('are judged by the state of the processes', () => {
    const down = { running: { n1: false, n2: false } };
    expect(judgeInjection(kill, evidence(down, [kill])).phase).toBe('effective');
    expect(judgeInjection(kill, evidence({ running: { n1: false, n2: true } }, [kill])).phase).toBe('partial');
    expect(judgeHealing(kill, evidence(down, [])).phase).toBe('heal-failed');
    expect(judgeHealing(kill, evidence({ running: { n1: true, n2: true } }, [])).phase).toBe('healed');
    expect(judgeInjection(pause, evidence({ paused: { n1: true } }, [pause])).phase).toBe('effective');
    expect(judgeInjection(pause, evidence({ paused: { n1: false } }, [pause])).phase).toBe('ineffective');
    expect(judgeHealing(pause, evidence({ paused: { n1: false } }, [])).phase).toBe('healed');
  });

  test('errors of the agent are told', () => {
    const state = { paused: {}, errors: [{ node: 'n1', message: 'no such container' }] };
    const { phase, detail } = judgeInjection(pause, evidence(state, [pause]));
    expect({ phase, detail }).toEqual({
      phase: 'unverified',
      detail: 'n1 state unknown; n1: no such container',
    });
  });
});

describe('a clock fault', () => {
  const step = (offsetMs: number): ResolvedFault => ({ id: 'c', kind: 'clock', nodes: ['n1'], offsetMs });
  const probe = (kind: ClockProbe['kind'], resolutionMs: number): ClockProbe => ({
    kind,
    name: 'the-probe',
    resolutionMs,
    read: () => Promise.resolve(0),
  });
  const reading = (kind: ClockProbe['kind'], resolutionMs: number, offset: number, error: number): ClockReadings => ({
    probe: probe(kind, resolutionMs),
    offsetsMs: { n1: offset },
    errorMs: { n1: error },
  });

  test.each([
    ['effective', 60_000, 60_001, 2],
    ['effective', -500, -499, 2],
    ['ineffective', 60_000, 1, 2],
    ['ineffective', 60_000, 30_000, 2],
  ])('read to the millisecond is %s for %d ms when %d is read', (phase, offsetMs, measured, error) => {
    const fault = step(offsetMs);
    const observed = judgeInjection(fault, evidence({}, [fault], reading('self-report', 1, measured, error)));
    expect(observed).toMatchObject({ phase, probe: 'the-probe', resolution: '1 ms', clockOffsetsMs: { n1: measured } });
  });

  test('below the resolution of its probe is unverified, whatever was read', () => {
    const fault = step(900);
    for (const measured of [0, 900]) {
      expect(judgeInjection(fault, evidence({}, [fault], reading('coarse', 1_000, measured, 502))).phase).toBe(
        'unverified',
      );
    }
  });

  test('that a slow answer cannot tell from none is unverified', () => {
    const fault = step(50);
    expect(judgeInjection(fault, evidence({}, [fault], reading('self-report', 1, 40, 300))).phase).toBe('unverified');
  });

  test('without a probe is unverified and names what the mechanism holds', () => {
    const fault = step(5_000);
    const written = { mechanism: 'vdso', processes: 1, offsetMs: 5_000 } as const;
    const clocks = { n1: { offsetMs: undefined, probe: 'none', resolutionMs: 0, written } };
    const observed = judgeInjection(
      fault,
      evidence({ clocks }, [fault], { probe: undefined, offsetsMs: {}, errorMs: {} }),
    );
    expect(observed).toMatchObject({ phase: 'unverified', probe: 'none' });
    expect(observed.detail).toContain('vdso holds 5000 ms');
  });

  test('is healed when the clock reads true again, or as another fault wants it', () => {
    const fault = step(5_000);
    expect(judgeHealing(fault, evidence({}, [], reading('self-report', 1, 1, 2))).phase).toBe('healed');
    expect(judgeHealing(fault, evidence({}, [], reading('self-report', 1, 5_000, 2))).phase).toBe('heal-failed');
    const other: ResolvedFault = { ...step(-700), id: 'd' };
    expect(judgeHealing(fault, evidence({}, [other], reading('self-report', 1, -700, 2))).phase).toBe('healed');
  });
});

describe('overlapping faults are one desired state', () => {
  test('links are cut once, steps add up, the dead are not paused', () => {
    const faults: readonly ResolvedFault[] = [
      partition,
      { id: 'q', kind: 'partition', cut: [{ from: 'n1', to: 'n2' }] },
      { id: 'c', kind: 'clock', nodes: ['n1', 'n2'], offsetMs: 1_000 },
      { id: 'd', kind: 'clock', nodes: ['n2'], offsetMs: -300, mechanism: 'faketime' },
      { id: 's', kind: 'pause', nodes: ['n2', 'n3'] },
      { id: 'k', kind: 'kill', nodes: ['n2'] },
    ];
    expect(desiredState(faults, 'vdso')).toEqual({
      cuts: partition.cut,
      clocks: { n1: { offsetMs: 1_000, mechanism: 'vdso' }, n2: { offsetMs: 700, mechanism: 'faketime' } },
      paused: ['n3'],
      killed: ['n2'],
    });
    expect(desiredState([], 'faketime')).toEqual(NO_FAULTS);
  });
});
