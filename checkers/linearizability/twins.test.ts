import { describe, expect, it } from 'vitest';
import { checkLinearizable } from '../check-linearizable.ts';
import { sketch, type SketchedOp } from '../testing/sketch.ts';

/** So many operations open at once that a search over their subsets would not end. */
const OPEN = 40;

function adds(answerOfRead: number, crashed = 0): SketchedOp[] {
  const all = Array.from({ length: OPEN }, (_, process): SketchedOp => ({
    process,
    f: 'add',
    input: 1,
    output: 1,
    from: 1 + process / 1000,
    to: process < crashed ? Infinity : 10 + process / 1000,
  }));
  return [...all, { process: OPEN, f: 'read', output: answerOfRead, from: 20, to: 21 }];
}

describe('operations that do the same', () => {
  const check = (ops: readonly SketchedOp[], model: string): string =>
    checkLinearizable(sketch(ops), { model, limits: { timeMs: 5000 } }).verdict;

  it.each([
    [OPEN, 0, 'valid'],
    [OPEN - 1, 0, 'invalid'],
    [OPEN + 1, 0, 'invalid'],
    [OPEN - 4, 4, 'valid'],
    [OPEN, 4, 'valid'],
    [OPEN - 5, 4, 'invalid'],
    [OPEN + 1, 4, 'invalid'],
  ])('a counter reads %d after 40 concurrent additions, %d of them crashed: %s', (answer, crashed, expected) => {
    expect(check(adds(answer, crashed), 'counter')).toBe(expected);
  });

  it('a lock that crashed clients may have taken is theirs to give back, too', () => {
    const crashed = Array.from({ length: OPEN }, (_, process): SketchedOp => ({
      process,
      f: process % 2 === 0 ? 'acquire' : 'release',
      from: 1 + process / 1000,
      to: Infinity,
    }));
    const held: SketchedOp[] = [
      { process: 90, f: 'acquire', from: 2, to: 3 },
      { process: 91, f: 'acquire', from: 4, to: 5 },
      { process: 92, f: 'acquire', from: 6, to: 7 },
    ];
    expect(check([...crashed, ...held], 'mutex')).toBe('valid');
    expect(check(held, 'mutex')).toBe('invalid');
  });
});
