import { expect, it } from 'vitest';
import { contextWith, sketch, type SketchedOp } from '../testing/sketch.ts';
import { lost, op } from '../testing/workload-case.ts';
import { lockChecker } from './lock-checker.ts';

const told = (ops: readonly SketchedOp[]): Record<string, string> =>
  Object.fromEntries(
    lockChecker.check(sketch(ops), contextWith()).findings.map(({ anomaly, message }) => [anomaly, message]),
  );

it('tells each anomaly in its own words', () => {
  const messages = told([
    op(1, 'acquire', null, 2),
    op(2, 'acquire', null, 2),
    op(2, 'write', { token: 2 }),
    op(1, 'write', { token: 1 }),
  ]);
  expect(messages['double-grant']).toContain('while process 1 held it');
  expect(messages['token-reused']).toContain('token 2 of the lock');
  expect(messages['token-regressed']).toContain('although process 1 had been given token 2 before');
  expect(messages['stale-token-accepted']).toContain('The write by process 1 with token 1 was accepted');
});

it('says that a lock was lost, and not released, where its holder left an operation in doubt', () => {
  const holder = [op(1, 'acquire', null, null, { key: 'A' }), op(2, 'acquire', null, null, { key: 'A' })];
  const after = (f: string, key: string): string | undefined =>
    told([...holder, op(1, f, null, null, { ...lost, key })])['double-grant'];
  expect(after('write', 'B')).toContain('and lost it no earlier than');
  expect(after('release', 'A')).toContain('and released it no earlier than');
});
