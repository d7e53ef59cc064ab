import { describe, expect, it } from 'vitest';
import { proveFamily } from '../testing/prove-family.ts';
import { transactionFamilies } from './testing/transaction-families.ts';

describe('transactions against brute force', () => {
  for (const family of transactionFamilies) {
    it(`${family.name}: agrees on a slice of random histories`, () => {
      const { answers } = proveFamily(family, 200, 5);
      expect(Object.keys(answers).length).toBeGreaterThan(2);
    });
  }
});
