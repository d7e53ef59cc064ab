import { NO_PAIR, TYPE_FAIL, TYPE_OK } from '../../harness/kernel/history.ts';
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
  /** Takes without answer: each dequeue may have removed one value unseen, each drain any number. */
  readonly unseenDequeues: number;
  readonly unseenDrains: number;
  /** Invocation of the last operation that found the queue empty, or -1. */
  readonly lastFoundEmpty: number;
}

/** Failure codes of a dequeue that say that nothing was there. */
const EMPTY_CODES = ['empty', 'precondition'];

/**
 * Collects `enqueue` (a value), `dequeue` (answers a value; null or a failure `empty` says that there was none) and
 * `drain` (answers a list of all that was left). `invocations` are those of one queue. O(operations).
 */
export function tallyQueue(operations: Operations, invocations: Iterable<number>, budget: Budget): QueueTally {
  const values = new Map<number | string, QueuedValue>();
  const of = (value: JsonValue): QueuedValue =>
    getOrAdd(values, identityOf(value), () => ({ value, acknowledged: [], inDoubt: [], failed: [], taken: [] }));
  let [unseenDequeues, unseenDrains, lastFoundEmpty] = [0, 0, -1];
  for (const op of invocations) {
    budget.step();
    const outcome = operations.outcome(op);
    const f = operations.f(op);
    if (f === 'enqueue') {
      const entry = of(operations.history.decode(operations.input(op)) ?? null);
      (outcome === TYPE_OK ? entry.acknowledged : outcome === TYPE_FAIL ? entry.failed : entry.inDoubt).push(op);
    } else if (f === 'dequeue' || f === 'drain') {
      const isEmpty = f === 'drain' || EMPTY_CODES.includes(operations.errorCode(op));
      if (outcome === TYPE_FAIL) lastFoundEmpty = isEmpty && f === 'dequeue' ? op : lastFoundEmpty;
      else if (outcome !== TYPE_OK) {
        if (f === 'drain') unseenDrains++;
        else unseenDequeues++;
      } else {
        const taken = takenBy(operations, op);
        for (const value of taken) of(value).taken.push(op);
        if (f === 'drain' || taken.length === 0) lastFoundEmpty = op;
      }
    }
  }
  return { values: [...values.values()], unseenDequeues, unseenDrains, lastFoundEmpty };
}

function takenBy(operations: Operations, op: number): readonly JsonValue[] {
  const answer = operations.history.decode(operations.output(op)) ?? null;
  if (operations.f(op) === 'drain') return Array.isArray(answer) ? (answer as readonly JsonValue[]) : [];
  return answer === null ? [] : [answer];
}

/** Enqueues that may have put the value there before a take was answered. */
export function possibleSources(operations: Operations, value: QueuedValue, take: number): number[] {
  const end = operations.completion(take);
  return [...value.acknowledged, ...value.inDoubt].filter((enqueue) => end === NO_PAIR || enqueue < end);
}
