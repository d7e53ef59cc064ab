import type { History } from '../../harness/kernel/history.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import { isSame, plainOps, type Drawn, type OracleAnswer, type PlainOp, type Shape } from './plain-histories.ts';

/*
 * Dumb judges of logs and of streams of changes, straight from what the anomalies mean.
 */

/*
 * Logs: what is sent at position p is the value 2p at offset 2p, of log `k` or `l` by parity, and a second one after it.
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

/*
 * Streams: the change at revision r is of key `a` or `b` by parity, with value r; now and then something else.
 */

const changedKey = (revision: number): string => (revision % 2 === 0 ? 'a' : 'b');

function told(revision: number, draw: number): JsonValue {
  const value = draw % 47 === 0 ? 99 : revision;
  const key = draw % 37 === 0 ? 'a' : changedKey(revision);
  const previous: JsonValue = draw % 5 === 0 ? revision - (draw % 3 === 0 ? 4 : 2) : null;
  return {
    key,
    revision,
    value,
    ...(draw % 5 === 0 ? { previous } : {}),
    ...(draw % 7 === 0 ? { isCreate: draw % 3 === 0 } : {}),
  };
}

function messages(draw: number): JsonValue {
  const start = 1 + (draw % 3);
  const isOfAll = draw % 3 === 1 || draw % 11 === 0;
  const revisions = [start, start + 1, start + 2, start + 3].filter(
    (revision, bit) => ((draw >> (bit + 2)) & 7) !== 0 && (isOfAll || revision % 2 === 0),
  );
  const events = revisions.map((revision) => told(revision, (draw * 7 + revision) % 512));
  if (draw % 23 === 0) events.reverse();
  if (draw % 19 === 0 && isOfAll) events.push(told(start, 1));
  const cut = draw % 4;
  const progress = draw % 6 === 0 ? [{ events: [], progress: start + (draw % 5) }] : [];
  return [{ events: events.slice(0, cut) }, ...progress, { events: events.slice(cut) }];
}

export const watchShapes: readonly Shape[] = [
  {
    f: 'watch',
    input: (_, draw) =>
      draw % 3 === 0 ? { key: 'a' } : draw % 3 === 1 ? { from: 1 + (draw % 4) } : { from: 2, prefix: 'a' },
    output: messages,
  },
  {
    f: 'txn',
    input: () => null,
    output: () => null,
  },
];

interface PlainEvent {
  readonly op: PlainOp;
  readonly key: string;
  readonly revision: number;
  readonly value: JsonValue;
  readonly previous?: JsonValue;
  readonly isCreate?: boolean;
  readonly message: number;
}

interface PlainWatch {
  readonly op: PlainOp;
  readonly asked: { readonly key?: string; readonly prefix?: string; readonly from?: number };
  readonly events: readonly PlainEvent[];
  /** Revisions said to be complete, with the number of the message that says so. */
  readonly progress: readonly { readonly revision: number; readonly message: number }[];
}

function watchIn(op: PlainOp): PlainWatch {
  const list = op.output as { events: Omit<PlainEvent, 'op' | 'message'>[]; progress?: number }[];
  return {
    op,
    asked: op.input as PlainWatch['asked'],
    events: list.flatMap(({ events }, message) => events.map((event) => ({ ...event, op, message }))),
    progress: list.flatMap(({ progress }, message) =>
      progress === undefined ? [] : [{ revision: progress, message }],
    ),
  };
}

const isWanted = ({ asked: { key, prefix = '' } }: PlainWatch, name: string): boolean =>
  key === undefined ? name.startsWith(prefix) : name === key;

export function judgeWatchesDumbly(history: History): OracleAnswer {
  const ops = plainOps(history).filter(({ type }) => type === 'ok');
  const watches = ops.filter(({ f }) => f === 'watch').map(watchIn);
  const delivered = watches.flatMap(({ events }) => events);
  const isSameChange = (one: PlainEvent, other: PlainEvent): boolean =>
    one.key === other.key && one.revision === other.revision;
  const anomalies = new Set<string>(
    watches.flatMap((watch) => [...streamFaults(watch), ...gapFaults(watch, delivered)]),
  );
  for (const event of delivered) {
    const first = delivered.find((other) => isSameChange(event, other));
    if (first !== undefined && first.op !== event.op && !isSame(first.value, event.value)) anomalies.add('Reliable');
    for (const anomaly of pastFaults(event, delivered, watches)) anomalies.add(anomaly);
  }
  const isToldTwice = delivered.some((one) =>
    delivered.some((other) => one.op !== other.op && isSameChange(one, other)),
  );
  return { anomalies, isInDoubt: !isToldTwice };
}

function streamFaults(watch: PlainWatch): string[] {
  const { events, progress } = watch;
  return events.flatMap((event, at) => {
    const earlier = events.slice(0, at);
    const faults: string[] = [];
    const isRepeated = earlier.some(({ key, revision }) => key === event.key && revision === event.revision);
    if (!isWanted(watch, event.key)) faults.push('Filter');
    if (earlier.some(({ revision }) => revision > event.revision)) faults.push('Ordered');
    if (isRepeated) faults.push('Unique');
    const before = earlier.filter(({ message }) => message < event.message).map(({ revision }) => revision);
    if (!isRepeated && Math.max(...before) === event.revision) faults.push('Atomic');
    if (progress.some(({ revision, message }) => message < event.message && event.revision <= revision)) {
      faults.push('Bookmarkable');
    }
    if (progress.some(({ revision, message }) => message >= event.message && revision < event.revision)) {
      faults.push('Bookmarkable');
    }
    return faults;
  });
}

function gapFaults(watch: PlainWatch, delivered: readonly PlainEvent[]): string[] {
  const {
    events,
    asked: { from },
  } = watch;
  const revisions = events.map(({ revision }) => revision);
  const [first, lastDelivered, last] = [Math.min(...revisions), Math.max(...revisions), lastOf(watch)];
  return delivered.flatMap(({ key, revision }): string[] => {
    const isDue = isWanted(watch, key) && revision >= (from ?? first) && revision <= last;
    if (!isDue || events.some((event) => event.key === key && event.revision === revision)) return [];
    if (revisions.includes(revision)) return ['Atomic'];
    return [revision > lastDelivered ? 'Bookmarkable' : revision < first ? 'Resumable' : 'Reliable'];
  });
}

function lastOf({ events, progress }: PlainWatch): number {
  return Math.max(...[...events, ...progress].map(({ revision }) => revision));
}

function pastFaults(event: PlainEvent, delivered: readonly PlainEvent[], watches: readonly PlainWatch[]): string[] {
  const earlier = delivered.filter(({ key, revision }) => key === event.key && revision < event.revision);
  const latest = Math.max(...earlier.map(({ revision }) => revision));
  const before = earlier.find(({ revision }) => revision === latest);
  if (before === undefined) return [];
  const isCertain =
    latest === event.revision - 1 ||
    watches.some((watch) => {
      const from = watch.asked.from ?? Math.min(...watch.events.map(({ revision }) => revision));
      return isWanted(watch, event.key) && from <= latest + 1 && lastOf(watch) >= event.revision - 1;
    });
  if (!isCertain) return [];
  const faults: string[] = [];
  if (event.previous !== undefined && !isSame(event.previous, before.value)) faults.push('PrevKV');
  if (event.isCreate === true) faults.push('IsCreate');
  return faults;
}
