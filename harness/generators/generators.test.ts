import { describe, expect, it } from 'vitest';
import type { FaultSchedule } from '../kernel/fault.ts';
import type { Generator } from '../kernel/generator.ts';
import {
  chain,
  clients,
  delay,
  each,
  eachProcess,
  eachWorker,
  flipFlop,
  limit,
  mix,
  nemesis,
  once,
  perKey,
  phases,
  rate,
  reserve,
  scripted,
  sequence,
  sleep,
  timeLimit,
  together,
  untilOk,
} from './index.ts';
import { FLAKY, PERFECT, SILENT, simulate, type SimulatedWorld } from './simulate.ts';

const read = { f: 'read', value: null };
const reads: Generator = each(() => read);
const writes: Generator = each((ctx) => ({ f: 'write', value: ctx.sequence }));

/** Invocations as `time process f value`, which reads like a schedule. */
function schedule(generator: Generator, world: Partial<SimulatedWorld> = {}): string[] {
  const { entries } = simulate(generator, { concurrency: 2, ...PERFECT, operationsMax: 200, ...world });
  return entries
    .filter((op) => op.type === 'invoke')
    .map(
      (op) =>
        `${op.timeNs / 1e6} p${op.process} ${op.f}${op.key === undefined ? '' : ` ${op.key}`} ${JSON.stringify(op.value)}`,
    );
}

describe('limits', () => {
  it('limit gives so many operations and then ends', () => {
    expect(schedule(limit(3, reads))).toEqual(['0 p0 read null', '0 p1 read null', '10 p0 read null']);
  });

  it('timeLimit counts from the first operation and lets the last ones finish', () => {
    const late = chain(sleep(100), timeLimit(25, reads));
    expect(schedule(late, { concurrency: 1 })).toEqual(['100 p0 read null', '110 p0 read null', '120 p0 read null']);
  });

  it('timeLimit ends a generator that has nothing to do', () => {
    const idle: Generator = { draw: () => ({ kind: 'pending', scope: 'all', next: idle }) };
    const { entries } = simulate(chain(timeLimit(50, idle), once(read)), { concurrency: 1, ...PERFECT });
    expect(entries[0]?.timeNs).toBe(50e6);
  });
});

describe('pacing', () => {
  it('delay leaves exactly the gap, over all workers together', () => {
    expect(schedule(limit(4, delay(7, reads)))).toEqual([
      '0 p0 read null',
      '7 p1 read null',
      '14 p0 read null',
      '21 p1 read null',
    ]);
  });

  it('rate reaches its mean over a long run', () => {
    const count = schedule(timeLimit(10_000, rate(200, reads)), { concurrency: 10, operationsMax: 10_000 }).length;
    expect(count).toBeGreaterThan(1850);
    expect(count).toBeLessThan(2150);
  });
});

describe('composition', () => {
  it('phases wait for everything in flight, chain does not', () => {
    const world = { latencyMs: (op: { process: number }) => (op.process === 0 ? 50 : 10) };
    expect(schedule(phases(limit(2, reads), limit(2, writes)), world)).toEqual([
      '0 p0 read null',
      '0 p1 read null',
      '50 p1 write 1',
      '50 p0 write 1',
    ]);
    expect(schedule(chain(limit(2, reads), limit(1, writes)), world)).toContain('10 p1 write 1');
  });

  it('mix follows its weights and drops what has ended', () => {
    const mixed = schedule(
      limit(
        2000,
        mix([
          { weight: 3, of: reads },
          { weight: 1, of: writes },
        ]),
      ),
      { operationsMax: 9000 },
    );
    const readShare = mixed.filter((line) => line.includes('read')).length / mixed.length;
    expect(readShare).toBeGreaterThan(0.7);
    expect(readShare).toBeLessThan(0.8);
    expect(
      schedule(
        mix([
          { weight: 1, of: limit(1, reads) },
          { weight: 1, of: limit(2, writes) },
        ]),
      ),
    ).toHaveLength(3);
  });

  it('flipFlop takes turns', () => {
    const ops = schedule(limit(4, flipFlop(reads, writes)), { concurrency: 1 });
    expect(ops.map((line) => line.split(' ')[2])).toEqual(['read', 'write', 'read', 'write']);
  });

  it('reserve sets workers apart', () => {
    const ops = schedule(limit(40, reserve([{ workers: 1, of: writes }], reads)), { concurrency: 3 });
    expect(ops.filter((line) => line.includes('write')).every((line) => line.includes(' p0 '))).toBe(true);
    expect(ops.filter((line) => line.includes('read')).every((line) => !line.includes(' p0 '))).toBe(true);
    expect(schedule(reserve([{ workers: 1, of: limit(2, writes) }], limit(3, reads)))).toHaveLength(5);
  });

  it('together ends when all have ended, and passes over those that wait', () => {
    expect(schedule(together(limit(1, reads), limit(2, writes)))).toHaveLength(3);
  });

  it('sequence gives its operations in order', () => {
    expect(schedule(sequence([read, { f: 'write', value: 9 }]))).toEqual(['0 p0 read null', '0 p1 write 9']);
  });
});

