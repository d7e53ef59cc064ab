import { expect, it } from 'vitest';
import { guaranteesChecker } from '../../checkers/guarantees/guarantees.ts';
import { contextWith, sketch } from '../../checkers/testing/sketch.ts';
import { chooseCheckers } from './choose-checkers.ts';
import { placementLines } from './placement-lines.ts';

const history = sketch([
  { process: 0, f: 'write', input: 1 },
  { process: 0, f: 'write', input: 2 },
  { process: 1, f: 'read', output: 1 },
]);

it('tells what holds, what breaks and why, what was not decided and what was not asked', () => {
  const { facts } = guaranteesChecker.check(history, contextWith());
  expect(placementLines({ name: 'guarantees', facts })).toEqual([
    '    holds: sequential, two-atomic (and 8 weaker)',
    '    breaks: safe (and 2 stronger)',
    '      safe: stale-read: The read of 1 by process 1 at 0.004 s found 1, which had been replaced 1.000 ms before by the write of 2 by process 0 at 0.0025 s: it was at least 1 version behind.',
    '    not decided: convergent (1 object of 1 cannot be compared: the object has 1 final read, two are needed; reads after the last update of an object count, unless option finalFromNs says from when on)',
    '    not asked: 25 other levels: they are about transactions, and this history has none',
  ]);
  expect(placementLines({ name: 'linearizability', facts })).toEqual([]);
});

it('reads values of foreign registers the same way for every judge of them', () => {
  const nobody = { model: undefined, checker: undefined, level: undefined, options: {} };
  for (const checker of ['linearizability', 'causal', 'guarantees', 'staleness']) {
    const { uses } = chooseCheckers(history, 'edn', { ...nobody, checker });
    expect(uses).toMatchObject([{ checker, options: { nullReads: 'any' } }]);
  }
});
