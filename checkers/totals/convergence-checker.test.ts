import { describe, expect, it } from 'vitest';
import { contextWith, keepOps, sketch, type SketchedOp } from '../testing/sketch.ts';
import { convergenceChecker } from './convergence-checker.ts';

const op = (node: string, f: string, value: SketchedOp['input'], more: Partial<SketchedOp> = {}): SketchedOp => ({
  process: Number(node.slice(1)),
  node,
  f,
  key: 'x',
  ...(f === 'read' ? { output: value ?? null } : { input: value ?? null }),
  ...more,
});

function check(ops: readonly SketchedOp[], options = {}): ReturnType<typeof convergenceChecker.check> {
  return convergenceChecker.check(sketch(ops), contextWith(options));
}

describe('convergence', () => {
  it('accepts replicas that agree on an acknowledged value', () => {
    const result = check([op('n1', 'write', 5), op('n1', 'read', 5), op('n2', 'read', 5), op('n3', 'read', 5)]);
    expect(result).toMatchObject({
      verdict: 'valid',
      facts: { keys: 1, convergedKeys: 1, places: ['n1', 'n2', 'n3'] },
    });
  });

  it('finds replicas that differ and says who holds what', () => {
    const ops = [
      op('n1', 'write', 5),
      op('n2', 'write', 6),
      op('n1', 'read', 5),
      op('n2', 'read', 6),
      op('n3', 'read', 5),
    ];
    const result = check(ops);
    expect(result.findings).toMatchObject([{ anomaly: 'diverged', key: 'x', ops: [0, 1, 4, 5, 6, 7, 8, 9] }]);
    expect(result.findings[0]?.message).toBe(
      'At the end the final reads of key "x" differ: n1 and n3 hold 5 and n2 holds 6.',
    );
  });

  it('speaks of healing only where there were faults', () => {
    const ops = [op('n1', 'write', 5), op('n2', 'write', 6), op('n1', 'read', 5), op('n2', 'read', 6)];
    const fault = { faultId: 'f1', kind: 'kill', phase: 'healed', timeNs: 1 } as const;
    const [finding] = convergenceChecker.check(sketch(ops, [fault]), contextWith()).findings;
    expect(finding?.message).toMatch(/^After everything was healed the final reads/);
  });

  it('says how final reads can be named where too few of them count', () => {
    const ops = [op('n1', 'read', 5), op('n2', 'read', 5), op('n1', 'write', 5), op('n1', 'read', 5)];
    const early = check(ops);
    expect(early).toMatchObject({
      verdict: 'unknown',
      reason: expect.stringMatching(/unless option finalFromNs says/),
    });
    expect(check(ops, { finalFromNs: 1e12 }).reason).not.toContain('finalFromNs');
    expect(check(ops, { finalFromNs: 0 }).verdict).toBe('valid');
  });

  it('does not take what it does not know for registers or sets', () => {
    const counter = [op('n1', 'add', 2), op('n1', 'add', 3), op('n1', 'read', 5), op('n2', 'read', 5)];
    expect(check(counter)).toMatchObject({ verdict: 'unknown', reason: expect.stringContaining('found 5') });
    const growing = [op('n1', 'inc', null), op('n1', 'read', 1), op('n2', 'read', 1)];
    expect(check(growing)).toMatchObject({ verdict: 'unknown', reason: expect.stringContaining('it has inc') });
  });

  it('finds a value that nobody wrote, and one whose write had failed', () => {
    const none = check([op('n1', 'write', 5), op('n1', 'read', 9), op('n2', 'read', 9)]);
    expect(none.findings).toMatchObject([{ anomaly: 'unexpected', count: 1 }]);
    const failed = check([
      op('n1', 'write', 5),
      op('n1', 'write', 6, { type: 'fail', errorCode: 'not-sent' }),
      op('n1', 'read', 6),
      op('n2', 'read', 6),
    ]);
    expect(failed.findings[0]?.message).toContain('had definitely failed (not-sent)');
  });

  it('sees overlapping reads around a late write in either order', () => {
    const late = op('n3', 'write', 2, { type: 'info', from: 1, to: 2 });
    // The long read of 2 began and ended first, and yet the short one of 1 may have come before it.
    const ops = [
      op('n1', 'write', 1),
      late,
      op('n1', 'read', 2, { from: 5, to: 7 }),
      op('n2', 'read', 1, { from: 6, to: 8 }),
    ];
    expect(check(ops).verdict).toBe('unknown');
    const apart = [
      op('n1', 'write', 1),
      late,
      op('n1', 'read', 2, { from: 5, to: 6 }),
      op('n2', 'read', 1, { from: 7, to: 8 }),
    ];
    expect(check(apart).findings).toMatchObject([{ anomaly: 'diverged' }]);
  });

  it('takes another initial value for nothing, and a read of null for no read where that says nothing', () => {
    const lost = op('n1', 'write', 1, { type: 'info' });
    const zeros = [lost, op('n1', 'read', 0), op('n2', 'read', 0)];
    expect(check(zeros, { initial: 0 }).verdict).toBe('valid');
    expect(check(zeros).findings).toMatchObject([{ anomaly: 'unexpected' }]);
    const silent = [op('n1', 'write', 1), op('n1', 'read', 1), op('n2', 'read', 1), op('n2', 'read', null)];
    expect(check(silent, { nullReads: 'any' }).verdict).toBe('valid');
  });

  it('accepts a winner in doubt, and the second value of a compare-and-set', () => {
    expect(check([op('n1', 'write', 5, { type: 'info' }), op('n1', 'read', 5), op('n2', 'read', 5)]).verdict).toBe(
      'valid',
    );
    expect(
      check([op('n1', 'write', 1), op('n1', 'cas', [1, 7]), op('n1', 'read', 7), op('n2', 'read', 7)]).verdict,
    ).toBe('valid');
  });

  it('finds a key that is back to nothing, but only after an acknowledged write', () => {
    expect(check([op('n1', 'write', 5), op('n1', 'read', null), op('n2', 'read', null)]).findings).toMatchObject([
      { anomaly: 'lost' },
    ]);
    expect(
      check([op('n1', 'write', 5, { type: 'info' }), op('n1', 'read', null), op('n2', 'read', null)]).verdict,
    ).toBe('valid');
  });

  it('does not blame replicas for an update in doubt that may have come between the reads', () => {
    const late = op('n1', 'write', 6, { type: 'info' });
    expect(check([op('n1', 'write', 5), late, op('n1', 'read', 5), op('n2', 'read', 6)])).toMatchObject({
      verdict: 'unknown',
    });
    expect(check([op('n1', 'write', 5), late, op('n1', 'read', 6), op('n2', 'read', 5)])).toMatchObject({
      verdict: 'invalid',
    });
  });

  it('compares sets without regard to order, and names what is missing', () => {
    const adds = [op('n1', 'add', 1), op('n1', 'add', 2)];
    expect(check([...adds, op('n1', 'read', [1, 2]), op('n2', 'read', [2, 1])]).verdict).toBe('valid');
    const result = check([...adds, op('n1', 'read', [1, 2]), op('n2', 'read', [2])]);
    expect(result.findings[0]?.message).toContain('n1 holds everything and n2 holds all but 1');
  });

  it('says unknown without final reads on every node, and where nothing was written', () => {
    expect(check([op('n1', 'write', 5), op('n1', 'read', 5)], { nodes: ['n1', 'n2'] }).reason).toContain(
      'no final read from n2',
    );
    expect(check([op('n1', 'write', 5), op('n1', 'read', 5)]).reason).toContain('two are needed');
    expect(check([op('n1', 'read', null)])).toMatchObject({ verdict: 'unknown', reason: 'nothing was ever written' });
  });

  it('does not take reads as final that began before the last update', () => {
    expect(check([op('n1', 'read', null), op('n2', 'read', 4), op('n1', 'write', 4)])).toMatchObject({
      verdict: 'unknown',
    });
  });

  it('has findings that still fail when taken alone', () => {
    const history = sketch([op('n1', 'write', 5), op('n1', 'read', 9), op('n2', 'read', 5), op('n3', 'read', null)]);
    for (const finding of convergenceChecker.check(history, contextWith()).findings) {
      const writes = [0, 1];
      const alone = convergenceChecker.check(keepOps(history, [...writes, ...finding.ops]), contextWith());
      expect(alone.findings.map(({ anomaly }) => anomaly)).toContain(finding.anomaly);
    }
  });
});
