import { describe, expect, it } from 'vitest';
import { randomOf } from '../../kernel/random.ts';
import { measuredRate, runsNeeded } from './runs-needed.ts';

describe('runs needed', () => {
  it('is what the closed formula says for one', () => {
    for (const rate of [0.01, 0.1, 0.3, 0.5, 0.9, 0.999]) {
      const byFormula = Math.floor(Math.log(1 / 1000) / Math.log(1 - rate)) + 1;
      expect(runsNeeded(rate, 1)).toBe(byFormula);
    }
    expect(runsNeeded(1, 1)).toBe(1);
    expect(runsNeeded(1, 7)).toBe(7);
    expect(runsNeeded(0, 1)).toBeUndefined();
  });

  it('is the smallest number: the binomial sum is below 1/1000 there and not one run earlier', () => {
    const tooFew = (runs: number, rate: number, atLeast: number): number => {
      let sum = 0;
      let choose = 1;
      for (let seen = 0; seen < atLeast; seen++) {
        sum += choose * rate ** seen * (1 - rate) ** (runs - seen);
        choose = (choose * (runs - seen)) / (seen + 1);
      }
      return sum;
    };
    for (const [rate, atLeast] of [
      [0.5, 2],
      [0.2, 3],
      [0.9, 5],
    ] as const) {
      const runs = runsNeeded(rate, atLeast) ?? 0;
      expect(tooFew(runs, rate, atLeast)).toBeLessThan(1 / 1000);
      expect(tooFew(runs - 1, rate, atLeast)).toBeGreaterThanOrEqual(1 / 1000);
    }
  });

  it('keeps false alarms rarer than 1 in 1000 in drawn campaigns', () => {
    const random = randomOf('false alarms');
    const runs = runsNeeded(0.4, 2) ?? 0;
    let alarms = 0;
    for (let campaign = 0; campaign < 50_000; campaign++) {
      let seen = 0;
      for (let run = 0; run < runs; run++) if (random.chance(4, 10)) seen++;
      if (seen < 2) alarms++;
    }
    expect(alarms).toBeLessThan(65);
  });

  it('takes few runs for what they are: three of three are no "always"', () => {
    expect(measuredRate(3, 3)).toBe(0.8);
    expect(measuredRate(0, 0)).toBe(0.5);
    expect(() => runsNeeded(1.1, 1)).toThrow('rate from 0 to 1');
    expect(() => runsNeeded(0.5, 0)).toThrow('positive count');
  });
});
