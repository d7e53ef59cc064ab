import type { JsonObject, JsonValue } from '../../harness/kernel/json.ts';
import { getOrAdd } from '../judging/get-or-add.ts';
import type { Operations } from '../judging/operations.ts';

/** One change of a key, as a watch or the writer's answer told it. */
export interface WatchEvent {
  readonly key: string;
  readonly revision: number;
  /** Null for a deletion. */
  readonly value: JsonValue;
  /** What the stream said was there before; undefined where it did not say. */
  readonly previous: JsonValue | undefined;
  readonly isCreate: boolean | undefined;
}

/** One message of a stream. */
export interface WatchResponse {
  /** Progress: everything up to here has been delivered. Undefined on messages that bring events only. */
  readonly progress: number | undefined;
  readonly events: readonly WatchEvent[];
}

/** One stream from its begin to its end. */
export interface Watch {
  readonly op: number;
  readonly key: string | undefined;
  readonly prefix: string;
  /** Revision from which it was asked to deliver; undefined: from now on. */
  readonly from: number | undefined;
  readonly responses: readonly WatchResponse[];
}

/**
 * The `watch` operations of a history. Argument: `{ key? , prefix?, from? }`. Answer: a list of
 * `{ events: [{ key, revision, value (null: deleted), previous?, isCreate? }], progress? }`.
 */
export function watchesOf(operations: Operations): Watch[] {
  return [...operations.invocations].flatMap((op): Watch[] => {
    if (operations.f(op) !== 'watch' || !operations.isOk(op)) return [];
    const asked = objectOf(operations.history.decode(operations.input(op)));
    const { key, prefix, from } = asked;
    return [
      {
        op,
        key: typeof key === 'string' ? key : undefined,
        prefix: typeof prefix === 'string' ? prefix : '',
        from: typeof from === 'number' ? from : undefined,
        responses: listOf(operations.history.decode(operations.output(op))).map(responseOf),
      },
    ];
  });
}

/** Whether a watch asked for this key. */
export function matches(watch: Watch, key: string): boolean {
  return watch.key === undefined ? key.startsWith(watch.prefix) : key === watch.key;
}

/** A change that is known to have happened, and an operation that says so. */
export interface KnownEvent extends WatchEvent {
  readonly op: number;
}

/** All changes that are known to have happened. */
export interface Known {
  /** By key, in order of revision. */
  readonly byKey: ReadonlyMap<string, readonly KnownEvent[]>;
  /** How many of them a stream may miss or contradict: those that a writer or two streams tell. */
  readonly toldByOthers: number;
}

/**
 * Every change that a stream or a writer's answer tells. Writers are `write` (or `put`) and `delete` with a key, answered
 * by `{ revision }`.
 */
export function knownEvents(operations: Operations, watches: readonly Watch[]): Known {
  const byKey = new Map<string, Map<number, KnownEvent>>();
  const others = new Set<KnownEvent>();
  const add = (event: KnownEvent): void => {
    const known = getOrAdd(byKey, event.key, () => new Map<number, KnownEvent>());
    const first = getOrAdd(known, event.revision, () => event);
    if (first.op !== event.op || operations.f(event.op) !== 'watch') others.add(first);
  };
  for (const op of operations.invocations) {
    const f = operations.f(op);
    if (!['write', 'put', 'delete'].includes(f) || !operations.isOk(op)) continue;
    const { revision } = objectOf(operations.history.decode(operations.output(op)));
    const key = operations.history.decode(operations.key(op));
    if (typeof revision !== 'number' || key === undefined) continue;
    const value = f === 'delete' ? null : (operations.history.decode(operations.input(op)) ?? null);
    add({ op, key: String(key as string | number), revision, value, previous: undefined, isCreate: undefined });
  }
  for (const watch of watches) {
    for (const { events } of watch.responses) for (const event of events) add({ ...event, op: watch.op });
  }
  const inOrder = [...byKey].map(
    ([key, events]) => [key, [...events.values()].sort((left, right) => left.revision - right.revision)] as const,
  );
  return { byKey: new Map(inOrder), toldByOthers: others.size };
}

function responseOf(value: JsonValue): WatchResponse {
  const { events, progress } = objectOf(value);
  return {
    progress: typeof progress === 'number' ? progress : undefined,
    events: listOf(events).flatMap((event): WatchEvent[] => {
      const { key, revision, value: held = null, previous, isCreate } = objectOf(event);
      if (typeof key !== 'string' || typeof revision !== 'number') return [];
      return [{ key, revision, value: held, previous, isCreate: typeof isCreate === 'boolean' ? isCreate : undefined }];
    }),
  };
}

function objectOf(value: JsonValue | undefined): Partial<JsonObject> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [];
}
