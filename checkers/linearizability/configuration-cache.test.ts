import { describe, expect, it } from 'vitest';
import { ConfigurationCache, type Configuration } from './configuration-cache.ts';

function configuration(state: number, newest: number, pending: readonly number[], used: readonly number[] = []) {
  return {
    state,
    newest,
    pending: Int32Array.from(pending),
    pendingCount: pending.length,
    used: Int32Array.from(used),
  } satisfies Configuration;
}

/** Different in one respect each. */
const DIFFERENT: readonly Configuration[] = [
  configuration(1, 9, [2, 5]),
  configuration(2, 9, [2, 5]),
  configuration(1, 8, [2, 5]),
  configuration(1, 9, [2]),
  configuration(1, 9, [2, 6]),
  configuration(1, 9, [2, 5, 7]),
  configuration(1, 9, []),
];

describe('the cache of configurations', () => {
  it.each([
    ['its own hash', undefined],
    ['a hash that is always the same', () => 7],
  ])('takes no two for the same, by %s', (_, hash) => {
    const cache = new ConfigurationCache(2 ** 20, hash);
    for (const each of DIFFERENT) expect(cache.admit(each)).toBe(true);
    for (const each of DIFFERENT) expect(cache.admit(each)).toBe(false);
    // Tables grow in between, and everything is found again.
    for (let state = 100; state < 1000; state++) expect(cache.admit(configuration(state, 9, [2, 5]))).toBe(true);
    for (const each of DIFFERENT) expect(cache.admit(each)).toBe(false);
    expect(cache.admitted).toBe(DIFFERENT.length + 900);
  });

  it('refuses what used more crashed operations, and admits what used others', () => {
    const cache = new ConfigurationCache(2 ** 20, () => 7);
    expect(cache.admit(configuration(1, 9, [2], [1, 0]))).toBe(true);
    expect(cache.admit(configuration(1, 9, [2], [1, 1]))).toBe(false);
    expect(cache.admit(configuration(1, 9, [2], [0, 1]))).toBe(true);
    expect(cache.admit(configuration(2, 9, [2], [1, 1]))).toBe(true);
    expect(cache.admit(configuration(1, 9, [2], [0, 0]))).toBe(true);
    expect(cache.admit(configuration(1, 9, [2], [0, 1]))).toBe(false);
  });

  it('forgets the older half when it is full, and is never wrong for it', () => {
    const cache = new ConfigurationCache(1, () => 7);
    let again = 0;
    for (let state = 0; state < 4000; state++) {
      expect(cache.admit(configuration(state, state, [1, 2, 3]))).toBe(true);
      if (cache.admit(configuration(0, 0, [1, 2, 3]))) again++;
    }
    expect(again).toBeLessThan(20);
    expect(cache.bytes).toBeLessThan(2 ** 19);
  });
});
