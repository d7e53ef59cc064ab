import { describe, expect, it } from 'vitest';
import { randomOf } from '../../harness/kernel/random.ts';
import { hasSubsetSum, Summands } from './subset-sums.ts';

const ignore = (): void => undefined;

function sumsOf(numbers: readonly number[]): Set<number> {
  let sums = new Set([0]);
  for (const number of numbers) sums = new Set([...sums].flatMap((sum) => [sum, sum + number]));
  return sums;
}

describe('numbers counted by their sizes', () => {
  it('have the same sums as all of them, and say when these leave no gap', () => {
    const random = randomOf('summands');
    let gapless = 0;
    for (let round = 0; round < 2000; round++) {
      const summands = new Summands();
      const numbers = Array.from({ length: random.int(0, 9) }, () => random.int(-3, 4) * random.int(1, 3));
      for (const number of numbers) summands.count(number, 1);
      for (const number of numbers.splice(0, random.int(0, 3))) summands.count(number, -1);
      const sums = sumsOf(numbers);
      const moved = [...sumsOf(summands.merged())].map((sum) => sum + summands.least);
      expect(new Set(moved), numbers.join(' ')).toEqual(sums);
      const reached = Math.max(...sums) - Math.min(...sums) + 1 === sums.size;
      expect(summands.reachAll(), numbers.join(' ')).toBe(reached);
      if (reached && sums.size > 4) gapless++;
    }
    expect(gapless).toBeGreaterThan(100);
  });
});

describe('sums of some of several numbers', () => {
  it('are those that trying all of them gives', () => {
    const random = randomOf('subset sums');
    for (let round = 0; round < 300; round++) {
      const numbers = Array.from({ length: random.int(0, 8) }, () => random.int(-70, 90));
      const sums = sumsOf(numbers);
      const [least, most] = [Math.min(...sums), Math.max(...sums)];
      for (let target = least - 2; target <= most + 2; target++) {
        expect(hasSubsetSum(numbers, target, ignore), `${numbers.join(' ')} to ${target}`).toBe(sums.has(target));
      }
    }
  });

  it('tells what it costs, and says nothing where numbers are large', () => {
    let words = 0;
    expect(hasSubsetSum([1000, 500, -20], 480, (more) => void (words += more))).toBe(true);
    expect(words).toBe(3 * 48);
    expect(hasSubsetSum([2 ** 40, 5], 5, ignore)).toBeUndefined();
    expect(hasSubsetSum([2 ** 40, 5], -1, ignore)).toBe(false);
  });
});
