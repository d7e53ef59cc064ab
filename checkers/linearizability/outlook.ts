import { HEADER, STATE } from './antichain.ts';
import type { TimedOperations } from './open-operations.ts';
import type { SearchProblem } from './search-problem.ts';

/** Returns that are looked at: enough to see past the operations open at one time. */
const HORIZON = 96;

/**
 * What is still to come, seen from one moment of a walk through a history of a register: tells which configurations are
 * dead ends, because some value is needed more often than it is in place or can be made in time.
 */
export class Outlook {
  readonly #problem: SearchProblem;
  readonly #timed: TimedOperations;
  /** Whether operations not yet invoked are looked at too, as `Shortage` does for the depth-first search. */
  readonly #isFar: boolean;
  readonly #words: number;
  readonly #openBySlot: Int32Array;
  /** Bits of the open makers, by value. */
  readonly #makerSlots: Int32Array;
  /** When makers are invoked, by value, and how many of them have been. */
  readonly #makerCalls: readonly Int32Array[];
  readonly #invoked: Int32Array;
  readonly #count: Int32Array;
  readonly #until: Int32Array;
  /** What comes, in order of time: a value that begins to be made as itself, or an operation in need as `~operation`. */
  readonly #coming: number[] = [];
  readonly #made: Int32Array;
  #now = 0;
  #nowTime = 0;
  #isStale = true;

  constructor(problem: SearchProblem, timed: TimedOperations, isFar: boolean) {
    this.#problem = problem;
    this.#timed = timed;
    this.#isFar = isFar;
    this.#words = Math.max(1, (timed.slots + 31) >> 5);
    this.#openBySlot = new Int32Array(timed.slots);
    const states = problem.demand?.states ?? 0;
    this.#makerSlots = new Int32Array(states * this.#words);
    this.#makerCalls = makerCallsOf(problem, timed);
    this.#invoked = new Int32Array(states);
    this.#count = new Int32Array(states);
    this.#until = new Int32Array(states);
    this.#made = new Int32Array(states);
  }

  /** From now on questions are about the time before this event. */
  moveTo(event: number): void {
    this.#now = event;
    this.#isStale = true;
  }

  /** An operation is invoked; by -1 where the walk goes back to before that. */
  invoke(op: number, by: 1 | -1 = 1): void {
    const value = this.#problem.demand?.makes[this.#timed.action[op] as number] ?? -1;
    if (value >= 0) this.#invoked[value] = (this.#invoked[value] as number) + by;
    if (by > 0) this.open(op);
    else this.close(op);
  }

  /** The operation is open from now on. */
  open(op: number): void {
    const { slot, action } = this.#timed;
    this.#openBySlot[slot[op] as number] = op;
    const value = this.#problem.demand?.makes[action[op] as number] ?? -1;
    if (value < 0) return;
    this.#makerSlots[this.#wordOf(value, op)] = (this.#makerSlots[this.#wordOf(value, op)] as number) | bitOf(slot, op);
  }

