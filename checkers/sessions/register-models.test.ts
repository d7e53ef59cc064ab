import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Budget } from '../judging/budget.ts';
import { implied, OBJECT_MODELS } from '../guarantees/lattice.ts';
import { randomRegisters } from '../testing/random-registers.ts';
import { proveFamily } from '../testing/prove-family.ts';
import { problemOf, sessionFamilies } from '../testing/session-families.ts';
import { contextWith, keepOps, sketch, type SketchedOp } from '../testing/sketch.ts';
import { registerModels, sessionsCheckers } from './index.ts';
import { registerModelChecker } from './register-model-checker.ts';

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
            .filter((model) => model.judge(problem, new Budget(contextWith())).length > 0)
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
    const broken = registerModels
      .map(registerModelChecker)
      .filter((checker) => checker.check(sketch(ops), contextWith()).verdict === 'invalid')
      .map(({ name }) => name);
    expect(broken.toSorted()).toEqual(expected.toSorted());
  });

  it('says why a value out of nowhere is one', () => {
    const causal = sessionsCheckers.find(({ name }) => name === 'causal')!;
    const failed: SketchedOp = { ...write(0, 1), type: 'fail', errorCode: 'not-sent' };
    const result = causal.check(sketch([failed, read(1, 1), read(2, 9)]), contextWith());
    expect(result.findings.map(({ anomaly, message }) => [anomaly, message])).toEqual([
      ['ThinAirRead', 'Process 2 found 9 in the register of key "x" at 0.004 s, which nobody ever wrote.'],
      [
        'AbortedRead',
        'Process 1 found 1 in the register of key "x" at 0.003 s, although its write by process 0 had definitely failed (not-sent).',
      ],
    ]);
  });

  it('says unknown where values repeat, and within a spent budget', () => {
    const causal = sessionsCheckers.find(({ name }) => name === 'causal')!;
    const twice = causal.check(sketch([write(0, 1), write(1, 1)]), contextWith());
    expect(twice).toMatchObject({ verdict: 'unknown' });
    expect(twice.reason).toContain('values must be unique per key, but 1 was written twice');
    const long = Array.from({ length: 5000 }, (_, index) => write(index % 7, index));
    expect(causal.check(sketch(long), contextWith({}, { timeMs: -1 })).verdict).toBe('unknown');
  });

  it('judges keys apart where asked', () => {
    const causal = sessionsCheckers.find(({ name }) => name === 'causal')!;
    const ops = [write(0, 1), read(1, 1), write(1, 2, 'y'), read(2, 2, 'y'), read(2, null)];
    expect(causal.check(sketch(ops), contextWith({ scope: 'key' })).verdict).toBe('valid');
  });
});
