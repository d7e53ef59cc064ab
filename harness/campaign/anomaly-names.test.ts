import { readFileSync, readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ANOMALY_NAMES, promiseExcludes } from './anomaly-names.ts';

const CHECKERS = new URL('../../checkers/', import.meta.url);

it('knows every anomaly that a checker names', () => {
  const sources = readdirSync(CHECKERS, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.includes('test') && !file.startsWith('generate'),
  );
  const named = sources.flatMap((file) =>
    [...readFileSync(new URL(file, CHECKERS), 'utf8').matchAll(/anomaly: '([^']+)'/g)].map(([, name = '']) => name),
  );
  expect(named.length).toBeGreaterThan(20);
  expect([...new Set(named)].filter((name) => !ANOMALY_NAMES.includes(name))).toEqual([]);
});

it('says what a promise excludes', () => {
  const causal = { level: 'causal', keepsAcknowledged: false } as const;
  expect(promiseExcludes(causal, 'not-linearizable')).toBe(false);
  expect(promiseExcludes(causal, 'CyclicCO')).toBe(true);
  expect(promiseExcludes(causal, 'diverged')).toBe(true);
  expect(promiseExcludes(causal, 'lost')).toBe(false);
  expect(promiseExcludes({ ...causal, keepsAcknowledged: true }, 'lost')).toBe(true);
  expect(promiseExcludes({ ...causal, level: 'linearizable' }, 'lost')).toBe(true);
  expect(promiseExcludes({ ...causal, level: 'linearizable' }, 'toString')).toBe(false);
});
