import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { guaranteeFamilies } from '../testing/guarantee-families.ts';
import { proveFamily } from '../testing/prove-family.ts';
import { randomRegisters } from '../testing/random-registers.ts';
import { contextWith, keepOps, sketch, type SketchedOp } from '../testing/sketch.ts';
import { guarantees, guaranteesChecker } from './guarantees.ts';
import { implied, LATTICE, OBJECT_MODELS, strongestOf, weakestOf } from './lattice.ts';

const op = (process: number, f: string, value: number | null, more: Partial<SketchedOp> = {}): SketchedOp => ({
  process,
  f,
  key: 'x',
  node: `n${process}`,
  ...(f === 'read' ? { output: value } : { input: value }),
  ...more,
});

describe('guarantees', () => {
  it('finds linearizable where it holds, and settles all weaker models by it', () => {
    const report = guarantees(sketch([op(1, 'write', 1), op(2, 'read', 1), op(1, 'read', 1)]), contextWith());
    expect(report).toMatchObject({
      family: 'registers',
      strongest: ['linearizable'],
      weakestBroken: [],
      edges: [],
      damage: { lostAcknowledged: 0, contradictedReads: 0 },
    });
    expect(report.models['monotonic-reads']).toEqual({ verdict: 'valid', decidedBy: 'linearizable' });
  });

  it('tells a stale read from lost order', () => {
    const history = sketch([
      op(1, 'write', 1),
      op(1, 'write', 2),
      op(2, 'read', 1),
      op(1, 'read', 2),
      op(2, 'read', 2),
    ]);
    const report = guarantees(history, contextWith());
    expect(report.strongest).toEqual(['sequential', 'two-atomic', 'convergent']);
    expect(report.weakestBroken).toEqual(['safe']);
    expect(report.edges).toContainEqual({ stronger: 'linearizable', weaker: 'sequential', finding: 0 });
    expect(report.findings).toMatchObject([{ anomaly: 'stale-read' }]);
    expect(report.damage).toMatchObject({ contradictedReads: 1, staleness: { versionsBehind: { max: 1 } } });
  });

  it('counts acknowledged writes that the final reads no longer know', () => {
    const ops = [op(1, 'write', 1), op(1, 'write', 2), op(1, 'write', 3), op(1, 'read', 1), op(2, 'read', 1)];
    expect(guarantees(sketch(ops), contextWith()).damage).toMatchObject({ lostAcknowledged: 2 });
  });

  it('puts several weakest broken models side by side', () => {
    const ops = [
      op(1, 'write', 1),
      op(1, 'read', null, { key: 'x' }),
      op(2, 'write', 7, { key: 'y' }),
      op(3, 'read', 7, { key: 'y' }),
      op(3, 'read', null, { key: 'y' }),
    ];
    const report = guarantees(sketch(ops), contextWith());
    expect(report.weakestBroken).toEqual(expect.arrayContaining(['read-your-writes', 'monotonic-reads', 'safe']));
    expect(report.findings.map(({ anomaly }) => anomaly)).toContain('read-your-writes');
  });

  it('places sets and counts what they lost', () => {
    const ops = [
      { process: 1, f: 'add', input: 1, node: 'n1' },
      { process: 1, f: 'read', output: [], node: 'n1' },
      { process: 2, f: 'read', output: [], node: 'n2' },
    ];
    const report = guarantees(sketch(ops), contextWith());
    expect(report).toMatchObject({ family: 'sets', strongest: ['convergent'], damage: { lost: 1 } });
  });

  it('places transactions over their own part of the lattice', () => {
    const txn = (process: number, value: (string | number | number[] | null)[][]): SketchedOp => ({
      process,
      f: 'txn',
      input: value,
      output: value,
    });
    const ops = [txn(1, [['append', 'x', 1]]), txn(2, [['append', 'x', 2]]), txn(3, [['r', 'x', [2, 1]]])];
    const report = guarantees(sketch(ops), contextWith());
    expect(report).toMatchObject({ family: 'transactions', strongest: ['strong-session-serializable'] });
    expect(report.models['strict-serializable']?.verdict).toBe('invalid');
    expect(report.edges.length).toBeGreaterThan(0);
  });

  it('answers for the level that is asked', () => {
    const history = sketch([
      op(1, 'write', 1),
      op(1, 'write', 2),
      op(2, 'read', 1),
      op(1, 'read', 2),
      op(2, 'read', 2),
    ]);
    const verdictAt = (level: string): string => guaranteesChecker.check(history, contextWith({ level })).verdict;
    expect(verdictAt('linearizable')).toBe('invalid');
    expect(verdictAt('sequential')).toBe('valid');
    expect(() => verdictAt('perfect')).toThrow(
      /^check option level: expected one of linearizable, .*, came "perfect"$/,
    );
    expect(() => verdictAt('PL-3')).toThrow(/^level PL-3 cannot be told of registers; there are: linearizable, /);
  });

  it('says unknown of everything it had no time for', () => {
    const history = sketch([op(1, 'write', 1), op(1, 'write', 1), op(2, 'read', 1)]);
    const report = guarantees(history, contextWith());
    expect(report.models['linearizable']?.verdict).toBe('valid');
    expect(guaranteesChecker.check(sketch([]), contextWith()).verdict).not.toBe('invalid');
  });

  it('tells what a history is of by its operations and answers', () => {
    const placed = (ops: readonly SketchedOp[]): object => {
      const { family, object, models } = guarantees(sketch(ops), contextWith());
      return { family, object, linearizable: models['linearizable']?.verdict };
    };
    const counter = [op(1, 'add', 1), op(1, 'add', 2), op(2, 'read', 3)];
    expect(placed(counter)).toEqual({ family: 'other', object: 'counter', linearizable: 'valid' });
    const queue = [op(1, 'enqueue', 1), { process: 2, f: 'dequeue', key: 'x', output: 1 }];
    expect(placed(queue)).toEqual({ family: 'other', object: 'fifo-queue', linearizable: 'valid' });
    expect(placed([op(1, 'read', 7)])).toEqual({ family: 'other', object: null, linearizable: 'unknown' });
    expect(placed([op(1, 'insert', 7)])).toEqual({ family: 'other', object: null, linearizable: 'unknown' });
  });

  it('says which models are not asked, and asks nothing of a history without answers', () => {
    const { notAsked, notAskedBecause, models } = guarantees(sketch([op(1, 'write', 1)]), contextWith());
    expect(notAsked).toContain('serializable');
    expect(notAskedBecause).toBe('they are about transactions, and this history has none');
    expect(Object.keys(models)).toEqual([...OBJECT_MODELS]);
    const failed = [op(1, 'write', 1, { type: 'fail', errorCode: 'not-sent' })];
    expect(guarantees(sketch(failed), contextWith())).toMatchObject({ strongest: [], undecided: OBJECT_MODELS });
    expect(guarantees(sketch(failed), contextWith({ power: 'any' })).models['linearizable']?.verdict).toBe('valid');
  });

  it('quotes only findings that break the level asked for', () => {
    const ops = [op(1, 'write', 1), op(1, 'write', 2), op(1, 'write', 3), op(2, 'read', 3), op(2, 'read', 1)];
    const anomaliesAt = (level: string): string[] =>
      guaranteesChecker.check(sketch(ops), contextWith({ level })).findings.map(({ anomaly }) => anomaly);
    expect(anomaliesAt('two-atomic')).toEqual(['stale-read']);
    expect(anomaliesAt('causal')).toEqual(['monotonic-writes']);
  });

  it('never contradicts itself, and its findings still break the model when taken alone', () => {
    const sizes = { processes: 3, keys: 2, operations: 10, cas: true, crashes: true, strays: false };
    fc.assert(
      fc.property(randomRegisters(sizes), (history) => {
        const report = guarantees(history, contextWith());
        for (const model of OBJECT_MODELS) {
          if (report.models[model]?.verdict !== 'valid') continue;
          for (const weaker of implied(model)) expect(report.models[weaker]?.verdict).toBe('valid');
        }
        for (const { finding, stronger } of report.edges) {
          const ops = report.findings[finding]?.ops ?? [];
          const alone = guarantees(keepOps(history, ops), contextWith());
          if (stronger !== 'convergent') expect(alone.models[stronger]?.verdict).toBe('invalid');
        }
      }),
      { numRuns: 30, seed: 5 },
    );
  });
});

describe.each(guaranteeFamilies.map((family) => [family.name, family] as const))('%s', (_, family) => {
  it('agrees with brute force, and with itself', () => {
    expect(Object.keys(proveFamily(family, 30, 7).answers).length).toBeGreaterThan(1);
  });
});

describe('the lattice', () => {
  it('has no cycles and names only models it knows', () => {
    for (const [model, weakers] of LATTICE) {
      expect(implied(model).has(model)).toBe(false);
      for (const weaker of weakers) expect(LATTICE.has(weaker)).toBe(true);
    }
  });

  it('finds the ends of a set of models', () => {
    expect(strongestOf(['causal', 'sequential', 'safe'])).toEqual(['sequential', 'safe']);
    expect(weakestOf(['causal', 'sequential', 'safe'])).toEqual(['causal', 'safe']);
    expect(implied('strict-serializable').has('pram')).toBe(true);
  });
});
