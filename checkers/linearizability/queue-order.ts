import { NONE, type ContainerOperations, type SlotContradiction } from './container-operations.ts';
import { CrashedRemovals, type FullStretch } from './crashed-removals.ts';
import { NEVER } from './operations.ts';
import type { Look } from './stack-order.ts';

/** Sort keys are one double each: 31 bits of entry index and 22 bits of value. */
const MOST_VALUES = 0x400000;
const MOST_COVER = 40;

/**
 * Decides a queue whose values are inserted once each.
 *
 * First in, first out: wrong exactly when a value is taken out unasked or twice (see `containerOperationsOf`), when two
 * values surely went in one way and surely came out the other way, or when a removal found nothing while the queue surely
 * held something all the time (Henzinger, Sezgin & Vafeiadis 2013). A bag: the same without the order. A crashed insertion
 * happened if its value came out. Crashed removals may have taken what stayed in; see {@link CrashedRemovals}.
 *
 * O(n log n + k^2) for k crashed removals; typed arrays. `undefined` for too many values.
 */
export function decideQueue(
  queue: ContainerOperations,
  ordered: boolean,
  look: Look,
): 'valid' | SlotContradiction | undefined {
  if (queue.valueCount >= MOST_VALUES) return undefined;
  const kept = byInsertReturn(queue);
  const reordered = ordered ? findReordered(queue, kept) : undefined;
  if (reordered !== undefined) return { kind: 'reordered', slots: reordered };
  const crashed = new CrashedRemovals(queue, kept, ordered);
  const overtaken = crashed.findOvertaken();
  if (overtaken !== undefined) return { kind: 'reordered', slots: overtaken };
  const notEmpty = findNotEmpty(queue, kept, crashed, look);
  return notEmpty === undefined ? 'valid' : { kind: 'not-empty', slots: notEmpty };
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

/** Two values of which the first went in before, and came out after the second. */
function findReordered(queue: ContainerOperations, kept: Int32Array): number[] | undefined {
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
      if (removeSlot[earlier] === NONE) continue;
      if (latest === NONE || (removeCall[earlier] as number) > (removeCall[latest] as number)) latest = earlier;
    }
    if (latest === NONE || (removeReturn[value] as number) >= (removeCall[latest] as number)) continue;
    return [insertSlot[latest], removeSlot[latest], insertSlot[value], removeSlot[value]] as number[];
  }
  return undefined;
}

/** A time during which the queue surely held something, and why. */
interface Held extends FullStretch {
  /** The value that was in, or {@link NONE} where it is one of those that nobody is known to have taken out. */
  readonly value: number;
}

/** A removal that found nothing although at every moment of it some value was surely in. */
function findNotEmpty(
  queue: ContainerOperations,
  kept: Int32Array,
  crashed: CrashedRemovals,
  look: Look,
): number[] | undefined {
  const { insertReturn, removeCall, removeSlot, emptyCall, emptyReturn } = queue;
  if (emptyCall.length === 0) return undefined;
  const held: Held[] = crashed.fullStretches(look).map((stretch) => ({ ...stretch, value: NONE }));
  for (const value of kept) {
    const [from, until] = [insertReturn[value] as number, removeCall[value] as number];
    if (removeSlot[value] !== NONE && from < until) held.push({ from, until, value });
  }
  held.sort((left, right) => left.from - right.from);
  let next = 0;
  let start = -1;
  let end = -1;
  let firstOfStretch = 0;
  const extend = (before: number): void => {
    // Times in order of their start; one that begins inside the stretch prolongs it.
    for (; next < held.length; next++) {
      const { from, until } = held[next] as Held;
      if (from >= before && from > end) return;
      if (from > end) [start, firstOfStretch] = [from, next];
      end = from > end ? until : Math.max(end, until);
    }
  };
  for (let empty = 0; empty < emptyCall.length; empty++) {
    const called = emptyCall[empty] as number;
    extend(called);
    if (start < called && (emptyReturn[empty] as number) < end) {
      return cover(queue, held.slice(firstOfStretch, next), crashed, empty);
    }
  }
  return undefined;
}

/** Few values that together cover the whole of an empty removal. */
function cover(queue: ContainerOperations, held: readonly Held[], crashed: CrashedRemovals, empty: number): number[] {
  const { insertSlot, removeSlot, emptyCall, emptyReturn, emptySlot } = queue;
  const slots = new Set<number>();
  let covered = emptyCall[empty] as number;
  const until = emptyReturn[empty] as number;
  for (let index = 0; covered < until && index < held.length && slots.size < MOST_COVER;) {
    let best: Held | undefined;
    for (; index < held.length && (held[index] as Held).from <= covered; index++) {
      const one = held[index] as Held;
      if (best === undefined || one.until > best.until) best = one;
    }
    if (best === undefined || best.until <= covered) break;
    covered = best.until;
    if (best.value === NONE) for (const slot of crashed.witnessOf(best)) slots.add(slot);
    else slots.add(insertSlot[best.value] as number).add(removeSlot[best.value] as number);
  }
  return [...slots, emptySlot[empty] as number];
}