  /** The operation is not open any more. */
  close(op: number): void {
    const { slot, action } = this.#timed;
    const value = this.#problem.demand?.makes[action[op] as number] ?? -1;
    if (value < 0) return;
    this.#makerSlots[this.#wordOf(value, op)] =
      (this.#makerSlots[this.#wordOf(value, op)] as number) & ~bitOf(slot, op);
  }

  /** The open operation that a bit of a word stands for. */
  openAt(word: number, bit: number): number {
    return this.#openBySlot[word * 32 + 31 - Math.clz32(bit)] as number;
  }

  /** Whether something can surely not be served in time any more. O(open operations), or O(what comes) as well. */
  isHopeless(configuration: Int32Array): boolean {
    return this.#lacksOpen(configuration) || (this.#isFar && this.#lacksComing(configuration));
  }

  #lacksOpen(configuration: Int32Array): boolean {
    const { demand, isPure } = this.#problem;
    if (demand === undefined) return false;
    const { action, ret } = this.#timed;
    const state = configuration[STATE] as number;
    const count = this.#count.fill(0);
    const until = this.#until;
    for (let word = 0; word < this.#words; word++) {
      let left = configuration[HEADER + word] as number;
      while (left !== 0) {
        const bit = left & -left;
        left ^= bit;
        const op = this.openAt(word, bit);
        const what = action[op] as number;
        const need = demand.needs[what] as number;
        if (need < 0) continue;
        if (isPure[what] === 1) {
          if (!this.#isMadeInTime(configuration, need, 1, ret[op] as number)) return true;
          continue;
        }
        const known = count[need] as number;
        count[need] = known + 1;
        if (known === 0 || (ret[op] as number) > (until[need] as number)) until[need] = ret[op] as number;
      }
    }
    for (let value = 0; value < count.length; value++) {
      const needed = (count[value] as number) - (value === state ? 1 : 0);
      if (needed > 0 && !this.#isMadeInTime(configuration, value, needed, until[value] as number)) return true;
    }
    return false;
  }

  #isMadeInTime(configuration: Int32Array, value: number, times: number, until: number): boolean {
    const left = this.#beyondOpen(configuration, value, times);
    if (left <= 0) return true;
    const calls = this.#makerCalls[value] as Int32Array;
    const at = (this.#invoked[value] as number) + left - 1;
    return at < calls.length && (calls[at] as number) < until;
  }

  /** How often a value is wanted beyond what open makers can still make; not above 0 where they suffice. */
  #beyondOpen(configuration: Int32Array, value: number, wanted: number): number {
    let left = wanted;
    for (let word = 0; word < this.#words && left > 0; word++) {
      const used = configuration[HEADER + this.#words + word] as number;
      left -= countBits((this.#makerSlots[value * this.#words + word] as number) & ~used);
    }
    return left;
  }

  /** Whether, going forward, some value is used up more often by some return than it can be made by then. */
  #lacksComing(configuration: Int32Array): boolean {
    if (this.#isStale) this.#look();
    const { demand, isPure } = this.#problem;
    const { action, slot, call } = this.#timed;
    if (demand === undefined) return false;
    const used = this.#count;
    used.fill(0);
    const state = configuration[STATE] as number;
    let lacks = false;
    let seen = 0;
    for (; seen < this.#coming.length && !lacks; seen++) {
      const what = this.#coming[seen] as number;
      if (what >= 0) {
        this.#made[what] = (this.#made[what] as number) + 1;
        continue;
      }
      const op = ~what;
      const isOpen = (call[op] as number) < this.#nowTime;
      const at = HEADER + ((slot[op] as number) >> 5);
      if (isOpen && ((configuration[at] as number) & bitOf(slot, op)) === 0) continue;
      const need = demand.needs[action[op] as number] as number;
      const total = (used[need] as number) + (isPure[action[op] as number] === 1 ? 0 : 1);
      used[need] = total;
      const wanted = Math.max(total, 1) - (this.#made[need] as number) - (need === state ? 1 : 0);
      lacks = wanted > 0 && this.#beyondOpen(configuration, need, wanted) > 0;
    }
    while (seen > 0) {
      const what = this.#coming[--seen] as number;
      if (what >= 0) this.#made[what] = 0;
    }
    return lacks;
  }

  #look(): void {
    const { demand } = this.#problem;
    const { action, events, call, ret } = this.#timed;
    this.#isStale = false;
    this.#coming.length = 0;
    const first = events[this.#now];
    this.#nowTime = first === undefined ? 0 : first >= 0 ? (call[first] as number) : (ret[~first] as number);
    let returns = 0;
    for (let index = this.#now; index < events.length && returns < HORIZON; index++) {
      const event = events[index] as number;
      const op = event < 0 ? ~event : event;
      const value = (event < 0 ? demand?.needs : demand?.makes)?.[action[op] as number] ?? -1;
      if (event < 0) returns++;
      if (value >= 0) this.#coming.push(event < 0 ? event : value);
    }
  }

  #wordOf(value: number, op: number): number {
    return value * this.#words + ((this.#timed.slot[op] as number) >> 5);
  }
}

function bitOf(slot: Int32Array, op: number): number {
  return 1 << ((slot[op] as number) & 31);
}

function makerCallsOf({ demand }: SearchProblem, { action, call }: TimedOperations): readonly Int32Array[] {
  const calls: number[][] = Array.from({ length: demand?.states ?? 0 }, () => []);
  for (const [op, what] of action.entries()) calls[demand?.makes[what] ?? -1]?.push(call[op] as number);
  return calls.map((of) => Int32Array.from(of).sort());
}

/** Bits set in a word. */
export function countBits(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
