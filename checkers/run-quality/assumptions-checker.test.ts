import { describe, expect, it } from 'vitest';
import type { FaultEvent, FaultPhase } from '../../harness/kernel/fault.ts';
import { contextWith, sketch, type SketchedOp } from '../testing/sketch.ts';
import { assumptionsChecker } from './assumptions-checker.ts';

/** `rounds` rounds of a write by process 0 that overlaps with a read by process 1. */
function load(rounds: number, more: Partial<SketchedOp> = {}): SketchedOp[] {
  return Array.from({ length: rounds }, (_, round): SketchedOp[] => [
    { process: 0, f: 'write', input: round, from: round * 10, to: round * 10 + 5, ...more },
    { process: 1, f: 'read', output: round, from: round * 10 + 1, to: round * 10 + 6, ...more },
  ]).flat();
}

function fault(phase: FaultPhase, fromMs: number, toMs: number): FaultEvent {
  const observed = phase === 'effective' || phase === 'partial' || phase === 'ineffective';
  return {
    faultId: 'f1',
    kind: 'partition',
    phase,
    timeNs: fromMs * 1e6,
    ...(observed
      ? {
          observation: {
            phase,
            probe: 'p',
            firstSeenNs: fromMs * 1e6,
            lastSeenNs: toMs * 1e6,
            detail: 'n1 answers n2',
          },
        }
      : {}),
  };
}

function check(
  ops: readonly SketchedOp[],
  faults: FaultEvent[] = [],
  options = {},
): { verdict: string; reason: string } {
  const { verdict, reason = '' } = assumptionsChecker.check(sketch(ops, faults), contextWith(options));
  return { verdict, reason };
}

describe('assumptions', () => {
  it('is valid where load, contention and faults suffice', () => {
    const faults = [fault('effective', 50, 50), { ...fault('healing', 150, 150) }, fault('healed', 160, 160)];
    expect(check(load(30), faults, { faultKinds: ['partition'] })).toEqual({ verdict: 'valid', reason: '' });
  });

  it('wants enough answers of each function, named ones included', () => {
    expect(check(load(9)).reason).toContain('write was answered 9 of at least 10 times');
    expect(check(load(30), [], { ops: ['cas'] }).reason).toContain('cas was answered 0 of at least 10 times');
    expect(check(load(30), [], { minOkByF: { read: 31 } }).reason).toBe('read was answered 30 of at least 31 times');
    expect(check(load(20)).reason).toContain('only 40 operations succeeded, at least 50 are needed');
  });

  it('counts no final read, neither as load nor as contention', () => {
    const reads = Array.from({ length: 40 }, (_, round): SketchedOp[] =>
      [0, 1].map((process) => ({ process, f: 'read', output: 8, from: 500 + round * 10, to: 505 + round * 10 })),
    ).flat();
    expect(check([...load(9), ...reads]).reason).toBe('write was answered 9 of at least 10 times');
    const { facts, reason = '' } = assumptionsChecker.check(
      sketch([...load(9), ...reads]),
      contextWith({ finalFromNs: 500e6 }),
    );
    expect(facts).toMatchObject({
      ok: 18,
      answered: { read: 9, write: 9 },
      overlapping: 9,
      readsAfterForeignUpdates: 8,
    });
    expect(reason).toContain('only 18 operations succeeded');
    expect(reason).toContain('only 9 operations overlapped');
    expect(reason).toContain("only 8 reads came after another process's update");
  });

  it('takes a false precondition as an answer and another failure not', () => {
    const cas = (errorCode: string): SketchedOp[] =>
      Array.from({ length: 10 }, () => ({ process: 2, f: 'cas', input: [1, 2], type: 'fail', errorCode }));
    expect(check([...load(30), ...cas('precondition')]).verdict).toBe('valid');
    expect(check([...load(30), ...cas('not-sent')]).verdict).toBe('unknown');
  });

  it('wants each asked kind of fault in full effect, under load', () => {
    const asked = { faultKinds: ['partition', 'clock'] };
    expect(check(load(30), [], asked).reason).toContain('no clock took full effect (none was started)');
    expect(check(load(30), [fault('ineffective', 50, 60)], asked).reason).toContain(
      'no partition took full effect (f1: ineffective, "n1 answers n2")',
    );
    expect(check(load(30), [fault('partial', 50, 60)], asked).reason).toContain('f1: partial');
    const short = [fault('effective', 50, 60), fault('healing', 61, 61)];
    expect(check(load(30), short, { faultKinds: ['partition'] }).reason).toContain(
      'operations began during a partition',
    );
  });

  it('distrusts a run that could not be healed', () => {
    const faults = [fault('effective', 50, 250), { ...fault('heal-failed', 260, 260), reason: 'rule is still there' }];
    expect(check(load(30), faults).reason).toBe('fault f1 could not be healed (rule is still there)');
  });

  it('wants contention for strong levels, per object', () => {
    const alone = Array.from({ length: 60 }, (_, index): SketchedOp => ({
      process: 0,
      f: index % 2 === 0 ? 'write' : 'read',
      input: 1,
      output: 1,
    }));
    expect(check(alone).reason).toContain('only 0 operations overlapped');
    expect(check(alone).reason).toContain("only 0 reads came after another process's update");
    expect(check(alone, [], { level: 'convergent' }).verdict).toBe('valid');
    const apart = load(30).map((op) => ({ ...op, key: op.f }));
    expect(check(apart).reason).toContain('only 0 operations overlapped');
  });
});
