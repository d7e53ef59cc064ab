import { expect, it } from 'vitest';
import { proveFamily } from '../testing/prove-family.ts';
import { totalsFamilies } from '../testing/totals-families.ts';

it.each(totalsFamilies.map((family) => [family.name, family] as const))('%s agree with brute force', (_, family) => {
  const { answers } = proveFamily(family, 300, 3);
  const verdicts = new Set(Object.keys(answers).map((answer) => answer.split(':')[0]));
  // A family that never sees one of the answers proves nothing about it.
  expect(verdicts).toEqual(new Set(['invalid', 'unknown', 'valid']));
});
