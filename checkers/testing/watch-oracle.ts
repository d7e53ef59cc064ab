import type { History } from '../../harness/kernel/history.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import { isSame, plainOps, type OracleAnswer, type PlainOp, type Shape } from './plain-histories.ts';

/*
 * A dumb judge of streams of changes, straight from what the anomalies mean: the change at revision r is of key `a` or `b` by parity, with value r; now and then something else.
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
