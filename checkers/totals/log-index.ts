import type { JsonValue } from '../../harness/kernel/json.ts';
import type { Budget } from '../judging/budget.ts';
import { getOrAdd } from '../judging/get-or-add.ts';
import { identityOf } from '../judging/identity.ts';
import type { Operations } from '../judging/operations.ts';
import { LOG_FUNCTIONS, logRecordsOf, type LogRecord } from './log-records.ts';

/** Everything known about one value of one log. */
export interface LoggedValue {
  readonly value: JsonValue;
  readonly sends: LogRecord[];
  readonly polls: LogRecord[];
  /** First record that saw the value at each offset. */
  readonly offsets: Map<number, LogRecord>;
  /** Of {@link offsets}, the record at the smallest one. */
  lowest: LogRecord | undefined;
}

/** One log, as everybody saw it. */
export interface LogView {
  readonly values: Map<number | string, LoggedValue>;
  /** What was seen at each offset: first record by value. */
  readonly offsets: Map<number, Map<number | string, LogRecord>>;
  /** Offsets at which something was seen, ascending. */
  order: readonly number[];
  /** Largest offset that an `ok` operation polled, with a record that did; -1 where nobody polled. */
  highestPolled: number;
  highestPoll: LogRecord | undefined;
}

/** The logs of a history by key. */
export interface LogIndex {
  readonly logs: ReadonlyMap<string, LogView>;
  /** The records of each operation, in order of invocation. */
  readonly byOp: ReadonlyMap<number, readonly LogRecord[]>;
  /** Operations in doubt that happened after all: somebody polled something that they sent. */
  readonly committed: ReadonlySet<number>;
  readonly counts: { readonly sent: number; readonly polled: number };
}

/** Indexes sends and polls. O(records log records). */
export function indexLogs(operations: Operations, budget: Budget): LogIndex {
  const logs = new Map<string, LogView>();
  const byOp = new Map<number, readonly LogRecord[]>();
  const counts = { sent: 0, polled: 0 };
  for (const op of operations.invocations) {
    if (!LOG_FUNCTIONS.includes(operations.f(op))) continue;
    const records = logRecordsOf(operations, op);
    budget.step(records.length * 4 + 1);
    budget.reserve(records.length * 120);
    byOp.set(op, records);
    for (const record of records) {
      addRecord(getOrAdd(logs, record.key, newLog), record);
      counts[record.action === 'send' ? 'sent' : 'polled']++;
    }
  }
  const committed = new Set<number>();
  for (const { values } of logs.values()) {
    for (const { sends, polls } of values.values()) {
      if (polls.every(({ outcome }) => outcome !== 'ok')) continue;
      const possible = sends.filter(({ outcome }) => outcome !== 'failed');
      const [only] = possible;
      if (only?.outcome === 'in-doubt' && possible.length === 1) committed.add(only.op);
    }
  }
  for (const log of logs.values()) log.order = [...log.offsets.keys()].sort((left, right) => left - right);
  return { logs, byOp, committed, counts };
}

function newLog(): LogView {
  return { values: new Map(), offsets: new Map(), order: [], highestPolled: -1, highestPoll: undefined };
}

function addRecord(log: LogView, record: LogRecord): void {
  const identity = identityOf(record.value);
  const entry = getOrAdd(log.values, identity, () => ({
    value: record.value,
    sends: [],
    polls: [],
    offsets: new Map<number, LogRecord>(),
    lowest: undefined,
  }));
  (record.action === 'send' ? entry.sends : entry.polls).push(record);
  const { offset } = record;
  // The offset of a send that failed or is in doubt may have been given away again.
  if (offset === null || (record.action === 'send' && record.outcome !== 'ok')) return;
  if (!entry.offsets.has(offset)) {
    entry.offsets.set(offset, record);
    if (offset < (entry.lowest?.offset ?? Infinity)) entry.lowest = record;
  }
  const here = getOrAdd(log.offsets, offset, () => new Map<number | string, LogRecord>());
  if (!here.has(identity)) here.set(identity, record);
  if (record.action === 'poll' && record.outcome === 'ok' && offset > log.highestPolled) {
    log.highestPolled = offset;
    log.highestPoll = record;
  }
}
