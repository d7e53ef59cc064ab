import { describe, expect, it } from 'vitest';
import type { CheckContext, Shard } from '../harness/kernel/checker.ts';
import { historyOf } from '../harness/history/index.ts';
import type { History } from '../harness/kernel/history.ts';
import type { CheckResult } from '../harness/kernel/verdict.ts';
import { generateHistory } from './generate/index.ts';
import { linearizabilityChecker } from './linearizability/index.ts';
import { checkerNamed } from './registry.ts';
import { twoClientsPerKey } from './testing/two-clients-per-key.ts';

const LIMITS = { timeMs: 1e9, memoryBytes: 2 ** 28 };

/** Clocks that run at different speeds: milliseconds that pass between two looks at them. */
const CLOCKS = [0, 0.001, 1, 40, 1_000];

const REGISTERS = historyOf(twoClientsPerKey(24, 60));
const QUEUE = generateHistory({ model: 'queue', operations: 60, broken: 'lost', violations: 2, seed: 6 });
const TRANSACTIONS = generateHistory({ model: 'list-append', operations: 300, broken: 'g1c', violations: 3, seed: 7 });

const CASES: readonly [string, History, string, CheckContext['options']][] = [
  ['registers', REGISTERS, 'linearizability', { model: 'cas-register' }],
  ['a queue', QUEUE, 'linearizability', { model: 'fifo-queue' }],
  ['transactions', TRANSACTIONS, 'list-append', {}],
  ['guarantees', TRANSACTIONS, 'guarantees', {}],
];

function clockOf(stepMs: number): () => number {
  let now = 0;
  return () => (now += stepMs);
}

function judge(history: History, checker: string, options: CheckContext['options'], stepMs: number): CheckResult {
  return checkerNamed(checker).check(history, { limits: LIMITS, options, nowMs: clockOf(stepMs) });
}

describe('a check of the same history', () => {
  for (const [what, history, checker, options] of CASES) {
    it(`says the same of ${what}, whatever the clock does`, () => {
      const results = CLOCKS.map((stepMs) => judge(history, checker, options, stepMs));
      expect(results[0]?.verdict).toBe('invalid');
      for (const result of results) expect(result).toEqual(results[0]);
    });
  }

  it('says the same in shares as in one piece', () => {
    const options = { model: 'cas-register' };
    const whole = judge(REGISTERS, 'linearizability', options, 0);
    const share = (shard: Shard): CheckResult =>
      linearizabilityChecker.check(REGISTERS, { limits: LIMITS, options, nowMs: () => 0, shard });
    for (const of of [1, 2, 3]) {
      const shares = Array.from({ length: of }, (_, index) => share({ index, of }));
      expect(linearizabilityChecker.merge(shares)).toEqual(whole);
      expect(linearizabilityChecker.merge(shares.reverse())).toEqual(whole);
    }
  });
});
