import { expect, test } from 'vitest';
import { Stability } from './stability.ts';

test('stable is what every look has seen for long enough, between looks and not within one', () => {
  const leader = new Stability(2000);
  expect(leader.isStable('n1 in term 4', 0, 500)).toBe(false);
  expect(leader.isStable('n1 in term 4', 2400, 2900)).toBe(false);
  expect(leader.isStable('n1 in term 4', 2500, 2900)).toBe(true);
  // A new term under the same leader, trouble in between: the wait begins anew.
  expect(leader.isStable('n1 in term 5', 2600, 2700)).toBe(false);
  expect(leader.isStable(undefined, 4000, 4100)).toBe(false);
  expect(leader.isStable('n1 in term 5', 4200, 4300)).toBe(false);
  expect(leader.isStable('n1 in term 5', 6200, 6250)).toBe(false);
  expect(leader.isStable('n1 in term 5', 6300, 6350)).toBe(true);
});
