import { NONE, type ContainerOperations, type SlotContradiction } from './container-operations.ts';
import { findMisplaced, spansOf, type Look, type Misplaced, type Spans } from './stack-order.ts';

/** Values looked at while guessing, some nanoseconds each, after which a search may do better. */
const MOST_LOOKED_AT = 20_000_000;
/** What it costs to look at a set of values at all, in values. */
const SET_COST = 64;
const VALUES_PER_LOOK = 1024;
/** Guesses at what crashed removals took, after which it stays undecided. */
const MOST_GUESSES = 2000;

/**
 * Decides a stack whose values are inserted once each. Crashed removals may have taken values that stayed in: which ones is
 * tried out, guided by what contradicts itself without. `undefined` where that takes too many guesses, or too much
 * looking at values: O(n log n) without crashed removals, and a bounded number of values looked at besides.
 */
export function decideStack(stack: ContainerOperations, look: Look): 'valid' | SlotContradiction | undefined {
  return new StackGuesses(stack, look).decide();
}

/** Guessing took more work than it may. */
class TooMuchWork extends Error {}

/**
 * A depth-first search over which crashed removal took which value. What contradicts itself goes on doing so until one of
 * its own values that stayed in is taken, because leaving out values never makes a stack wrong. So only those are tried,
 * with every removal that is left.
 */
class StackGuesses {
  readonly #stack: ContainerOperations;
  readonly #look: Look;
  /** When values were taken out, by the guesses that are made: written and taken back. */
  readonly #removeCall: Int32Array;
  readonly #removeReturn: Int32Array;
  /** Values that were surely in at some time, before any guess. */
  readonly #start: Int32Array;
  readonly #taken = new Set<number>();
  /** When the removals began that have taken nothing yet. */
  readonly #free: Set<number>;
  /** Values and empty removals that some contradiction was about. */
  readonly #involved = new Set<number>();
  readonly #emptySlots = new Set<number>();
  #kind: Misplaced['kind'] = 'stuck';
  #guesses = 0;
  /** Values that may still be looked at. Before the first guess there is no limit. */
  #looksLeft = Infinity;

  constructor(stack: ContainerOperations, look: Look) {
    this.#stack = stack;
    this.#look = look;
    this.#free = new Set(stack.unknownCall);
    const { values, removeCall, removeReturn } = spansOf(stack);
    this.#start = values;
    this.#removeCall = removeCall;
    this.#removeReturn = removeReturn;
  }

  decide(): 'valid' | SlotContradiction | undefined {
    const found = this.#find(this.#start);
    if (found === undefined) return 'valid';
    // Without crashed removals there is nothing to guess, and no search that would do better.
    if (this.#free.size > 0) this.#looksLeft = MOST_LOOKED_AT;
    const outcome = this.#exploreOrGiveUp(found);
    if (outcome !== 'invalid') return outcome === 'valid' ? 'valid' : undefined;
    const { insertSlot, removeSlot, unknownSlot } = this.#stack;
    const slots = [...this.#involved].flatMap((value) => [insertSlot[value] as number, removeSlot[value] as number]);
    const stayed = [...this.#involved].some((value) => removeSlot[value] === NONE);
    const all = [...slots, ...this.#emptySlots, ...(stayed ? unknownSlot : [])];
    return { kind: this.#kind, slots: all.filter((slot) => slot !== NONE) };
  }

  #exploreOrGiveUp(found: Misplaced): 'valid' | 'invalid' | 'undecided' {
    try {
      return this.#explore(this.#start, found);
    } catch (error) {
      if (error instanceof TooMuchWork) return 'undecided';
      throw error;
    }
  }

  /** What contradicts itself in some of the values, with the guesses that are made. */
  #find(values: Int32Array): Misplaced | undefined {
    const spans: Spans = { values, removeCall: this.#removeCall, removeReturn: this.#removeReturn };
    return findMisplaced(this.#stack, spans, (looked) => this.#lookAt(looked));
  }

  #lookAt(values: number): void {
    this.#looksLeft -= values + SET_COST;
    if (this.#looksLeft < 0) throw new TooMuchWork();
    for (let left = values; left > 0; left -= VALUES_PER_LOOK) this.#look();
  }

  /** With a guess more: `value` was taken out by a removal that began at `call`. */
  #withTaken<Result>(values: Int32Array, value: number, call: number, body: (values: Int32Array) => Result): Result {
    const before = this.#removeCall[value] as number;
    this.#removeCall[value] = call;
    // Then it was not surely in at any time.
    const isShort = (this.#stack.insertReturn[value] as number) >= call;
    const result = body(isShort ? values.filter((other) => other !== value) : values);
    this.#removeCall[value] = before;
    return result;
  }

  #explore(values: Int32Array, found: Misplaced): 'valid' | 'invalid' | 'undecided' {
    // Where what is known to have come out is wrong by itself, no guess can help.
    const decided = values.filter((value) => !this.#mayBeTaken(value));
    const misplaced = this.#smallest(this.#find(decided) ?? found);
    if (this.#guesses === 0) this.#kind = misplaced.kind;
    for (const value of misplaced.values) this.#involved.add(value);
    for (const slot of misplaced.slots) this.#emptySlots.add(slot);
    let outcome: 'invalid' | 'undecided' = 'invalid';
    for (const [value, call] of this.#choices(misplaced)) {
      if (++this.#guesses > MOST_GUESSES) return 'undecided';
      this.#taken.add(value);
      this.#free.delete(call);
      const below = this.#withTaken(values, value, call, (left) => {
        const next = this.#find(left);
        return next === undefined ? 'valid' : this.#explore(left, next);
      });
      if (below === 'valid') return 'valid';
      if (below === 'undecided') outcome = 'undecided';
      this.#taken.delete(value);
      this.#free.add(call);
    }
    return outcome;
  }

  #mayBeTaken(value: number): boolean {
    return this.#stack.removeSlot[value] === NONE && !this.#taken.has(value);
  }

  /** What may have been taken and when; first what resolves the contradiction, by the removals that began last. */
  #choices({ values }: Misplaced): (readonly [value: number, call: number])[] {
    const candidates = values.filter((value) => this.#mayBeTaken(value));
    const calls = [...this.#free].sort((left, right) => right - left);
    const alone = Int32Array.from(values);
    const resolving: (readonly [number, number])[] = [];
    const others: (readonly [number, number])[] = [];
    for (const value of candidates) {
      for (const call of calls) {
        const left = this.#withTaken(alone, value, call, (taken) => this.#find(taken));
        if (left === undefined) resolving.push([value, call]);
        else if (candidates.length > 1) others.push([value, call]);
        // Why this one is not tried belongs to the evidence.
        else for (const slot of left.slots) this.#emptySlots.add(slot);
      }
    }
    return [...resolving.sort(([, left], [, right]) => right - left), ...others];
  }

  /** A part of a contradiction that is one by itself and has no smaller one. */
  #smallest(found: Misplaced): Misplaced {
    let best = found;
    for (let piece = Math.ceil(best.values.length / 2); piece >= 1; piece = piece === 1 ? 0 : Math.ceil(piece / 2)) {
      for (let from = 0; from < best.values.length;) {
        const kept = Int32Array.from(best.values.filter((_, index) => index < from || index >= from + piece));
        const smaller = this.#find(kept);
        if (smaller === undefined) from += piece;
        else best = smaller;
      }
    }
    return best;
  }
}
