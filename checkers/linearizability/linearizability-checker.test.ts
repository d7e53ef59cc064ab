import { describe, expect, it } from 'vitest';
import { linearizabilityFamilies } from '../testing/linearizability-families.ts';
import { proveFamily } from '../testing/prove-family.ts';

describe('linearizability, against brute force', () => {
  for (const family of linearizabilityFamilies) {
    it(`${family.name}: same verdict, and evidence that is wrong by itself`, () => {
      const { answers } = proveFamily(family, 200, 1);
      expect(Object.keys(answers).length).toBeGreaterThan(1);
    });
  }
});
