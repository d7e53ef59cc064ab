import { expect, it } from 'vitest';
import type { JsonValue } from '../kernel/json.ts';
import type { ObjectLevel } from '../kernel/target.ts';
import type { RunRecord } from '../store/run-record.ts';
import { holdPromise } from './promise.ts';

function setRun(level: ObjectLevel, facts: Readonly<Record<string, JsonValue>>): RunRecord {
  const check = (name: string): object => ({
    name,
    verdict: 'valid',
    findings: [],
    facts: name === 'set' ? facts : {},
  });
  // Only what promises are held against.
  return {
    request: { target: 'mine', workload: 'set' },
    promise: { level, keepsAcknowledged: true, conditions: '' },
    checks: [check('set'), check('convergence'), check('assumptions')],
    doubts: [],
  } as unknown as RunRecord;
}

it('a set with stale reads breaks a promise of linearizability, and no weaker one', () => {
  const stale = { level: 'convergent', stale: 2, vanished: 0 };
  expect(holdPromise(setRun('linearizable', stale))).toMatchObject({
    outcome: 'broken',
    why: expect.stringMatching(/^2 /),
  });
  expect(holdPromise(setRun('convergent', stale)).outcome).toBe('kept');
  expect(holdPromise(setRun('linearizable', { ...stale, stale: 0 })).outcome).toBe('kept');
});
