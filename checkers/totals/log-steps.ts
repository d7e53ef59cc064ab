import { upperBound } from '../../harness/kernel/bounds.ts';
import { TYPE_FAIL } from '../../harness/kernel/history.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import { getOrAdd } from '../judging/get-or-add.ts';
import type { Operations } from '../judging/operations.ts';
import type { LogIndex } from './log-index.ts';
import { nameOf, type LogRecord } from './log-records.ts';

/** Two records of one log, one right after the other for a process, that do not follow each other in the log. */
export interface LogStep {
  readonly anomaly: string;
  readonly before: LogRecord;
  readonly after: LogRecord;
  /** Whether this may happen where everything is right. */
  readonly isAllowed: boolean;
  /** Something at an offset between them, where one was skipped. */
  readonly skipped?: LogRecord;
}

/** What is known of a process between its operations. */
interface Client {
  /** The last polled and the last sent record of each log, by action and log. */
  readonly last: Map<string, LogRecord>;
  /** Whether the system decides which logs it polls: they may be taken from it and given to it at any time. */
  isSubscribed: boolean;
}

/**
 * Steps that go back (`nonmonotonic-`) between consecutive polls and between consecutive sends of a process, and steps
 * that leave out a known record (`poll-skip`, `int-send-skip`); with the prefix `int-` inside one operation. Steps between
 * polls of a process that had subscribed are `allowed`, and so is `int-send-skip`, because sends of transactions interleave.
 *
 * Positions are kept by `ok` operations only. `assign` keeps those of the logs that it names, if it did not fail;
 * `subscribe` keeps none.
 */
export function badSteps(operations: Operations, index: LogIndex): LogStep[] {
  const steps: LogStep[] = [];
  const clients = new Map<number, Client>();
  for (const op of operations.invocations) {
    const client = getOrAdd(clients, operations.process(op), () => ({ last: new Map(), isSubscribed: false }));
    const f = operations.f(op);
    if (f === 'subscribe' || f === 'assign') {
      if (operations.outcome(op) !== TYPE_FAIL) reassign(client, f, namesIn(operations, op));
      continue;
    }
    const isOk = operations.isOk(op);
    for (const after of isOk ? (index.byOp.get(op) ?? []) : []) {
      if (after.offset === null) continue;
      const name = `${after.action} ${after.key}`;
      const before = client.last.get(name);
      client.last.set(name, after);
      if (before !== undefined) steps.push(...stepsBetween(index, { before, after, client }));
    }
  }
  return steps;
}

function reassign(client: Client, f: string, names: readonly string[]): void {
  client.isSubscribed = f === 'subscribe';
  const kept = new Set(client.isSubscribed ? [] : names.map((name) => `poll ${name}`));
  for (const name of client.last.keys()) if (name.startsWith('poll ') && !kept.has(name)) client.last.delete(name);
}

function namesIn(operations: Operations, op: number): readonly string[] {
  const names = operations.history.decode(operations.input(op));
  return Array.isArray(names) ? (names as readonly JsonValue[]).map(nameOf) : [];
}

interface Step {
  readonly before: LogRecord;
  readonly after: LogRecord;
  readonly client: Client;
}

function stepsBetween(index: LogIndex, { before, after, client }: Step): LogStep[] {
  const [from, to] = [before.offset ?? 0, after.offset ?? 0];
  const isInternal = before.op === after.op;
  const prefix = isInternal ? 'int-' : '';
  const isAllowed = !isInternal && after.action === 'poll' && client.isSubscribed;
  if (to <= from) return [{ anomaly: `${prefix}nonmonotonic-${after.action}`, before, after, isAllowed }];
  // Between the sends of one operation and the next everybody may send.
  if (after.action === 'send' && !isInternal) return [];
  const skipped = recordBetween(index, after.key, from, to);
  if (skipped === undefined) return [];
  return [
    {
      anomaly: `${prefix}${after.action}-skip`,
      before,
      after,
      skipped,
      isAllowed: isAllowed || after.action === 'send',
    },
  ];
}

/** A record that was seen at an offset strictly between the two. O(log offsets). */
function recordBetween(index: LogIndex, key: string, from: number, to: number): LogRecord | undefined {
  const log = index.logs.get(key);
  if (log === undefined) return undefined;
  const offset = log.order[upperBound(log.order, from)];
  if (offset === undefined || offset >= to) return undefined;
  return log.offsets.get(offset)?.values().next().value;
}