describe('events', () => {
  it('untilOk repeats until an answer, one at a time', () => {
    let asked = 0;
    const ops = schedule(untilOk(reads), { outcome: () => (++asked === 3 ? 'ok' : 'fail') });
    expect(ops).toEqual(['0 p0 read null', '10 p1 read null', '20 p0 read null']);
  });

  it('untilOk goes on under the new process after an indeterminate answer', () => {
    let asked = 0;
    const ops = schedule(untilOk(reads), { concurrency: 1, outcome: () => (++asked === 2 ? 'ok' : 'info') });
    expect(ops).toEqual(['0 p0 read null', '10 p1 read null']);
  });

  it('eachWorker gives every worker its own copy; eachProcess a new one after a crash', () => {
    expect(schedule(eachWorker(() => limit(1, reads)))).toEqual(['0 p0 read null', '0 p1 read null']);
    const crashing = simulate(
      limit(
        5,
        eachProcess(() => limit(1, reads)),
      ),
      { concurrency: 1, ...SILENT },
    );
    expect(crashing.entries.filter((op) => op.type === 'invoke').map((op) => op.process)).toEqual([0, 1, 2, 3, 4]);
  });
});

describe('keys', () => {
  it('rotates keys by how much each worker did, whatever the others do', () => {
    const plan = { keys: 2, opsPerKey: 4 };
    const keyed = perKey(plan, (_key, _group, ctx) => ({ f: 'write', value: ctx.sequence }));
    const opsOf = (world: Partial<SimulatedWorld>): string[] =>
      schedule(limit(64, keyed), { concurrency: 4, ...world })
        .filter((line) => line.includes(' p0 '))
        .slice(0, 6)
        .map((line) => line.split(' ').slice(2).join(' '));
    const even = opsOf({});
    const uneven = opsOf({ latencyMs: (op) => (op.process === 0 ? 10 : 35) });
    expect(even).toEqual(['write k0 0', 'write k0 1', 'write k2 2', 'write k2 3', 'write k4 4', 'write k4 5']);
    expect(uneven).toEqual(even);
    const tooMany = perKey({ keys: 5, opsPerKey: 4 }, () => ({ f: 'write', value: 1 }));
    expect(() => simulate(limit(1, tooMany), { concurrency: 4, ...PERFECT })).toThrow('expected 1 to 4 keys');
  });
});

describe('routing', () => {
  it('gives fault actions to the nemesis and operations to clients', () => {
    const planned: FaultSchedule[number] = {
      id: 'kill-1',
      startNs: 15e6,
      durationNs: 10e6,
      spec: { kind: 'kill', select: 'one' },
    };
    const action = { action: 'start', fault: planned } as const;
    const onceAt: Generator = {
      draw: (ctx) =>
        ctx.nowNs < 15e6
          ? { kind: 'pending', scope: 'all', untilNs: 15e6, next: onceAt }
          : { kind: 'fault', action, next: { draw: () => ({ kind: 'done' }) } },
    };
    const { entries, faults } = simulate(together(clients(limit(4, reads)), nemesis(onceAt)), {
      concurrency: 1,
      ...PERFECT,
    });
    expect(faults).toEqual([{ timeMs: 15, action }]);
    expect(entries.filter((op) => op.type === 'invoke')).toHaveLength(4);
  });
});

describe('scripts', () => {
  it('repeat a recorded run: same workers, same operations, same times', () => {
    const original = simulate(limit(30, rate(100, writes)), { concurrency: 3, ...FLAKY, seed: 5 });
    const invocations = original.entries.filter((op) => op.type === 'invoke');
    const script = invocations.map((op) => ({ worker: op.process % 3, atNs: op.timeNs, f: op.f, value: op.value }));
    const replayed = simulate(scripted(script), { concurrency: 3, ...FLAKY, seed: 5 });
    expect(replayed.entries).toEqual(original.entries);
  });
});

describe('purity', () => {
  it('drawing twice from the same generator gives the same operation', () => {
    const generator = rate(
      50,
      mix([
        { weight: 1, of: reads },
        { weight: 1, of: writes },
      ]),
    );
    const play = (): string[] => schedule(limit(50, generator), { ...FLAKY, seed: 3 });
    expect(play()).toEqual(play());
  });
});
