import type { History } from '../../harness/kernel/history.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import { plainOps, type Drawn, type OracleAnswer, type PlainOp, type Shape } from './plain-histories.ts';

/*
 * A dumb judge of logs, straight from what the anomalies mean: what is sent at position p is the value 2p at offset 2p, of log `k` or `l` by parity, and a second one after it.
 */

const keyOf = (position: number): string => (position % 2 === 0 ? 'k' : 'l');

function sent(position: number, draw: number): JsonValue[] {
  const offset = draw % 41 === 0 ? null : draw % 43 === 0 ? 2 : 2 * position;
  const first: JsonValue = ['send', keyOf(position), [offset, 2 * position]];
  return draw % 4 > 0 ? [first] : [first, ['send', keyOf(position), [2 * position + 1, 2 * position + 1]]];
}

function asked(steps: readonly JsonValue[]): JsonValue[] {
  return steps.map((step) => {
    const [action, key = null, pair = null] = step as readonly JsonValue[];
    return action === 'send' ? ['send', key, (pair as readonly JsonValue[])[1] ?? null] : ['poll'];
  });
}

/** Half of the time all that was sent to both logs, else any part of one of them. */
function polled(draw: number, earlier: readonly Drawn[]): JsonValue {
  if (draw % 2 === 0) {
    const logs = new Map<string, JsonValue[]>();
    for (const each of earlier.filter(({ f }) => f === 'send' || f === 'txn')) {
      const steps = sent(each.position, each.draw).map((step) => (step as readonly JsonValue[])[2] ?? null);
      const whole = steps.map((pair) => [2 * each.position, (pair as readonly JsonValue[])[1] ?? null]);
      const log = logs.get(keyOf(each.position)) ?? [];
      const isOdd = each.draw % 41 === 0 || each.draw % 43 === 0;
      logs.set(keyOf(each.position), [...log, ...(isOdd ? whole.slice(0, 1) : steps)]);
    }
    return ['poll', Object.fromEntries(logs)];
  }
  const log = (draw >> 1) % 2;
  const start = (draw >> 2) % 3;
  const count = (draw >> 4) % 4;
  const records = Array.from({ length: count }, (_, step) => 2 * (log + 2 * (start + step)));
  const shown = draw % 29 === 0 ? records.toReversed() : draw % 31 === 0 ? records.slice(0, -1) : records;
  return ['poll', { [keyOf(log)]: shown.map((offset) => [offset + (draw % 53 === 0 ? 1 : 0), offset]) }];
}

export const logShapes: readonly Shape[] = [
  {
    f: 'send',
    input: (position, draw) => asked(sent(position, draw)),
    output: (draw, position) => sent(position, draw),
    weight: 3,
  },
  { f: 'poll', input: () => [['poll']], output: (draw, _, earlier) => [polled(draw, earlier)], weight: 3 },
  {
    f: 'txn',
    input: (position, draw) => asked([...sent(position, draw), polled(draw, [])]),
    output: (draw, position, earlier) => [...sent(position, draw), polled(draw, earlier)],
    weight: 2,
  },
  { f: 'assign', input: (_, draw) => (draw % 2 === 0 ? ['k', 'l'] : ['k']), output: () => null },
  { f: 'subscribe', input: () => ['k', 'l'], output: () => null },
];

interface PlainRecord {
  readonly op: PlainOp;
  readonly action: string;
  readonly key: string;
  readonly offset: number | null;
  readonly value: JsonValue;
  readonly position: number;
}

function recordsOf(op: PlainOp): PlainRecord[] {
  if (!['send', 'poll', 'txn'].includes(op.f)) return [];
  const steps = (op.type === 'ok' ? op.output : op.input) as JsonValue[][];
  const records = steps.flatMap((step) => {
    const [action, key, pair] = step as [string, JsonValue, JsonValue];
    if (action === 'send') {
      const [offset, value] = Array.isArray(pair) ? (pair as [number | null, JsonValue]) : [null, pair];
      return [{ op, action, key: key as string, offset, value }];
    }
    return Object.entries((key ?? {}) as Record<string, [number, JsonValue][]>).flatMap(([log, pairs]) =>
      pairs.map(([offset, value]) => ({ op, action, key: log, offset, value })),
    );
  });
  return records.map((record, position) => ({ ...record, position }));
}

const isSameRecord = (one: PlainRecord, other: PlainRecord): boolean =>
  one.key === other.key && one.value === other.value;

