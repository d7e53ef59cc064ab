import { describe, expect, it } from 'vitest';
import { checkLinearizable } from '../check-linearizable.ts';
import { keepOps, sketch, type SketchedOp } from '../testing/sketch.ts';

const push = (value: number): SketchedOp => ({ process: 1, f: 'push', input: value, output: value });
const pop = (value: number | null): SketchedOp => ({ process: 2, f: 'pop', output: value });
const crashed = (process: number): SketchedOp => ({ process, f: 'pop', to: Infinity });

/** Enough of them that no search would end. */
const many = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 100);

describe('stacks with crashed removals', () => {
  it.each<readonly [title: string, expected: string, ops: readonly SketchedOp[]]>([
    ['one takes what was on top', 'valid', [push(1), push(2), crashed(3), pop(1)]],
    ['one that began too late does not', 'invalid', [push(1), push(2), pop(1), crashed(3)]],
    ['one cannot take two values', 'invalid', [push(1), push(2), push(3), crashed(3), pop(1)]],
    ['two take two values', 'valid', [push(1), push(2), push(3), crashed(3), crashed(4), pop(1)]],
    ['two empty it', 'valid', [push(1), push(2), crashed(3), crashed(4), pop(null)]],
    ['one does not empty it of two', 'invalid', [push(1), push(2), crashed(3), pop(null)]],
    [
      'each takes the value that it began in time for',
      'valid',
      [push(1), push(2), crashed(3), pop(1), push(4), push(5), crashed(6), pop(4), pop(null)],
    ],
    [
      'the second one is too late for the first value',
      'invalid',
      [push(1), push(2), push(3), crashed(3), pop(1), push(4), push(5), crashed(6), pop(4)],
    ],
    [
      'forty take forty of eighty values',
      'valid',
      [...many(80).map(push), ...many(40).map(crashed), ...many(80).slice(0, 40).reverse().map(pop), pop(null)],
    ],
    [
      'what is known is wrong, whatever they take',
      'invalid',
      [push(1), push(2), ...many(40).map(push), ...many(40).map(crashed), pop(1), pop(2)],
    ],
    [
      'it explains one removal that found nothing, and not the one before',
      'invalid',
      [
        { process: 1, f: 'push', input: 1, output: 1, from: 1, to: 2 },
        { process: 2, f: 'pop', output: null, from: 3, to: 9 },
        { process: 3, f: 'pop', output: null, from: 4, to: 5 },
        { process: 4, f: 'pop', from: 6, to: Infinity },
      ],
    ],
  ])('%s: %s', (_, expected, ops) => {
    const history = sketch(ops);
    const asked = { model: 'stack', limits: { timeMs: 5000 } };
    const { verdict, findings, facts } = checkLinearizable(history, asked);
    expect(verdict).toBe(expected);
    expect(facts['algorithm']).toEqual({ 'stack of unique values': 1 });
    for (const { ops: entries } of findings) {
      expect(checkLinearizable(keepOps(history, entries), asked).verdict).toBe('invalid');
    }
  });
});
