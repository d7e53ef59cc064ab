import type { ModelOperations } from './model-operations.ts';
import { NEVER } from './operations.ts';
import type { SpecialEffort } from './special-way.ts';

/** What the queue holds per operation: its place in a group and in order of return, and whether it was taken. */
const OPERATION_BYTES = 40;
/** Open members that are looked at in one step. */
const MEMBERS_PER_STEP = 8;

/**
 * Operations that wait to be put in order, in groups of which each member does the same. At any time only those may be next
 * that had begun before any waiting one was over; of a group the one that must be over first is the best.
 *
 * Each operation is taken once: O(n log n) in all, as long as few of a group are open at a time. All of it is charged to
 * an effort.
 */
export class TimedQueue {
  readonly #effort: SpecialEffort;
  readonly #call: Int32Array;
  readonly #ret: Int32Array;
  /** Answered operations in order of return. */
  readonly #byReturn: Int32Array;
  #nextReturn = 0;
  readonly #isTaken: Uint8Array;
  /** Members by group in order of invocation, and how many of them have been looked at. */
  readonly #members: readonly number[][];
  readonly #seen: Int32Array;
  /** Members looked at that were not taken. */
  readonly #open: readonly number[][];

  /** `group` has the group of each operation, -1 for none. */
  constructor({ count, call, ret }: ModelOperations, group: Int32Array, groups: number, effort: SpecialEffort) {
    effort.reserve(count * OPERATION_BYTES);
    effort.step(count);
    this.#effort = effort;
    this.#call = call;
    this.#ret = ret;
    this.#isTaken = new Uint8Array(count);
    this.#members = Array.from({ length: groups }, () => []);
    this.#open = Array.from({ length: groups }, () => []);
    this.#seen = new Int32Array(groups);
    for (let op = 0; op < count; op++) this.#members[group[op] as number]?.push(op);
    const answered = Array.from(ret.keys()).filter((op) => op < count && ret[op] !== NEVER);
    this.#byReturn = Int32Array.from(answered.sort((left, right) => (ret[left] as number) - (ret[right] as number)));
  }

  /** The earliest return of a waiting operation; {@link NEVER} where none has one. */
  get firstReturn(): number {
    while (
      this.#nextReturn < this.#byReturn.length &&
      this.#isTaken[this.#byReturn[this.#nextReturn] as number] === 1
    ) {
      this.#nextReturn++;
    }
    return this.#nextReturn < this.#byReturn.length
      ? (this.#ret[this.#byReturn[this.#nextReturn] as number] as number)
      : NEVER;
  }

  take(op: number): void {
    this.#isTaken[op] = 1;
  }

  /** Takes the best member of a group that may be next; false where there is none. */
  takeFirst(group: number): boolean {
    const [members, open] = [this.#members[group] ?? [], this.#open[group] ?? []];
    const until = this.firstReturn;
    let seen = this.#seen[group] as number;
    for (; seen < members.length && (this.#call[members[seen] as number] as number) < until; seen++) {
      open.push(members[seen] as number);
    }
    this.#seen[group] = seen;
    this.#effort.step(1 + open.length / MEMBERS_PER_STEP);
    let best = 0;
    for (let place = 1; place < open.length; place++) {
      if ((this.#ret[open[place] as number] as number) < (this.#ret[open[best] as number] as number)) best = place;
    }
    const op = open[best];
    if (op === undefined) return false;
    open.splice(best, 1);
    this.take(op);
    return true;
  }
}
