import type { BudgetClock } from '../../harness/kernel/checker.ts';
import { confirmsOrder } from './confirm-order.ts';
import { NEVER } from './operations.ts';
import { NO_VALUE, type RegisterOperations } from './register-operations.ts';

export interface GuessLimits {
  readonly nowMs: BudgetClock;
  readonly deadlineMs: number;
  /** Numbers of the first attempt and of the one after the last: each tries candidates in an order of its own. */
  readonly from: number;
  readonly to: number;
}

/** Operations whose invocation is the only sign of them are looked at again and again: with more, guessing is no use. */
const MOST_CRASHED = 64;
/** Steps of an attempt, per operation and besides. */
const STEPS = 4;
const SPARE_STEPS = 2000;
/** Steps without getting further than before after which an attempt is given up. */
const STALLED_STEPS = 2000;
const STEPS_PER_LOOK = 1024;

/**
 * Tries to guess a right order of a register's operations. An order that comes back was confirmed step by step; undefined
 * says nothing. Meant for many clients and few values, where a search that tries every write in every place gets lost.
 *
 * A write that nobody saw can stand right before another write, which hides it. So a write is placed only where somebody
 * open needs its value, or where an operation that must be over needs another value than the present one; all other
 * writes are hidden behind those. Of operations that do the same, the one that must be over first is taken: any order
 * with the other one is right with the two exchanged.
 */
export function guessOrder(register: RegisterOperations, limits: GuessLimits): Int32Array | undefined {
  let crashed = 0;
  for (const time of register.ret) if (time === NEVER) crashed++;
  if (crashed > MOST_CRASHED) return undefined;
  for (let attempt = limits.from; attempt < limits.to && limits.nowMs() <= limits.deadlineMs; attempt++) {
    const order = new Guess(register, limits, attempt).run();
    if (order !== undefined && confirmsOrder(register, order)) return order;
  }
  return undefined;
}

/** Where a guess was before it took an operation that changes the value, and what else it may take there. */
interface Place {
  readonly state: number;
  readonly trailLength: number;
  readonly hiding: number;
  readonly hidingBound: number;
  readonly earliestReturn: number;
  readonly candidates: readonly number[];
  next: number;
}

class Guess {
  readonly #register: RegisterOperations;
  readonly #limits: GuessLimits;
  readonly #salt: number;
  /** Untaken operations, linked in order of invocation. Slot `count` is head and tail at once. */
  readonly #next: Int32Array;
  readonly #previous: Int32Array;
  /** Operations taken, in order; writes that are hidden as `~op`. */
  readonly #trail: Int32Array;
  #trailLength = 0;
  /** Which write hides a hidden one. */
  readonly #hiddenBy: Int32Array;
  readonly #places: Place[] = [];
  /** By value: the earliest return among open operations that need it, and the best way to make it. */
  readonly #neededBy: Float64Array;
  readonly #writer: Int32Array;
  readonly #changer: Int32Array;
  #state = 0;
  /** The write that was placed last, and the time before which what it hides must have been invoked. */
  #hiding = -1;
  #hidingBound = -1;
  #urgent = -1;
  #earliestReturn: number = NEVER;

  constructor(register: RegisterOperations, limits: GuessLimits, salt: number) {
    const { count, valueCount } = register;
    this.#register = register;
    this.#limits = limits;
    this.#salt = salt;
    this.#next = Int32Array.from({ length: count + 1 }, (_, op) => (op === count ? 0 : op + 1));
    this.#previous = Int32Array.from({ length: count + 1 }, (_, op) => (op === 0 ? count : op - 1));
    this.#trail = new Int32Array(count);
    this.#hiddenBy = new Int32Array(count);
    this.#neededBy = new Float64Array(valueCount);
    this.#writer = new Int32Array(valueCount);
    this.#changer = new Int32Array(valueCount);
  }

