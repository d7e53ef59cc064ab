import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CheckContext, Checker } from '../../harness/kernel/checker.ts';
import { Budget } from '../judging/budget.ts';
import { implied, OBJECT_MODELS } from '../guarantees/lattice.ts';
import { randomRegisters } from '../testing/random-registers.ts';
import { proveFamily } from '../testing/prove-family.ts';
import { problemOf, sessionFamilies } from '../testing/session-families.ts';
import { contextWith, keepOps, sketch, type SketchedOp } from '../testing/sketch.ts';
import { registerModels, sessionsCheckers } from './index.ts';

/** Cases per comparison; `npm run prove:checkers` runs the same ones at full size. */
const RUNS = 50;

const sizes = { processes: 3, keys: 2, operations: 12, cas: true, crashes: false, strays: false };

describe.each(registerModels.map(({ name }) => name))('%s', (name) => {
  it('agrees with brute force on all kinds of histories, valid and broken', () => {
    const answers: Record<string, number> = {};
    for (const family of sessionFamilies) {
      if (!family.name.startsWith(`${name}/`)) continue;
      for (const [answer, count] of Object.entries(proveFamily(family, RUNS, 7).answers)) {
        answers[answer] = (answers[answer] ?? 0) + count;
      }
    }
    expect(answers).toMatchObject({ valid: expect.any(Number), invalid: expect.any(Number) });
  });

  it('has findings that still fail when taken alone', () => {
    const checker = sessionsCheckers.find((candidate) => candidate.name === name)!;
    fc.assert(
      fc.property(randomRegisters(sizes), (history) => {
        for (const finding of checker.check(history, contextWith()).findings) {
          const alone = checker.check(keepOps(history, finding.ops), contextWith());
          expect({ finding, verdict: alone.verdict }).toMatchObject({ verdict: 'invalid' });
        }
      }),
      { numRuns: RUNS, seed: 8 },
    );
  });
});

describe('the models', () => {
  it('imply each other as the lattice says', () => {
    fc.assert(
      fc.property(randomRegisters({ ...sizes, operations: 8, keys: 1 }), (history) => {
        const problem = problemOf(history);
        const broken = new Set(
          registerModels
            .filter(
              (model) =>
                (model.forbidsStrays && problem.strays.length > 0) ||
                model.judge(problem, new Budget(contextWith())).length > 0,
            )
            .map(({ name }) => name),
        );
        for (const strong of OBJECT_MODELS) {
          if (strong === 'linearizable' || broken.has(strong)) continue;
          for (const weak of implied(strong))
            expect({ strong, weak, broken: broken.has(weak) }).toMatchObject({ broken: false });
        }
      }),
      { numRuns: RUNS, seed: 9 },
    );
  });
});

const write = (process: number, input: number, key = 'x'): SketchedOp => ({ process, f: 'write', input, key });
const read = (process: number, output: number | null, key = 'x'): SketchedOp => ({ process, f: 'read', output, key });

function checkerOf(name: string): Checker {
  return sessionsCheckers.find((checker) => checker.name === name)!;
}

/** The models that a history breaks, sorted. */
function brokenBy(ops: readonly SketchedOp[], options: CheckContext['options'] = {}): readonly string[] {
  return registerModels
    .map(({ name }) => name)
    .filter((name) => checkerOf(name).check(sketch(ops), contextWith(options)).verdict === 'invalid')
    .toSorted();
}

