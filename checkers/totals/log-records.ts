import type { JsonValue } from '../../harness/kernel/json.ts';
import { NO_PAIR, TYPE_FAIL, TYPE_OK } from '../../harness/kernel/history.ts';
import type { Operations } from '../judging/operations.ts';

/** One record that an operation sent to or polled from a log, in the order of the operation. */
export interface LogRecord {
  readonly op: number;
  readonly action: 'send' | 'poll';
  readonly key: string;
  /** Null where the answer did not say. */
  readonly offset: number | null;
  readonly value: JsonValue;
  readonly outcome: 'ok' | 'in-doubt' | 'failed';
}

/** Names of operations that send to and poll from logs. */
export const LOG_FUNCTIONS: readonly string[] = ['send', 'poll', 'txn'];

/**
 * The records of one operation. Values are lists of micro-operations, as Jepsen's kafka workload has them:
 * `["send", key, value]`, answered by `["send", key, [offset, value]]`, and `["poll"]`, answered by
 * `["poll", {key: [[offset, value], ...]}]`. An operation that failed or is in doubt may come back with what it had been
 * answered until then.
 */
export function logRecordsOf(operations: Operations, op: number): LogRecord[] {
  const type = operations.outcome(op);
  const outcome = type === TYPE_OK ? 'ok' : type === TYPE_FAIL ? 'failed' : 'in-doubt';
  const hasEnd = operations.completion(op) !== NO_PAIR;
  const answered = hasEnd ? listOf(operations.history.decode(operations.output(op))) : [];
  const asked = listOf(operations.history.decode(operations.input(op)));
  // What was never answered was asked for all the same.
  const steps = [...answered, ...asked.slice(answered.length)];
  return steps.flatMap((step, index): LogRecord[] => {
    const [action, second = null, third = null] = listOf(step);
    if (action === 'send') {
      const [offset, value] = Array.isArray(third) ? listOf(third) : [null, third];
      return [{ op, action, key: nameOf(second), offset: numberOf(offset), value: value ?? null, outcome }];
    }
    // Only an answer tells what was polled.
    if (action !== 'poll' || index >= answered.length || typeof second !== 'object' || second === null) return [];
    return Object.entries(second).flatMap(([key, messages]) =>
      listOf(messages as JsonValue).map((message): LogRecord => {
        const [offset = null, value = null] = listOf(message);
        return { op, action, key, offset: numberOf(offset), value, outcome };
      }),
    );
  });
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [];
}

/** The name of a log: keys of JSON objects are texts. */
export function nameOf(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function numberOf(value: JsonValue | undefined): number | null {
  return typeof value === 'number' ? value : null;
}
