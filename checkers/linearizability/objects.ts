import type { Shard } from '../../harness/kernel/checker.ts';
import {
  NO_KEY,
  NO_PAIR,
  NULL_CODE,
  TYPE_FAIL,
  TYPE_INVOKE,
  TYPE_OK,
  type History,
} from '../../harness/kernel/history.ts';
import {
  ENDED_FAIL,
  ENDED_OK,
  ENDED_OPEN,
  NEVER,
  type GatheredOperations,
  type OperationColumns,
} from './operations.ts';

/**
 * Collects the operations of a history by object: one per key, or a single one where `byKey` is false. With a shard only
 * those of its share: each object in turn goes to the share with the fewest operations so far. O(entries).
 */
export function objectsOf(history: History, byKey: boolean, shard: Shard = { index: 0, of: 1 }): Objects {
  const { of, keys, sizes } = numberObjects(history, byKey);
  const mine = shareOf(sizes, shard);
  const start = new Int32Array(mine.length + 1);
  const fill = new Int32Array(sizes.length).fill(ELSEWHERE);
  for (let index = 0; index < mine.length; index++) {
    const object = mine[index] as number;
    fill[object] = start[index] as number;
    start[index + 1] = (start[index] as number) + (sizes[object] as number);
  }
  return new Objects({
    records: recordsOf(history, of, fill, start[mine.length] as number),
    start,
    key: Int32Array.from(mine, (object) => keys[object] as number),
    number: mine,
    total: { operations: of.length, objects: sizes.length },
  });
}

interface ObjectParts {
  /** {@link RECORD} numbers per operation, object by object, each in order of invocation. */
  readonly records: Int32Array;
  /** Those of object i are the records `start[i] .. start[i + 1])`. */
  readonly start: Int32Array;
  readonly key: Int32Array;
  readonly number: Int32Array;
  readonly total: { readonly operations: number; readonly objects: number };
}

/** The independent objects of a history, or a share of them, in order of their first use. */
export class Objects {
  readonly count: number;
  /** The key code of each, or {@link NO_KEY}. */
  readonly key: Int32Array;
  /** The number of each among all objects of the history, in whose order findings are told. */
  readonly number: Int32Array;
  /** Of the whole history, whatever the share. */
  readonly total: ObjectParts['total'];
  readonly #records: Int32Array;
  readonly #start: Int32Array;

  constructor({ records, start, key, number, total }: ObjectParts) {
    this.count = number.length;
    this.key = key;
    this.number = number;
    this.total = total;
    this.#records = records;
    this.#start = start;
  }

