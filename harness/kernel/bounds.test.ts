import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstWhere, lowerBound, upperBound } from './bounds.ts';

const numbers = fc.array(fc.integer({ min: -4, max: 4 })).map((drawn) => drawn.sort((left, right) => left - right));

describe('bounds in ascending numbers', () => {
  it('count the numbers below a value, and those up to it', () => {
    fc.assert(
      fc.property(numbers, fc.integer({ min: -5, max: 5 }), (ascending, value) => {
        const below = ascending.filter((number) => number < value).length;
        const upTo = ascending.filter((number) => number <= value).length;
        for (const form of [ascending, Float64Array.from(ascending)]) {
          expect([lowerBound(form, value), upperBound(form, value)]).toEqual([below, upTo]);
        }
      }),
    );
  });

  it('find infinite values at the ends', () => {
    const ascending = [-Infinity, 0, Infinity];
    expect([-Infinity, 1, Infinity].map((value) => lowerBound(ascending, value))).toEqual([0, 2, 2]);
    expect([-Infinity, 1, Infinity].map((value) => upperBound(ascending, value))).toEqual([1, 2, 3]);
  });
});

describe('firstWhere', () => {
  it('finds where a condition begins to hold, and asks about nothing outside', () => {
    for (const [from, to] of [
      [0, 0],
      [3, 3],
      [0, 9],
      [5, 12],
    ] as const) {
      for (let begin = from; begin <= to; begin++) {
        const asked: number[] = [];
        const holds = (position: number): boolean => asked.push(position) > 0 && position >= begin;
        expect(firstWhere(from, to, holds)).toBe(begin);
        expect(asked.every((position) => position >= from && position < to)).toBe(true);
        expect(asked.length).toBeLessThanOrEqual(Math.ceil(Math.log2(to - from + 1)));
      }
    }
  });

  it('finds positions beyond the half of what fits into 32 bits', () => {
    const end = 2 ** 31 - 1;
    expect(firstWhere(2 ** 30, end, (position) => position >= end - 2)).toBe(end - 2);
  });
});
