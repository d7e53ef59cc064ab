import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomOf, type Random } from './random.ts';

const draws = (random: Random, count = 20): number[] => Array.from({ length: count }, () => random.int(0, 1_000_000));

describe('Random', () => {
  it('gives the same stream for the same seed, in every version: seeds in bug reports depend on it', () => {
    expect(draws(randomOf(42), 5)).toMatchInlineSnapshot(`
      [
        342204,
        420122,
        313821,
        30072,
        214312,
      ]
    `);
    expect(draws(randomOf(42).fork('worker-3').fork(7), 5)).toMatchInlineSnapshot(`
      [
        209871,
        672112,
        901778,
        972918,
        569489,
      ]
    `);
  });

  it('a fork depends on seed and label only, not on what was drawn before', () => {
    fc.assert(
      fc.property(fc.integer(), fc.string(), fc.nat(10), (seed, label, before) => {
        const drawn = randomOf(seed);
        draws(drawn, before);
        return draws(drawn.fork(label)).join() === draws(randomOf(seed).fork(label)).join();
      }),
    );
  });

  it('different labels give different streams', () => {
    const streams = new Set<string>();
    for (let label = 0; label < 2000; label++) streams.add(draws(randomOf(1).fork(label), 4).join());
    for (let label = 0; label < 2000; label++) streams.add(draws(randomOf(1).fork(`worker-${label}`), 4).join());
    expect(streams.size).toBe(4000);
  });

  it('draws evenly, in range, and rejects what cannot be', () => {
    const random = randomOf(9);
    const counts = Array.from({ length: 6 }, () => 0);
    for (let draw = 0; draw < 60_000; draw++) counts[random.int(0, 5)]!++;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
    // First draws of sibling streams must be even as well: every operation draws from a stream of its own.
    const first = Array.from({ length: 4 }, () => 0);
    for (let fork = 0; fork < 40_000; fork++) first[randomOf(3).fork(fork).int(0, 3)]!++;
    for (const count of first) expect(Math.abs(count - 10_000)).toBeLessThan(500);
    expect(() => random.int(2, 1)).toThrow(RangeError);
    expect(() => random.pick([])).toThrow(RangeError);
  });

  it('shuffles to permutations', () => {
    fc.assert(
      fc.property(fc.integer(), fc.array(fc.nat()), (seed, items) => {
        const shuffled = randomOf(seed).shuffle(items);
        return shuffled.toSorted((a, b) => a - b).join() === items.toSorted((a, b) => a - b).join();
      }),
    );
  });
});