  /** The operations of one object, in order of invocation. O(operations). */
  operationsOf(object: number): GatheredOperations {
    const records = this.#records;
    const first = this.#start[object] as number;
    const count = (this.#start[object + 1] as number) - first;
    const [invoke, complete, argument] = [new Int32Array(count), new Int32Array(count), new Int32Array(count)];
    const [answer, f, ended] = [new Int32Array(count), new Uint16Array(count), new Uint8Array(count)];
    for (let slot = 0; slot < count; slot++) {
      const at = (first + slot) * RECORD;
      invoke[slot] = records[at] as number;
      complete[slot] = records[at + COMPLETE] as number;
      argument[slot] = records[at + ARGUMENT] as number;
      answer[slot] = records[at + ANSWER] as number;
      f[slot] = (records[at + F_AND_END] as number) >> END_BITS;
      ended[slot] = (records[at + F_AND_END] as number) & END_MASK;
    }
    return { count, invoke, complete, ended, f, argument, answer };
  }
}

/**
 * A record begins with the entry of its invocation. One stream per object, and not one per object and column: with thousands of
 * objects, every write of each would miss the caches for pages.
 */
const RECORD = 5;
const [COMPLETE, ARGUMENT, ANSWER, F_AND_END] = [1, 2, 3, 4] as const;
const END_BITS = 2;
const END_MASK = 3;

/** `fill`: the next free record of each object, or {@link ELSEWHERE}. */
function recordsOf({ columns }: History, of: Int32Array, fill: Int32Array, count: number): Int32Array {
  const { type, pair, f, value } = columns;
  const records = new Int32Array(count * RECORD);
  let invocation = 0;
  for (let entry = 0; entry < type.length; entry++) {
    if (type[entry] !== TYPE_INVOKE) continue;
    const object = of[invocation++] as number;
    const slot = fill[object] as number;
    if (slot === ELSEWHERE) continue;
    fill[object] = slot + 1;
    const completion = pair[entry] as number;
    const completionType = completion === NO_PAIR ? -1 : type[completion];
    const ended = completionType === TYPE_OK ? ENDED_OK : completionType === TYPE_FAIL ? ENDED_FAIL : ENDED_OPEN;
    const at = slot * RECORD;
    records[at] = entry;
    records[at + COMPLETE] = ended === ENDED_OPEN ? NEVER : completion;
    records[at + ARGUMENT] = value[entry] as number;
    records[at + ANSWER] = ended === ENDED_OPEN ? NULL_CODE : (value[completion] as number);
    records[at + F_AND_END] = ((f[entry] as number) << END_BITS) | ended;
  }
  return records;
}

/** The slots of all operations. */
export function slotsOf({ count }: OperationColumns): Int32Array {
  const slots = new Int32Array(count);
  for (let slot = 0; slot < count; slot++) slots[slot] = slot;
  return slots;
}

/** In the place of a slot: the object belongs to another share. */
const ELSEWHERE = -1;

interface NumberedObjects {
  /** The object of each invocation, in order of invocation. */
  readonly of: Int32Array;
  /** Key code and number of operations of each object. */
  readonly keys: readonly number[];
  readonly sizes: readonly number[];
}

function numberObjects({ columns: { type, key } }: History, byKey: boolean): NumberedObjects {
  let count = 0;
  for (let entry = 0; entry < type.length; entry++) if (type[entry] === TYPE_INVOKE) count++;
  const of = new Int32Array(count);
  if (!byKey) return { of, keys: [NO_KEY], sizes: [count] };
  const numbers = new ObjectNumbers(count);
  const sizes: number[] = [];
  let invocation = 0;
  for (let entry = 0; entry < type.length; entry++) {
    if (type[entry] !== TYPE_INVOKE) continue;
    const object = numbers.of(key[entry] as number);
    of[invocation++] = object;
    sizes[object] = (sizes[object] ?? 0) + 1;
  }
  return { of, keys: numbers.keys, sizes };
}

/** Numbers key codes from 0 in order of first use. */
class ObjectNumbers {
  readonly keys: number[] = [];
  /** Number + 1 of keys with small codes, negative ones at odd places: nearly all codes are small, and a map costs far more. */
  readonly #small: Int32Array;
  readonly #others = new Map<number, number>();

  constructor(operations: number) {
    this.#small = new Int32Array(2 * operations + 2);
  }

  of(code: number): number {
    const slot = code >= 0 ? 2 * code : -2 * code - 1;
    if (slot >= this.#small.length) return this.#ofOther(code);
    const known = this.#small[slot] as number;
    if (known > 0) return known - 1;
    this.keys.push(code);
    this.#small[slot] = this.keys.length;
    return this.keys.length - 1;
  }

  #ofOther(code: number): number {
    const known = this.#others.get(code);
    if (known !== undefined) return known;
    this.#others.set(code, this.keys.length);
    this.keys.push(code);
    return this.keys.length - 1;
  }
}

function shareOf(sizes: readonly number[], { index, of }: Shard): Int32Array {
  const load = new Float64Array(of);
  const mine: number[] = [];
  for (let object = 0; object < sizes.length; object++) {
    const size = sizes[object] as number;
    let lightest = 0;
    for (let share = 1; share < of; share++) {
      if ((load[share] as number) < (load[lightest] as number)) lightest = share;
    }
    load[lightest] = (load[lightest] as number) + size;
    if (lightest === index) mine.push(object);
  }
  return Int32Array.from(mine);
}
