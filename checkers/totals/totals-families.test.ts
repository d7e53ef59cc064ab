import { expect, it } from 'vitest';
import { proveFamily } from '../testing/prove-family.ts';
import { totalsFamilies } from '../testing/totals-families.ts';

it.each(totalsFamilies.map((family) => [family.name, family] as const))('%s agree with brute force', (_, family) => {
  expect(proveFamily(family, 400, 3).answers).toMatchObject({ valid: expect.any(Number), invalid: expect.any(Number) });
});
