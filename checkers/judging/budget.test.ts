import { describe, expect, it } from 'vitest';
import { contextWith } from '../testing/sketch.ts';
import { Budget } from './budget.ts';

describe('Budget', () => {
  const limits = { timeMs: 1000, memoryBytes: 1000 };

  it('gives back what was reserved in passing', () => {
    const budget = new Budget({ ...contextWith(), limits });
    budget.reserve(200);
    for (let round = 0; round < 5; round++) expect(budget.passing(() => (budget.reserve(700), round))).toBe(round);
    budget.reserve(800);
    expect(() => budget.reserve(1)).toThrow('the memory budget of 0 MiB was spent');
  });

  it('holds it as long as that lasts', () => {
    const budget = new Budget({ ...contextWith(), limits });
    expect(() => budget.passing(() => budget.reserve(1001))).toThrow('memory budget');
  });
});
