import { getOrAdd } from '../judging/get-or-add.ts';
import type { Operations } from '../judging/operations.ts';
import type { LogIndex } from './log-index.ts';
import type { LogRecord } from './log-records.ts';

/** Two records of one log, one right after the other for a process, that do not follow each other in the log. */
export interface LogStep {
  readonly anomaly: string;
  readonly before: LogRecord;
  readonly after: LogRecord;
  /** Something at an offset between them, where one was skipped. */
  readonly skipped?: LogRecord;
}

/**
 * Steps that go back (`nonmonotonic-`) between consecutive polls and between consecutive sends of a process, and steps
 * that leave out a known record (`poll-skip`) between polls; with the prefix `int-` inside one operation. A `subscribe` or
 * `assign` lets the next poll start anywhere.
 */
export function badSteps(operations: Operations, index: LogIndex): LogStep[] {
  const steps: LogStep[] = [];
  /** By process: the last polled and the last sent record of each log. */
  const last = new Map<number, Map<string, LogRecord>>();
  for (const op of operations.invocations) {
    const mine = getOrAdd(last, operations.process(op), () => new Map<string, LogRecord>());
    const f = operations.f(op);
    if (f === 'subscribe' || f === 'assign') {
      for (const name of mine.keys()) if (name.startsWith('poll ')) mine.delete(name);
      continue;
    }
    for (const after of index.byOp.get(op) ?? []) {
      if (after.offset === null) continue;
      const name = `${after.action} ${after.key}`;
      const before = mine.get(name);
      mine.set(name, after);
      if (before !== undefined) steps.push(...stepsBetween(index, before, after));
    }
  }
  return steps;
}

function stepsBetween(index: LogIndex, before: LogRecord, after: LogRecord): LogStep[] {
  const [from, to] = [before.offset ?? 0, after.offset ?? 0];
  const isInternal = before.op === after.op;
  const prefix = isInternal ? 'int-' : '';
  if (to <= from) return [{ anomaly: `${prefix}nonmonotonic-${after.action}`, before, after }];
  // Gaps between sends are other processes' records.
  if (after.action === 'send') return [];
  const skipped = recordBetween(index, after.key, from, to);
  return skipped === undefined ? [] : [{ anomaly: `${prefix}poll-skip`, before, after, skipped }];
}

/** A record that was seen at an offset strictly between the two. O(log offsets). */
function recordBetween(index: LogIndex, key: string, from: number, to: number): LogRecord | undefined {
  const log = index.logs.get(key);
  if (log === undefined) return undefined;
  let [low, high] = [0, log.order.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((log.order[middle] ?? 0) > from) high = middle;
    else low = middle + 1;
  }
  const offset = log.order[low];
  if (offset === undefined || offset >= to) return undefined;
  return log.offsets.get(offset)?.values().next().value;
}
