import { NONE, type ContainerOperations, type SlotContradiction } from './container-operations.ts';
import { NEVER } from './operations.ts';

/** Sort keys are one double each: 31 bits of entry index and 22 bits of value. */
const MOST_VALUES = 0x400000;
const MOST_COVER = 40;

/**
 * Decides a queue whose values are inserted once each.
 *
 * First in, first out: wrong exactly when a value is taken out unasked or twice (see `containerOperationsOf`), when two
 * values surely went in one way and surely came out the other way, or when a removal found nothing while the queue surely
 * held something all the time (Henzinger, Sezgin & Vafeiadis 2013). A bag: the same without the order. A crashed insertion
 * happened if its value came out. Crashed removals could have taken what stayed in: `undefined` where that matters.
 *
 * O(n log n), typed arrays only.
 */
export function decideQueue(queue: ContainerOperations, ordered: boolean): 'valid' | SlotContradiction | undefined {
  if (queue.valueCount >= MOST_VALUES) return undefined;
  const kept = byInsertReturn(queue);
  const wrong = (ordered ? findReordered(queue, kept) : undefined) ?? findNotEmpty(queue, kept);
  if (wrong === undefined) return 'valid';
  if (queue.unknownRemovals > 0 && wrong.staysIn) return undefined;
  return wrong.contradiction;
}

interface Wrong {
  readonly contradiction: SlotContradiction;
  /** True where it rests on a value that nobody is known to have taken out. */
  readonly staysIn: boolean;
}

/** Values whose insertion returned, in order of that. */
function byInsertReturn({ valueCount, insertReturn, insertSlot }: ContainerOperations): Int32Array {
  const keys = new Float64Array(valueCount);
  let count = 0;
  for (let value = 0; value < valueCount; value++) {
    if (insertSlot[value] === NONE || insertReturn[value] === NEVER) continue;
    keys[count++] = (insertReturn[value] as number) * MOST_VALUES + value;
  }
  const sorted = keys.subarray(0, count).sort();
  return Int32Array.from(sorted, (key) => key % MOST_VALUES);
}

/** Two values of which the first went in before, and came out (or stayed) after the second. */
function findReordered(queue: ContainerOperations, kept: Int32Array): Wrong | undefined {
  const { valueCount, insertCall, insertReturn, removeCall, removeReturn, insertSlot, removeSlot } = queue;
  const calls = new Float64Array(valueCount);
  let count = 0;
  for (let value = 0; value < valueCount; value++) {
    // Only values that came out can have come out too early.
    if (insertSlot[value] === NONE || removeSlot[value] === NONE) continue;
    calls[count++] = (insertCall[value] as number) * MOST_VALUES + value;
  }
  let next = 0;
  let latest = NONE;
  for (const key of calls.subarray(0, count).sort()) {
    const value = key % MOST_VALUES;
    const called = insertCall[value] as number;
    while (next < kept.length && (insertReturn[kept[next] as number] as number) < called) {
      const earlier = kept[next++] as number;
      if (latest === NONE || (removeCall[earlier] as number) > (removeCall[latest] as number)) latest = earlier;
    }
    if (latest === NONE || (removeReturn[value] as number) >= (removeCall[latest] as number)) continue;
    const slots = [insertSlot[latest], removeSlot[latest], insertSlot[value], removeSlot[value]] as number[];
    return {
      contradiction: { kind: 'reordered', slots: slots.filter((slot) => slot !== NONE) },
      staysIn: removeSlot[latest] === NONE,
    };
  }
  return undefined;
}

/** A removal that found nothing although at every moment of it some value was surely in. */
function findNotEmpty(queue: ContainerOperations, kept: Int32Array): Wrong | undefined {
  const { insertReturn, removeCall, emptyCall, emptyReturn } = queue;
  let next = 0;
  let start = -1;
  let end = -1;
  let firstOfStretch = 0;
  const extend = (before: number): void => {
    // Intervals in order of their start; one that begins inside the stretch prolongs it.
    while (next < kept.length) {
      const value = kept[next] as number;
      const from = insertReturn[value] as number;
      if (from >= before && from >= end) return;
      if (from >= end) [start, firstOfStretch] = [from, next];
      if (from >= end || (removeCall[value] as number) > end) end = Math.max(from, removeCall[value] as number);
      next++;
    }
  };
  for (let empty = 0; empty < emptyCall.length; empty++) {
    const called = emptyCall[empty] as number;
    extend(called);
    if (start < called && (emptyReturn[empty] as number) < end) return cover(queue, kept, firstOfStretch, empty);
  }
  return undefined;
}

/** Few values that together cover the whole of an empty removal. */
function cover(queue: ContainerOperations, kept: Int32Array, from: number, empty: number): Wrong {
  const { insertReturn, removeCall, insertSlot, removeSlot, emptyCall, emptyReturn, emptySlot } = queue;
  const slots: number[] = [];
  let covered = emptyCall[empty] as number;
  const until = emptyReturn[empty] as number;
  let staysIn = false;
  for (let index = from; covered < until && index < kept.length && slots.length < MOST_COVER;) {
    let best = NONE;
    for (; index < kept.length && (insertReturn[kept[index] as number] as number) < covered; index++) {
      const value = kept[index] as number;
      if (best === NONE || (removeCall[value] as number) > (removeCall[best] as number)) best = value;
    }
    if (best === NONE || (removeCall[best] as number) <= covered) break;
    covered = removeCall[best] as number;
    staysIn ||= removeSlot[best] === NONE;
    slots.push(insertSlot[best] as number, ...(removeSlot[best] === NONE ? [] : [removeSlot[best] as number]));
  }
  return { contradiction: { kind: 'not-empty', slots: [...slots, emptySlot[empty] as number] }, staysIn };
}
