import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FAULT_KINDS, type FaultKind, type FaultSchedule, type Tempo } from '../kernel/fault.ts';
import { nodeNames } from '../kernel/node.ts';
import { randomOf } from '../kernel/random.ts';
import { planFaults } from './plan-faults.ts';

function plan(kinds: readonly FaultKind[], seed: number, timeLimitMs = 60_000, tempo: Tempo = 'steady'): FaultSchedule {
  return planFaults({
    kinds,
    nodes: nodeNames(5),
    timeLimitMs,
    faultModel: { kinds, clockOffsetMsMax: 3_600_000, survivesKillOfAll: true },
    hasPrimaries: true,
    clockResolutionMs: 1000,
    tempo,
    random: randomOf(seed),
  });
}

const anySeed = fc.integer({ min: 0, max: 1e9 });

describe('planFaults', () => {
  it('is a pure function of the seed, and different seeds differ', () => {
    expect(plan(FAULT_KINDS, 4)).toEqual(plan(FAULT_KINDS, 4));
    expect(plan(FAULT_KINDS, 4)).not.toEqual(plan(FAULT_KINDS, 5));
  });

  it('adding a kind shifts no other', () => {
    fc.assert(
      fc.property(anySeed, (seed) => {
        const alone = plan(['partition'], seed);
        const together = plan(['kill', 'partition', 'clock'], seed).filter((fault) => fault.spec.kind === 'partition');
        expect(together).toEqual(alone);
      }),
      { numRuns: 50 },
    );
  });

  it('gives every kind at least once, ends within the run, and never overlaps a kind with itself', () => {
    fc.assert(
      fc.property(anySeed, fc.integer({ min: 1_000, max: 600_000 }), (seed, timeLimitMs) => {
        const schedule = plan(FAULT_KINDS, seed, timeLimitMs);
        for (const kind of FAULT_KINDS) {
          const own = schedule.filter((fault) => fault.spec.kind === kind);
          expect(own.length).toBeGreaterThan(0);
          let freeNs = 0;
          for (const fault of own) {
            expect(fault.startNs).toBeGreaterThanOrEqual(freeNs);
            freeNs = fault.startNs + fault.durationNs;
          }
          expect(freeNs).toBeLessThanOrEqual(timeLimitMs * 1e6);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('isolates the primary at least twice for 15 s in a run of 90 s', () => {
    for (let seed = 0; seed < 200; seed++) {
      const isolations = plan(['partition'], seed, 90_000).filter(
        ({ spec, durationNs }) => spec.kind === 'partition' && spec.shape === 'primaries' && durationNs >= 15e9,
      );
      expect(isolations.length).toBeGreaterThanOrEqual(2);
    }
  });

  it('begins with a clock step that the probe can see', () => {
    for (let seed = 0; seed < 200; seed++) {
      const [first] = plan(['clock'], seed);
      expect(first?.spec.kind === 'clock' && Math.abs(first.spec.offsetMs)).toBeGreaterThanOrEqual(10_000);
    }
  });

  it('in a storm the primary is lost again and again, for less time than an election takes to settle', () => {
    for (let seed = 0; seed < 50; seed++) {
      const partitions = plan(['partition'], seed, 60_000, 'storm');
      const aimed = partitions.filter(({ spec }) => spec.kind === 'partition' && spec.shape === 'primaries');
      expect(aimed.length).toBeGreaterThanOrEqual(15);
      for (const { durationNs } of partitions) expect(durationNs).toBeLessThanOrEqual(2.5e9);
    }
  });

  it('in a swarm every kind keeps a rhythm of its own, drawn from the seed', () => {
    const rhythms = new Set<string>();
    for (let seed = 0; seed < 50; seed++) {
      const schedule = plan(FAULT_KINDS, seed, 60_000, 'swarm');
      rhythms.add(
        FAULT_KINDS.map((kind) => (schedule.filter(({ spec }) => spec.kind === kind).length > 9 ? 's' : '-')).join(''),
      );
    }
    expect(rhythms.size).toBeGreaterThanOrEqual(12);
  });
});
