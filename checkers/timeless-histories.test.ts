import { describe, expect, it } from 'vitest';
import { historyOf } from '../harness/history/index.ts';
import type { History } from '../harness/kernel/history.ts';
import type { JsonValue } from '../harness/kernel/json.ts';
import { breaksOf, GENERATED_MODELS, generateHistory } from './generate/index.ts';
import { checkerNamed } from './registry.ts';
import { GENERATED_JUDGES } from './testing/generated-judges.ts';
import { contextWith, sketch } from './testing/sketch.ts';
import { op } from './testing/workload-case.ts';

/** As importers read a file without times: entry n at n nanoseconds. */
function withoutTimes(history: History): History {
  return historyOf(Array.from({ length: history.length }, (_, timeNs) => ({ ...history.at(timeNs), timeNs })));
}

/** Names of members that are times, wherever they stand in facts and in details of findings. */
const TIMES = /"(?:\w+Ms|\w+Ns|ms|ns)":/;

function judge(history: History, checker: string, options: Record<string, JsonValue> = {}): string[] {
  const { verdict, reason = '', findings, facts } = checkerNamed(checker).check(history, contextWith(options));
  expect(JSON.stringify([facts, findings]), checker).not.toMatch(TIMES);
  return [verdict, reason, ...findings.map(({ message }) => message)];
}

const broken = GENERATED_MODELS.flatMap((model) => breaksOf(model).map((way) => [model, way] as const));
const STALE = [op(0, 'write', 1), op(0, 'write', 2), op(1, 'read', null, 1), op(1, 'read', null, 1)];

describe('a history without times', () => {
  it.each(broken)('%s broken as %s: is told of by entries', (model, way) => {
    const history = withoutTimes(generateHistory({ model, broken: way, operations: 150, clients: 4, seed: 1 }));
    for (const { checker, options } of GENERATED_JUDGES[model] ?? []) {
      const text = judge(history, checker, { ...options }).join('\n');
      expect(text, checker).not.toMatch(/\d m?s\b/);
    }
  });

  it.each(['safe', 'regular', 'sequential', 'causal', 'pram', 'read-your-writes', 'convergence', 'linearizability'])(
    '%s: registers, too',
    (checker) => {
      const text = judge(withoutTimes(sketch(STALE)), checker).join('\n');
      expect(text).not.toMatch(/\d m?s\b/);
    },
  );

  it.each([
    ['stats', STALE, {}],
    ['staleness', STALE, {}],
    ['regular', STALE, {}],
    ['guarantees', STALE, {}],
    ['set-full', [op(0, 'add', 1), op(1, 'read', null, [1]), op(1, 'read', null, [])], { level: 'linearizable' }],
    ['set-full', [op(0, 'add', 1), op(1, 'read', null, []), op(1, 'read', null, [1])], { level: 'linearizable' }],
  ] as const)('%s has no facts of time, of which it has some elsewhere', (checker, ops, options) => {
    const { facts, findings } = checkerNamed(checker).check(sketch([...ops]), contextWith(options));
    expect(JSON.stringify([facts, findings])).toMatch(TIMES);
    judge(withoutTimes(sketch([...ops])), checker, options);
  });

  it('says how many entries ago a value was replaced', () => {
    const [verdict, , message] = judge(withoutTimes(sketch(STALE)), 'staleness', { maxVersions: 0 });
    expect(verdict).toBe('invalid');
    expect(message).toBe(
      'The read of 1 by process 1 at entry 4 found 1, which had been replaced 1 entry before by the write of 2 by process 0 at entry 2: it was at least 1 version behind.',
    );
  });

  it('names transactions by session and place, because their entries mean nothing', () => {
    const transaction = (process: number, ...steps: readonly JsonValue[]): ReturnType<typeof op> =>
      op(process, 'txn', steps, steps);
    const history = withoutTimes(
      sketch([
        transaction(7, ['w', 'x', 1]),
        transaction(7, ['w', 'x', 2]),
        transaction(8, ['r', 'x', 2]),
        transaction(8, ['r', 'x', 1]),
      ]),
    );
    const [verdict, , message] = judge(history, 'weak-isolation', { level: 'causal' });
    expect(verdict).toBe('invalid');
    expect(message).toMatch(/^T7\.2 \(transaction 2 of session 7\) < T7\.1 \(transaction 1 of session 7\) < T7\.2 is /);
    expect(message).toContain('session 7 ran T7.1 before T7.2');
  });

  it('leaves open what asks for durations', () => {
    const stale = judge(withoutTimes(sketch(STALE)), 'staleness', { maxMs: 5 });
    expect(stale).toEqual(['unknown', expect.stringContaining('the history has no times')]);
    const granted = [op(0, 'acquire', null, 1), op(1, 'acquire', null, 2)];
    expect(judge(sketch(granted), 'lock', { leaseMs: 1000 })[0]).toBe('invalid');
    expect(judge(withoutTimes(sketch(granted)), 'lock', { leaseMs: 1000 })).toEqual([
      'unknown',
      expect.stringContaining('no times'),
    ]);
  });
});
