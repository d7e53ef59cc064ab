import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Budget } from '../judging/budget.ts';
import { randomRegisters } from '../testing/random-registers.ts';
import { isDeltaAtomic, isKAtomic } from '../testing/register-oracles.ts';
import { problemOf } from '../testing/session-families.ts';
import { contextWith, keepOps, sketch, type SketchedOp } from '../testing/sketch.ts';
import { smallestDeltaNs } from './delta-atomicity.ts';
import { sessionsCheckers } from './index.ts';
import { measureStaleness } from './staleness.ts';
import { stalenessChecker } from './staleness-checker.ts';
import { isTwoAtomic } from './two-atomic.ts';

const RUNS = 50;
const budget = new Budget(contextWith());
const oneKey = { processes: 4, keys: 1, operations: 9, cas: false, crashes: true, strays: false };

const write = (input: number, from: number, to: number): SketchedOp => ({
  process: input,
  f: 'write',
  input,
  from,
  to,
});
const read = (output: number | null, from: number, to: number): SketchedOp => ({
  process: 100 + from * 2,
  f: 'read',
  output,
  from,
  to,
});

describe('2-atomicity', () => {
  it('has findings that still fail when taken alone', () => {
    const checker = sessionsCheckers.find(({ name }) => name === 'two-atomic')!;
    fc.assert(
      fc.property(randomRegisters({ ...oneKey, keys: 2, operations: 14 }), (history) => {
        for (const { ops } of checker.check(history, contextWith()).findings) {
          expect(checker.check(keepOps(history, ops), contextWith()).verdict).toBe('invalid');
        }
      }),
      { numRuns: RUNS, seed: 12 },
    );
  });

  it('forgets a placement that failed', () => {
    const both = sketch([write(1, 0, 3), write(2, 2, 3.5), read(null, 4, 5)]);
    expect(isTwoAtomic(problemOf(both), budget)).toBe(false);
    // Only 2 < 1 < 3 is right, and 2 is tried in last place first.
    const three = sketch([write(1, 0, 3), write(2, 2, 6), write(3, 4, 5), read(1, 7, 8)]);
    expect(isTwoAtomic(problemOf(three), budget)).toBe(true);
  });

  it('says which order is impossible', () => {
    const checker = sessionsCheckers.find(({ name }) => name === 'two-atomic')!;
    const history = sketch([write(1, 0, 1), write(2, 2, 3), write(3, 4, 5), read(2, 6, 7), read(1, 6.5, 8)]);
    expect(checker.check(history, contextWith()).findings).toMatchObject([{ anomaly: 'stale-read' }]);
  });
});

describe('staleness', () => {
  it('finds the smallest delta that brute force finds', () => {
    let positive = 0;
    fc.assert(
      fc.property(randomRegisters(oneKey), (history) => {
        const problem = problemOf(history);
        const delta = smallestDeltaNs(problem, budget);
        if (delta === Infinity) return !isDeltaAtomic(problem, 1e15);
        if (delta > 0) positive++;
        return isDeltaAtomic(problem, delta) && (delta === 0 || !isDeltaAtomic(problem, delta - 1));
      }),
      { numRuns: RUNS * 2, seed: 13 },
    );
    expect(positive).toBeGreaterThan(RUNS / 10);
  });

  it('finds the smallest k that brute force finds', () => {
    const seen = new Set<number>();
    fc.assert(
      fc.property(randomRegisters({ ...oneKey, cas: true }), (history) => {
        const problem = problemOf(history);
        const { kAtLeast, kAtMost } = measureStaleness([problem], budget).staleness;
        const smallest = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].find((k) => isKAtomic(problem, k));
        if (smallest !== undefined) seen.add(smallest);
        expect([kAtLeast, kAtMost]).toEqual([smallest ?? null, smallest ?? null]);
      }),
      { numRuns: RUNS * 4, seed: 14 },
    );
    expect([...seen]).toEqual(expect.arrayContaining([1, 2, 3, 4]));
  });

  it('measures in versions and milliseconds, per key', () => {
    const history = sketch([write(1, 0, 1), write(2, 2, 10), write(3, 11, 20), read(1, 50, 51), read(3, 60, 61)]);
    expect(stalenessChecker.check(history, contextWith())).toMatchObject({
      verdict: 'valid',
      facts: {
        reads: 2,
        staleReads: 1,
        versionsBehind: { max: 2 },
        behindMs: { max: 40 },
        deltaMs: 40,
        kAtLeast: 3,
        kAtMost: 3,
      },
    });
  });

  it('finds reads beyond the bounds that are asked for', () => {
    const history = sketch([write(1, 0, 1), write(2, 2, 10), read(1, 50, 51)]);
    expect(stalenessChecker.check(history, contextWith({ maxMs: 41 })).verdict).toBe('valid');
    expect(stalenessChecker.check(history, contextWith({ maxVersions: 1 })).verdict).toBe('valid');
    const result = stalenessChecker.check(history, contextWith({ maxMs: 39 }));
    expect(result.findings).toMatchObject([{ anomaly: 'stale-read', ops: [0, 1, 2, 3, 4, 5] }]);
    expect(result.findings[0]?.message).toBe(
      'The read of 1 by process 200 at 0.050 s found 1, which had been replaced 40.000 ms before by the write of 2 by process 2 at 0.002 s: it was at least 1 version behind.',
    );
  });

  it('takes a read of a repeated value to have returned the least stale of its writes', () => {
    const history = sketch([
      write(1, 0, 1),
      { ...write(2, 2, 3), input: 7 },
      { ...write(3, 4, 5), input: 1 },
      write(9, 6, 7),
      read(1, 8, 9),
    ]);
    expect(stalenessChecker.check(history, contextWith()).facts).toMatchObject({
      ambiguousReads: 1,
      versionsBehind: { max: 1 },
      kAtLeast: 2,
      kAtMost: 2,
    });
  });

  it('says unknown where there is nothing to judge', () => {
    expect(stalenessChecker.check(sketch([]), contextWith()).verdict).toBe('unknown');
  });
});