  run(): Int32Array | undefined {
    const { count } = this.#register;
    const most = STEPS * count + SPARE_STEPS;
    let [furthest, furthestStep] = [0, 0];
    this.#settle();
    for (let step = 1; this.#urgent >= 0; step++) {
      if (this.#trailLength > furthest) [furthest, furthestStep] = [this.#trailLength, step];
      if (step > most || step > furthestStep + STALLED_STEPS) return undefined;
      if (step % STEPS_PER_LOOK === 0 && this.#limits.nowMs() > this.#limits.deadlineMs) return undefined;
      this.#enter();
      if (!this.#advance()) return undefined;
    }
    return this.#order();
  }

  /** Takes what fits the present value, and hides writes that have to be over, until something else has to be. */
  #settle(): void {
    const { call, ret, needs, avoids, makes, count } = this.#register;
    for (;;) {
      let earliest: number = NEVER;
      let urgent = -1;
      for (let op = this.#next[count] as number; op !== count && (call[op] as number) < earliest;) {
        const following = this.#next[op] as number;
        const need = needs[op] as number;
        if (makes[op] === NO_VALUE && (need === NO_VALUE ? avoids[op] !== this.#state : need === this.#state)) {
          this.#take(op, op);
        } else if ((ret[op] as number) < earliest) [earliest, urgent] = [ret[op] as number, op];
        op = following;
      }
      this.#urgent = urgent;
      this.#earliestReturn = earliest;
      if (urgent < 0 || needs[urgent] !== NO_VALUE || makes[urgent] === NO_VALUE) return;
      if (this.#hiding < 0 || (call[urgent] as number) >= this.#hidingBound) return;
      if (this.#isOnlyHope(urgent)) return;
      this.#hiddenBy[urgent] = this.#hiding;
      this.#take(urgent, ~urgent);
    }
  }

  /** Whether somebody open needs the value of this write, and nobody else open makes it. */
  #isOnlyHope(write: number): boolean {
    const { call, needs, makes, count } = this.#register;
    const value = makes[write];
    if (value === this.#state) return false;
    let needed = false;
    for (let op = this.#next[count] as number; op !== count; op = this.#next[op] as number) {
      if ((call[op] as number) >= this.#earliestReturn) break;
      if (needs[op] === value) needed = true;
      if (op !== write && makes[op] === value) return false;
    }
    return needed;
  }

  /** Whether some open operation needs a value that no untaken one makes in time. */
  #isHopeless(): boolean {
    const { call, ret, needs, makes, count } = this.#register;
    const neededBy = this.#neededBy.fill(-1);
    let latest = -1;
    for (let op = this.#next[count] as number; op !== count; op = this.#next[op] as number) {
      if ((call[op] as number) >= this.#earliestReturn) break;
      const need = needs[op] as number;
      const end = ret[op] as number;
      if (need < 0 || need === this.#state || end === NEVER) continue;
      if ((neededBy[need] as number) < 0 || end < (neededBy[need] as number)) neededBy[need] = end;
      if (end > latest) latest = end;
    }
    for (let op = this.#next[count] as number; op !== count; op = this.#next[op] as number) {
      if ((call[op] as number) >= latest) break;
      const make = makes[op] as number;
      if (make >= 0 && (call[op] as number) < (neededBy[make] as number)) neededBy[make] = -1;
    }
    return neededBy.some((time) => time >= 0);
  }

  /** Whether more open compare-and-sets use up a value in time than there is of it. */
  #isShort(): boolean {
    const { call, ret, needs, makes, count } = this.#register;
    for (let user = this.#next[count] as number; user !== count; user = this.#next[user] as number) {
      if ((call[user] as number) >= this.#earliestReturn) break;
      const value = needs[user] as number;
      const end = ret[user] as number;
      if (value === NO_VALUE || makes[user] === NO_VALUE || end === NEVER) continue;
      let left = value === this.#state ? 1 : 0;
      for (let op = this.#next[count] as number; op !== count; op = this.#next[op] as number) {
        if ((call[op] as number) >= end) break;
        if (makes[op] === value) left++;
        else if (needs[op] === value && makes[op] !== NO_VALUE && (ret[op] as number) <= end) left--;
      }
      if (left < 0) return true;
    }
    return false;
  }

  /** Notes what may be taken here, most promising first. */
  #enter(): void {
    const { call, ret, needs, avoids, makes, count, valueCount } = this.#register;
    const neededBy = this.#neededBy.fill(NEVER);
    const writer = this.#writer.fill(-1);
    const changer = this.#changer.fill(-1);
    let anything: number = NEVER;
    for (let op = this.#next[count] as number; op !== count; op = this.#next[op] as number) {
      if ((call[op] as number) >= this.#earliestReturn) break;
      const [need, make, end] = [needs[op] as number, makes[op] as number, ret[op] as number];
      if (need >= 0 && end < (neededBy[need] as number)) neededBy[need] = end;
      if (avoids[op] === this.#state && end < anything) anything = end;
      if (make === NO_VALUE) continue;
      const best = need === NO_VALUE ? writer : changer;
      if (need !== NO_VALUE && need !== this.#state) continue;
      const known = best[make] as number;
      if (known < 0 || end < (ret[known] as number)) best[make] = op;
    }
    const ranked: { readonly op: number; readonly rank: number }[] = [];
    for (let value = 0; value < valueCount; value++) {
      const served = Math.min(neededBy[value] as number, value === this.#state ? NEVER : anything + 0.5);
      const change = changer[value] as number;
      const write = writer[value] as number;
      if (change >= 0)
        ranked.push({ op: change, rank: this.#vary(change, Math.min(served, ret[change] as number) - 0.25) });
      if (write >= 0) ranked.push({ op: write, rank: this.#vary(write, served) });
    }
    ranked.sort((left, right) => left.rank - right.rank);
    this.#places.push({
      state: this.#state,
      trailLength: this.#trailLength,
      hiding: this.#hiding,
      hidingBound: this.#hidingBound,
      earliestReturn: this.#earliestReturn,
      candidates: ranked.map(({ op }) => op),
      next: 0,
    });
  }

  /** Later attempts take some candidates later than their rank says. */
  #vary(op: number, rank: number): number {
    if (this.#salt === 0) return rank;
    const die = Math.imul(Math.imul(op + 1, 0x9e3779b1) ^ Math.imul(this.#salt, 0x85ebca6b), 0xc2b2ae35) >>> 24;
    return die < 24 * Math.min(this.#salt, 4) ? rank + die : rank;
  }

  /** Takes the next candidate here, or where one is left before. False where nothing is left. */
  #advance(): boolean {
    const { needs, makes } = this.#register;
    for (let place = this.#places.at(-1); place !== undefined; place = this.#places.at(-1)) {
      this.#returnTo(place);
      const op = place.candidates[place.next++];
      if (op === undefined) {
        this.#places.pop();
        continue;
      }
      if (needs[op] === NO_VALUE) [this.#hiding, this.#hidingBound] = [op, place.earliestReturn];
      this.#state = makes[op] as number;
      this.#take(op, op);
      this.#settle();
      if (!this.#isHopeless() && !this.#isShort()) return true;
    }
    return false;
  }

  #returnTo(place: Place): void {
    while (this.#trailLength > place.trailLength) {
      const entry = this.#trail[--this.#trailLength] as number;
      const op = entry < 0 ? ~entry : entry;
      this.#next[this.#previous[op] as number] = op;
      this.#previous[this.#next[op] as number] = op;
    }
    this.#state = place.state;
    this.#hiding = place.hiding;
    this.#hidingBound = place.hidingBound;
  }

  #take(op: number, entry: number): void {
    const next = this.#next[op] as number;
    const previous = this.#previous[op] as number;
    this.#next[previous] = next;
    this.#previous[next] = previous;
    this.#trail[this.#trailLength++] = entry;
  }

  /** The operations in order, each hidden write right before the one that hides it. */
  #order(): Int32Array {
    const { count } = this.#register;
    const trail = this.#trail.subarray(0, this.#trailLength);
    const lastHidden = new Int32Array(count).fill(-1);
    const hiddenBefore = new Int32Array(count).fill(-1);
    for (const entry of trail) {
      if (entry >= 0) continue;
      const hider = this.#hiddenBy[~entry] as number;
      hiddenBefore[~entry] = lastHidden[hider] as number;
      lastHidden[hider] = ~entry;
    }
    const order = new Int32Array(trail.length);
    let length = 0;
    for (const entry of trail) {
      if (entry < 0) continue;
      for (let op = lastHidden[entry] as number; op >= 0; op = hiddenBefore[op] as number) order[length++] = op;
      order[length++] = entry;
    }
    return order;
  }
}
