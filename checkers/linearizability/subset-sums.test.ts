import { describe, expect, it } from 'vitest';
import { randomOf } from '../../harness/kernel/random.ts';
import { hasSubsetSum } from './subset-sums.ts';

const ignore = (): void => undefined;

describe('sums of some of several numbers', () => {
  it('are those that trying all of them gives', () => {
    const random = randomOf('subset sums');
    for (let round = 0; round < 300; round++) {
      const numbers = Array.from({ length: random.int(0, 8) }, () => random.int(-70, 90));
      let sums = new Set([0]);
      for (const number of numbers) sums = new Set([...sums].flatMap((sum) => [sum, sum + number]));
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
