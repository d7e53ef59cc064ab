import { describe, expect, it } from 'vitest';
import { historyOf } from '../../harness/history/index.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import { contextWith } from '../testing/sketch.ts';
import { listAppendChecker } from './list-append/check-list-append.ts';
import { rwRegisterChecker } from './rw-register/check-rw-register.ts';

describe('a transaction in doubt', () => {
  const ruledOut = (first: readonly JsonValue[], second: readonly JsonValue[]): readonly string[] => {
    const history = historyOf([
      { timeNs: 0, process: 0, type: 'invoke', f: 'txn', value: [first] },
      { timeNs: 1, process: 0, type: 'ok', f: 'txn', value: [first] },
      { timeNs: 2, process: 0, type: 'invoke', f: 'txn', value: [second] },
      { timeNs: 3, process: 0, type: 'info', f: 'txn', value: [second] },
    ]);
    const checker = second[0] === 'append' ? listAppendChecker : rwRegisterChecker;
    return checker.check(history, contextWith()).facts['ruledOut'] as readonly string[];
  };

  it.each([
    ['registers', ['r', 'x', 5], ['w', 'x', 5]],
    ['lists', ['r', 'x', [5]], ['append', 'x', 5]],
  ])('comes after those of its process before it: %s', (_, first, second) => {
    const levels = ruledOut(first, second);
    expect(levels).toContain('strong-session-read-committed');
    expect(levels).toContain('strong-session-serializable');
    expect(levels).not.toContain('serializable');
  });

  it('precedes nobody', () => {
    expect(ruledOut(['r', 'x', null], ['w', 'x', 5])).toEqual([]);
  });
});