describe('literal histories', () => {
  const cases: [string, readonly SketchedOp[], readonly string[]][] = [
    ['a stale read of another session', [write(0, 1), write(0, 2), read(1, 1)], ['regular', 'safe']],
    [
      'own write not seen',
      [write(0, 1), read(0, null)],
      ['read-your-writes', 'regular', 'safe', 'causal', 'pram', 'causal-memory', 'causal-convergence', 'sequential'],
    ],
    [
      'back to an older value',
      [write(0, 1), write(1, 2), read(2, 1), read(2, 2), read(2, 1)],
      ['monotonic-reads', 'regular', 'safe', 'pram', 'causal-memory', 'causal-convergence', 'sequential'],
    ],
    [
      'two observers disagree on concurrent writes',
      [
        { ...write(0, 1), from: 1, to: 4 },
        { ...write(1, 2), from: 2, to: 3 },
        read(2, 1),
        read(2, 2),
        read(3, 2),
        read(3, 1),
      ],
      ['causal-convergence', 'sequential'],
    ],
    [
      'an answer before its question',
      [write(0, 1), read(1, 1), write(1, 2, 'y'), read(2, 2, 'y'), read(2, null)],
      ['writes-follow-reads', 'causal', 'causal-convergence', 'causal-memory', 'sequential', 'regular', 'safe'],
    ],
    [
      'writes of one session out of order',
      [write(0, 1), write(0, 2, 'y'), read(1, 2, 'y'), read(1, null)],
      ['monotonic-writes', 'pram', 'causal', 'causal-convergence', 'causal-memory', 'sequential', 'regular', 'safe'],
    ],
    [
      'two writes that miss each other',
      [write(0, 1), write(1, 2, 'y'), read(0, null, 'y'), read(1, null)],
      ['sequential', 'regular', 'safe'],
    ],
    [
      'more than two versions behind',
      [write(0, 1), write(0, 2), write(0, 3), read(1, 1)],
      ['two-atomic', 'regular', 'safe'],
    ],
    ['nothing wrong', [write(0, 1), read(1, 1), write(1, 2), read(0, 2)], []],
  ];
  it.each(cases)('%s', (_, ops, expected) => {
    expect(brokenBy(ops)).toEqual(expected.toSorted());
  });

  it('says why a value out of nowhere is one', () => {
    const causal = sessionsCheckers.find(({ name }) => name === 'causal')!;
    const failed: SketchedOp = { ...write(0, 1), type: 'fail', errorCode: 'not-sent' };
    const result = causal.check(sketch([failed, read(1, 1), read(2, 9)]), contextWith());
    expect(result.findings.map(({ anomaly, message }) => [anomaly, message])).toEqual([
      ['ThinAirRead', 'Process 2 found 9 in the register of key "x" at 0.0045 s, which nobody ever wrote.'],
      [
        'AbortedRead',
        'Process 1 found 1 in the register of key "x" at 0.003 s, although its write by process 0 had definitely failed (not-sent).',
      ],
    ]);
  });

  it('finds which of several equal writes each read returned, or that none explains it', () => {
    // Only the first write of 1 explains the read by process 2, and only the second one that by process 3.
    const kept = [write(0, 1), write(1, 2), write(0, 1), read(2, 1), read(2, 2), read(3, 2), read(3, 1)];
    expect(brokenBy(kept)).toEqual(['regular', 'safe']);
    const broken = [...kept, read(2, 1), read(2, 2)];
    const sequential = checkerOf('sequential').check(sketch(broken), contextWith());
    expect(sequential).toMatchObject({ verdict: 'invalid', findings: [{ anomaly: 'not-sequential' }] });
    expect(sequential.findings[0]?.message).toContain(
      'Whichever write of equal value each read is taken to have returned',
    );
    expect(checkerOf('causal').check(sketch(kept), contextWith()).facts).toMatchObject({ ambiguousReads: 2 });
  });

  it('reads values as it is told to', () => {
    const ops = [read(0, 0), write(0, 1), read(1, null), read(1, 1)];
    expect(brokenBy(ops)).toContain('causal');
    expect(brokenBy(ops, { initial: 0, nullReads: 'any' })).toEqual([]);
    const back = checkerOf('regular').check(sketch([write(0, 1), read(1, 0)]), contextWith({ initial: 0 }));
    expect(back.findings.map(({ message }) => message)).toEqual([
      'The read of 0 of key "x" by process 1 at 0.0025 s found 0, which had been replaced 1.000 ms before by the write of 1 of key "x" by process 0 at 0.001 s: it was at least 1 version behind.',
    ]);
  });

  it('assumes no session order across an operation without answer, whatever the process is called then', () => {
    const lost: SketchedOp = { ...write(0, 1), type: 'info', errorCode: 'timeout' };
    expect(brokenBy([lost, read(0, null), read(1, 1)])).toEqual([]);
    expect(brokenBy([write(0, 1), read(0, null), read(1, 1)])).toContain('read-your-writes');
  });

  it('asks nothing of reads that overlap a crashed compare-and-set, where only safety is promised', () => {
    const crashed: SketchedOp = { process: 0, f: 'cas', input: [0, 1], key: 'x', from: 0, to: Infinity };
    const late: SketchedOp = { process: 2, f: 'read', output: 1, key: 'x', from: 1, to: 4 };
    const ops = [crashed, late, { ...write(1, 2), from: 2, to: 3 }];
    expect(checkerOf('safe').check(sketch(ops), contextWith()).verdict).toBe('valid');
    expect(checkerOf('regular').check(sketch(ops), contextWith()).verdict).toBe('invalid');
  });

  it('counts no crashed compare-and-set as a source that cannot have happened', () => {
    // 1 was there at first, and the compare-and-set needed 2.
    const lost: SketchedOp = { process: 0, key: 'x', f: 'cas', input: [2, 1], type: 'info', errorCode: 'timeout' };
    expect(brokenBy([lost, write(2, 3), read(2, 1)], { initial: 1 })).toContain('read-your-writes');
    const causal = checkerOf('causal').check(sketch([lost, read(2, 1)]), contextWith());
    expect(causal.findings).toMatchObject([{ anomaly: 'ThinAirRead', ops: [0, 1, 2, 3] }]);
  });

  it('quotes who saw an operation without answer, which may not have happened otherwise', () => {
    const lost: SketchedOp = { process: 0, key: 'x', f: 'cas', input: [null, 2], type: 'info', errorCode: 'timeout' };
    const ryw = checkerOf('read-your-writes').check(sketch([write(0, 1), lost, read(1, 2)]), contextWith());
    expect(ryw.findings).toMatchObject([{ ops: [0, 1, 2, 3, 4, 5] }]);
  });

  it('quotes what parts the sessions of one process', () => {
    const lost: SketchedOp = { process: 0, key: 'x', f: 'read', type: 'info', errorCode: 'timeout' };
    const late: SketchedOp = { ...write(0, 4), type: 'info', errorCode: 'timeout' };
    // A value from its own future: the lost read makes the write one of another session.
    const ops = [read(0, 4), read(0, null), lost, late];
    const [finding] = checkerOf('monotonic-writes').check(sketch(ops), contextWith()).findings;
    expect(finding?.ops).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('tells nothing that the crashed operation which parts two sessions explains, once it is there', () => {
    const lost = { type: 'info', errorCode: 'timeout' } as const;
    const ops: SketchedOp[] = [
      { ...read(0, 1), from: 0, to: 1 },
      { ...write(1, 1), from: 2, to: 3 },
      { process: 1, key: 'x', f: 'cas', input: [null, 1], ...lost, from: 4, to: 5 },
      { ...read(0, null), from: 6, to: 8 },
      { ...read(1, null), from: 7, to: 9 },
      { ...write(0, 1), ...lost, from: 10, to: 11 },
    ];
    const history = sketch(ops);
    const { findings } = checkerOf('safe').check(history, contextWith());
    expect(findings).toHaveLength(1);
    const alone = keepOps(history, findings[0]?.ops ?? []);
    expect(checkerOf('safe').check(alone, contextWith()).verdict).toBe('invalid');
  });

  it('finds an order of many equal values, where the order of two writes shows late', () => {
    // Sessions 0 and 1 write at the same time, the second one first; session 2 reads behind them.
    const rounds = Array.from({ length: 150 }, (_, round): SketchedOp[] => {
      const at = round * 10;
      return [
        { ...write(0, round % 7), from: at, to: at + 2 },
        { ...write(1, 7 + (round % 5)), from: at + 1, to: at + 3 },
        { ...read(2, 7 + (round % 5)), from: at + 4, to: at + 5 },
        { ...read(2, round % 7), from: at + 6, to: at + 7 },
        { ...read(3, round === 0 ? 0 : (round - 1) % 7), from: at + 8, to: at + 9 },
      ];
    }).flat();
    expect(checkerOf('sequential').check(sketch(rounds), contextWith())).toMatchObject({ verdict: 'valid' });
  });

  it('says unknown within a spent budget', () => {
    const long = Array.from({ length: 5000 }, (_, index) => write(index % 7, index));
    expect(checkerOf('causal').check(sketch(long), contextWith({}, { timeMs: -1 })).verdict).toBe('unknown');
  });

  it('judges keys apart where asked', () => {
    const causal = sessionsCheckers.find(({ name }) => name === 'causal')!;
    const ops = [write(0, 1), read(1, 1), write(1, 2, 'y'), read(2, 2, 'y'), read(2, null)];
    expect(causal.check(sketch(ops), contextWith({ scope: 'key' })).verdict).toBe('valid');
  });
});
