import { NONE, type ContainerOperations } from './container-operations.ts';
import { NEVER } from './operations.ts';
import type { Look } from './stack-order.ts';

/** A stretch of time in which a queue cannot be empty: between two entries. */
export interface FullStretch {
  readonly from: number;
  readonly until: number;
}

/**
 * Which values of a queue that nobody is known to have taken out must have been taken out by crashed removals, and when.
 *
 * A crashed removal lasts for ever, so whatever it takes contradicts no order by being taken late; it must only have begun
 * in time. A value must be out before a time x where one that went in after it was surely out by x (its deadline), or
 * where the queue is empty at x. Crashed removals are alike but for when they begin, so there are enough of them exactly
 * when for every x no more values must be out by x than removals have begun (Hall 1935, on nested choices).
 *
 * That the queue is empty at t thus needs, for every x from t on: values put in before t or with a deadline up to x are no
 * more than the removals begun before x. This says nothing about other empty moments, so each is judged by itself.
 */
export class CrashedRemovals {
  readonly #queue: ContainerOperations;
  /** Values put in and not known to be out, in order of the insertion's return. */
  readonly #staying: readonly number[];
  /** By place in {@link #staying}: what must be out only later, and when it was; {@link NONE} and {@link NEVER} for nothing. */
  readonly #overtaker: Int32Array;
  readonly #deadline: Int32Array;
  /** The finite deadlines, ascending, with the place of the value, and how many removals have begun before. */
  readonly #deadlines: Int32Array;
  readonly #dueAt: Int32Array;
  readonly #begun: Int32Array;

  constructor(queue: ContainerOperations, kept: Int32Array, ordered: boolean) {
    this.#queue = queue;
    this.#staying = Array.from(kept).filter((value) => queue.removeSlot[value] === NONE);
    this.#overtaker = ordered ? overtakers(queue, this.#staying) : new Int32Array(this.#staying.length).fill(NONE);
    this.#deadline = this.#overtaker.map((value) => (value === NONE ? NEVER : (queue.removeReturn[value] as number)));
    const places = Array.from(this.#staying.keys()).filter((place) => this.#deadline[place] !== NEVER);
    this.#dueAt = Int32Array.from(
      places.sort((left, right) => (this.#deadline[left] as number) - (this.#deadline[right] as number)),
    );
    this.#deadlines = this.#dueAt.map((place) => this.#deadline[place] as number);
    this.#begun = this.#deadlines.map((time) => this.#begunBefore(time));
  }

  /** Operations that show that some value came out too late, whatever the crashed removals took. */
  findOvertaken(): number[] | undefined {
    for (let index = 0; index < this.#deadlines.length; index++) {
      const time = this.#deadlines[index] as number;
      if (index + 1 > (this.#begun[index] as number)) return this.#witness(time, 0);
    }
    return undefined;
  }

  /**
   * When the queue cannot be empty because of values that nobody is known to have taken out, in order. To be asked where
   * nothing is overtaken: then there are no more deadlines than crashed removals. O(k^2) for k of these.
   */
  fullStretches(look: Look): FullStretch[] {
    const { unknownCall } = this.#queue;
    const most = unknownCall.length + 1;
    const returns = this.#staying.slice(0, most).map((value) => this.#queue.insertReturn[value] as number);
    const events = Float64Array.from([...returns, ...unknownCall, ...this.#deadlines]).sort();
    const stretches: FullStretch[] = [];
    let putIn = 0;
    for (let index = 0; index < events.length; index++) {
      look();
      const from = events[index] as number;
      const until = events[index + 1] ?? NEVER;
      while (putIn < returns.length && (returns[putIn] as number) <= from) putIn++;
      if (this.#canBeEmpty(from, putIn)) continue;
      const last = stretches.at(-1);
      if (last?.until === from) stretches[stretches.length - 1] = { from: last.from, until };
      else stretches.push({ from, until });
    }
    return stretches;
  }

  /** Operations that show that the queue cannot be empty before `until`. */
  witnessOf({ until }: FullStretch): number[] {
    return this.#witness(NEVER, until);
  }

  /** Whether right after `time` the queue can be empty, as far as the first `putIn` staying values go. */
  #canBeEmpty(time: number, putIn: number): boolean {
    const begun = this.#begunBefore(time + 1);
    let due = putIn;
    if (due > begun) return false;
    for (let index = 0; index < this.#deadlines.length; index++) {
      if ((this.#dueAt[index] as number) < putIn) continue;
      due++;
      if (due > ((this.#deadlines[index] as number) <= time ? begun : (this.#begun[index] as number))) return false;
    }
    return true;
  }

  #begunBefore(time: number): number {
    const { unknownCall } = this.#queue;
    let low = 0;
    let high = unknownCall.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((unknownCall[middle] as number) < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Values due by `deadline` or put in before `until`, what overtook them, and all crashed removals. */
  #witness(deadline: number, until: number): number[] {
    const { insertSlot, insertReturn, removeSlot, unknownSlot } = this.#queue;
    const slots = new Set<number>();
    let surplus = unknownSlot.length + 1;
    for (const [index, value] of this.#staying.entries()) {
      const due = this.#deadline[index] as number;
      const isDue = due !== NEVER && due <= deadline;
      if (!isDue && ((insertReturn[value] as number) >= until || surplus-- <= 0)) continue;
      slots.add(insertSlot[value] as number);
      const overtaker = this.#overtaker[index] as number;
      if (overtaker === NONE) continue;
      slots.add(insertSlot[overtaker] as number);
      slots.add(removeSlot[overtaker] as number);
    }
    for (const slot of unknownSlot) slots.add(slot);
    return [...slots];
  }
}

/** For each staying value the first that was out among those that surely went in after it. */
function overtakers(queue: ContainerOperations, staying: readonly number[]): Int32Array {
  const { valueCount, insertCall, insertReturn, removeReturn, removeSlot, insertSlot } = queue;
  const removed = Array.from({ length: valueCount }, (_, value) => value)
    .filter((value) => insertSlot[value] !== NONE && removeSlot[value] !== NONE)
    .sort((left, right) => (insertCall[right] as number) - (insertCall[left] as number));
  const found = new Int32Array(staying.length);
  let next = 0;
  let first = NONE;
  for (let index = staying.length - 1; index >= 0; index--) {
    const after = insertReturn[staying[index] as number] as number;
    for (; next < removed.length && (insertCall[removed[next] as number] as number) > after; next++) {
      const value = removed[next] as number;
      if (first === NONE || (removeReturn[value] as number) < (removeReturn[first] as number)) first = value;
    }
    found[index] = first;
  }
  return found;
}
