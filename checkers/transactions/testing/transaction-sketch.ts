import { historyOf } from '../../../harness/history/index.ts';
import type { History } from '../../../harness/kernel/history.ts';
import type { JsonValue } from '../../../harness/kernel/json.ts';
import type { OpDraft, OpType } from '../../../harness/kernel/op.ts';

/** A transaction that a test writes down: process, outcome, micro-operations as in {@link microOps}. */
export type SketchedTransaction = readonly [process: number, type: Exclude<OpType, 'invoke'>, microOps: string];

/**
 * The micro-operations of a text such as `ax1 rx[1,2] ry_ wz3 rz3`: a letter for append, read or write, a letter for the
 * key, then the value, `_` for nothing.
 */
export function microOps(text: string): JsonValue[] {
  return text
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => {
      const name = word.startsWith('a') ? 'append' : (word[0] ?? '');
      const value = word.slice(2);
      return [name, word[1] ?? '', value === '_' ? null : (JSON.parse(value) as JsonValue)];
    });
}

/** The history of these transactions, one after another. */
export function inSequence(transactions: readonly SketchedTransaction[]): History {
  return historyOf(
    transactions.flatMap((each, index) => [invocation(each, index * 2), completion(each, index * 2 + 1)]),
  );
}

/** The history of these transactions, all at the same time. Each must have a process of its own. */
export function concurrently(transactions: readonly SketchedTransaction[]): History {
  return historyOf([
    ...transactions.map((each) => invocation(each, 0)),
    ...transactions.map((each) => completion(each, 1)),
  ]);
}

function invocation([process, , text]: SketchedTransaction, timeNs: number): OpDraft {
  return { process, type: 'invoke', f: 'txn', value: withoutResults(microOps(text)), timeNs };
}

function completion([process, type, text]: SketchedTransaction, timeNs: number): OpDraft {
  const value = type === 'ok' ? microOps(text) : withoutResults(microOps(text));
  return { process, type, f: 'txn', value, timeNs };
}

function withoutResults(all: readonly JsonValue[]): JsonValue[] {
  return all.map((each) => (Array.isArray(each) && each[0] === 'r' ? ['r', each[1] as JsonValue, null] : each));
}
