import { NULL_CODE, TYPE_FAIL, TYPE_OK } from '../../harness/kernel/history.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import type { Budget } from '../judging/budget.ts';
import { getOrAdd } from '../judging/get-or-add.ts';
import { identityOf } from '../judging/identity.ts';
import type { Operations } from '../judging/operations.ts';

/** What happened to one value of a queue. */
export interface QueuedValue {
  readonly value: JsonValue;
  /** Enqueues that were acknowledged, are in doubt, and definitely failed. */
  readonly acknowledged: number[];
  readonly inDoubt: number[];
  readonly failed: number[];
  /** Dequeues and drains that returned it, once per time. */
  readonly taken: number[];
}

/** What happened to all values of one queue. */
export interface QueueTally {
  readonly values: readonly QueuedValue[];
  /** Takes without a readable answer: each dequeue may have removed one value unseen, each drain any number. */
  readonly unseenDequeues: readonly number[];
  readonly unseenDrains: number;
  /** Invocation of the last operation that found the queue empty, or -1. */
  readonly lastFoundEmpty: number;
  /** Enqueues of null, which nobody can tell from an empty queue: left out. */
  readonly nullEnqueues: number;
}

/** Failure codes of a dequeue that say that nothing was there. */
const EMPTY_CODES = ['empty', 'precondition'];

/**
 * Collects `enqueue` (a value), `dequeue` (answers a value; null or a failure `empty` says that there was none) and
 * `drain` (answers a list of all that was left). `invocations` are those of one queue. O(operations).
 */
export function tallyQueue(operations: Operations, invocations: readonly number[], budget: Budget): QueueTally {
  const values = new Map<number | string, QueuedValue>();
  const of = (value: JsonValue): QueuedValue =>
    getOrAdd(values, identityOf(value), () => ({ value, acknowledged: [], inDoubt: [], failed: [], taken: [] }));
  const unseenDequeues: number[] = [];
  let [unseenDrains, lastFoundEmpty] = [0, -1];
  const isNullEnqueue = (op: number): boolean =>
    operations.f(op) === 'enqueue' && operations.input(op) === NULL_CODE && operations.outcome(op) !== TYPE_FAIL;
  const nullEnqueues = invocations.filter(isNullEnqueue).length;
  for (const op of invocations) {
    budget.step();
    const outcome = operations.outcome(op);
    const f = operations.f(op);
    if (f === 'enqueue') {
      if (operations.input(op) === NULL_CODE) continue;
      const entry = of(operations.history.decode(operations.input(op)) ?? null);
      (outcome === TYPE_OK ? entry.acknowledged : outcome === TYPE_FAIL ? entry.failed : entry.inDoubt).push(op);
    } else if (f === 'dequeue' || f === 'drain') {
      const isEmpty = f === 'drain' || EMPTY_CODES.includes(operations.errorCode(op));
      if (outcome === TYPE_FAIL) lastFoundEmpty = isEmpty && f === 'dequeue' ? op : lastFoundEmpty;
      else if (outcome !== TYPE_OK) {
        if (f === 'drain') unseenDrains++;
        else unseenDequeues.push(op);
      } else {
        const taken = takenBy(operations, op);
        for (const value of taken ?? []) of(value).taken.push(op);
        if (taken === undefined) unseenDrains++;
        else if (f === 'drain' || (taken.length === 0 && nullEnqueues === 0)) lastFoundEmpty = op;
      }
    }
  }
  return { values: [...values.values()], unseenDequeues, unseenDrains, lastFoundEmpty, nullEnqueues };
}

/** What a take answered; undefined for a drain that answered no list. */
function takenBy(operations: Operations, op: number): readonly JsonValue[] | undefined {
  const answer = operations.history.decode(operations.output(op)) ?? null;
  if (operations.f(op) === 'drain') return Array.isArray(answer) ? (answer as readonly JsonValue[]) : undefined;
  return answer === null ? [] : [answer];
}