export function judgeLogsDumbly(history: History): OracleAnswer {
  const ops = plainOps(history);
  const records = ops.flatMap(recordsOf);
  const sends = records.filter(({ action }) => action === 'send');
  const polls = records.filter(({ action }) => action === 'poll');
  const possible = sends.filter(({ op }) => op.type !== 'fail');
  const known = [...polls, ...sends.filter(({ op }) => op.type === 'ok')].filter(({ offset }) => offset !== null);
  const anomalies = new Set<string>();
  for (const one of known) {
    const same = known.filter((other) => isSameRecord(one, other));
    const offsets = new Set(same.map(({ offset }) => offset));
    const times = possible.filter((send) => isSameRecord(one, send)).length;
    if (offsets.size > Math.max(1, times)) anomalies.add('duplicate');
    if (known.some((other) => one.key === other.key && one.offset === other.offset && one.value !== other.value)) {
      anomalies.add('inconsistent-offsets');
    }
  }
  for (const poll of polls) {
    const mine = possible.filter((send) => isSameRecord(send, poll));
    if (mine.some(({ op }) => op === poll.op)) anomalies.add('precommitted-read');
    if (mine.some(({ op }) => op.from < poll.op.to)) continue;
    const hasFailed = sends.some((send) => isSameRecord(send, poll));
    anomalies.add(mine.length === 0 && hasFailed ? 'G1a' : 'unexpected');
  }
  const committed = ops.filter(
    (op) =>
      op.type === 'info' &&
      possible.some(
        (send) => send.op === op && polls.some((poll) => isSameRecord(send, poll)) && isOnly(send, possible),
      ),
  );
  let isInDoubt = polls.length === 0 || sends.length === 0;
  for (const send of possible) {
    const isCertain = send.op.type === 'ok' || (send.op.f === 'txn' && committed.includes(send.op));
    if (!isCertain || polls.some((poll) => isSameRecord(send, poll))) continue;
    const atMost = send.op.type === 'ok' ? [send.offset ?? Infinity] : offsetsOfLater(send, possible, known);
    const isPassed = polls.some(({ key, offset }) => key === send.key && Number(offset) >= Math.min(...atMost));
    if (isPassed) anomalies.add('lost-write');
    else isInDoubt = true;
  }
  for (const anomaly of stepsOf(ops, known)) anomalies.add(anomaly);
  if (
    hasCircle(
      ops.filter((op) => op.type === 'ok' || committed.includes(op)),
      possible,
      polls,
    )
  )
    anomalies.add('G1c');
  return { anomalies, isInDoubt };
}

function isOnly(send: PlainRecord, possible: readonly PlainRecord[]): boolean {
  return possible.every((other) => other === send || !isSameRecord(send, other));
}

function offsetsOfLater(send: PlainRecord, possible: readonly PlainRecord[], known: readonly PlainRecord[]): number[] {
  const later = possible.filter(
    ({ op, key, position }) => op === send.op && key === send.key && position > send.position,
  );
  return known
    .filter((record) => later.some((other) => isSameRecord(record, other)))
    .map(({ offset }) => Number(offset));
}

/** Every pair of records of one process that follow each other, found by looking at everything before. */
function stepsOf(ops: readonly PlainOp[], known: readonly PlainRecord[]): string[] {
  const done = ops.filter(({ type }) => type === 'ok');
  return done.flatMap((op) =>
    recordsOf(op).flatMap((after): string[] => {
      if (after.offset === null) return [];
      const isBefore = (record: PlainRecord): boolean =>
        record.op.process === op.process &&
        record.action === after.action &&
        record.key === after.key &&
        record.offset !== null &&
        (record.op.from < op.from || (record.op.from === op.from && record.position < after.position));
      const before = done.flatMap(recordsOf).filter(isBefore).at(-1);
      if (before === undefined) return [];
      const isInternal = before.op.from === op.from;
      const between = ops.filter(
        (each) =>
          each.process === op.process && each.type !== 'fail' && each.from > before.op.from && each.from < op.from,
      );
      const isReset = between.some(
        ({ f, input }) => f === 'subscribe' || (f === 'assign' && !(input as string[]).includes(after.key)),
      );
      if (after.action === 'poll' && isReset) return [];
      const changes = ops.filter(
        (each) =>
          each.process === op.process &&
          each.type !== 'fail' &&
          ['assign', 'subscribe'].includes(each.f) &&
          each.from < op.from,
      );
      if (!isInternal && after.action === 'poll' && changes.at(-1)?.f === 'subscribe') return [];
      const prefix = isInternal ? 'int-' : '';
      const [from, to] = [Number(before.offset), Number(after.offset)];
      if (to <= from) return [`${prefix}nonmonotonic-${after.action}`];
      const isSkip = known.some(({ key, offset }) => key === after.key && Number(offset) > from && Number(offset) < to);
      return isSkip && after.action === 'poll' ? [`${prefix}poll-skip`] : [];
    }),
  );
}

/** Whether operations that must precede each other do so in a circle, by trying to reach each from itself. */
function hasCircle(ops: readonly PlainOp[], possible: readonly PlainRecord[], polls: readonly PlainRecord[]): boolean {
  const precedes = (one: PlainOp, other: PlainOp): boolean =>
    one !== other &&
    ((one.type === 'ok' && one.to < other.from) ||
      possible.some(
        (send) =>
          send.op === one &&
          possible.every((also) => also.op === one || !isSameRecord(also, send)) &&
          polls.some((poll) => poll.op === other && isSameRecord(send, poll)),
      ));
  const reaches = (from: PlainOp, to: PlainOp, seen: Set<PlainOp>): boolean =>
    ops.some((next) => {
      if (!precedes(from, next) || seen.has(next)) return false;
      return next === to || reaches(next, to, seen.add(next));
    });
  return ops.some((op) => reaches(op, op, new Set()));
}
