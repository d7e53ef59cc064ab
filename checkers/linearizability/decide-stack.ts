import { NONE, type ContainerOperations, type SlotContradiction } from './container-operations.ts';
import { findMisplaced, spansOf, withTaken, type Look, type Misplaced, type Spans } from './stack-order.ts';

/** Guesses at what crashed removals took, after which it stays undecided. */
const MOST_GUESSES = 2000;

/**
 * Decides a stack whose values are inserted once each. Crashed removals may have taken values that stayed in: which ones is
 * tried out, guided by what contradicts itself without. `undefined` where that takes too many guesses.
 */
export function decideStack(stack: ContainerOperations, look: Look): 'valid' | SlotContradiction | undefined {
  return new StackGuesses(stack, look).decide();
}

/**
 * A depth-first search over which crashed removal took which value. What contradicts itself goes on doing so until one of
 * its own values that stayed in is taken, because leaving out values never makes a stack wrong. So only those are tried,
 * with every removal that is left.
 */
class StackGuesses {
  readonly #stack: ContainerOperations;
  readonly #look: Look;
  readonly #taken = new Set<number>();
  /** When the removals began that have taken nothing yet. */
  readonly #free: Set<number>;
  /** Values and empty removals that some contradiction was about. */
  readonly #involved = new Set<number>();
  readonly #emptySlots = new Set<number>();
  #kind: Misplaced['kind'] = 'stuck';
  #guesses = 0;

  constructor(stack: ContainerOperations, look: Look) {
    this.#stack = stack;
    this.#look = look;
    this.#free = new Set(stack.unknownCall);
  }

  decide(): 'valid' | SlotContradiction | undefined {
    const outcome = this.#explore(spansOf(this.#stack));
    if (outcome !== 'invalid') return outcome === 'valid' ? 'valid' : undefined;
    const { insertSlot, removeSlot, unknownSlot } = this.#stack;
    const slots = [...this.#involved].flatMap((value) => [insertSlot[value] as number, removeSlot[value] as number]);
    const stayed = [...this.#involved].some((value) => removeSlot[value] === NONE);
    const all = [...slots, ...this.#emptySlots, ...(stayed ? unknownSlot : [])];
    return { kind: this.#kind, slots: all.filter((slot) => slot !== NONE) };
  }

  #explore(spans: Spans): 'valid' | 'invalid' | 'undecided' {
    const found = findMisplaced(this.#stack, spans, this.#look);
    if (found === undefined) return 'valid';
    // Where what is known to have come out is wrong by itself, no guess can help.
    const decided = { ...spans, values: spans.values.filter((value) => !this.#mayBeTaken(value)) };
    const misplaced = this.#smallest(spans, findMisplaced(this.#stack, decided, this.#look) ?? found);
    if (this.#guesses === 0) this.#kind = misplaced.kind;
    for (const value of misplaced.values) this.#involved.add(value);
    for (const slot of misplaced.slots) this.#emptySlots.add(slot);
    let outcome: 'invalid' | 'undecided' = 'invalid';
    for (const [value, call] of this.#choices(spans, misplaced)) {
      if (++this.#guesses > MOST_GUESSES) return 'undecided';
      this.#taken.add(value);
      this.#free.delete(call);
      const below = this.#explore(withTaken(this.#stack, spans, value, call));
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
  #choices(spans: Spans, { values }: Misplaced): (readonly [value: number, call: number])[] {
    const candidates = values.filter((value) => this.#mayBeTaken(value));
    const calls = [...this.#free].sort((left, right) => right - left);
    const alone = { ...spans, values: Int32Array.from(values) };
    const resolving: (readonly [number, number])[] = [];
    const others: (readonly [number, number])[] = [];
    for (const value of candidates) {
      for (const call of calls) {
        this.#look();
        const taken = withTaken(this.#stack, alone, value, call);
        const left = findMisplaced(this.#stack, taken, this.#look);
        if (left === undefined) resolving.push([value, call]);
        else if (candidates.length > 1) others.push([value, call]);
        // Why this one is not tried belongs to the evidence.
        else for (const slot of left.slots) this.#emptySlots.add(slot);
      }
    }
    return [...resolving.sort(([, left], [, right]) => right - left), ...others];
  }

  /** A part of a contradiction that is one by itself and has no smaller one. */
  #smallest(spans: Spans, found: Misplaced): Misplaced {
    let best = found;
    for (let piece = Math.ceil(best.values.length / 2); piece >= 1; piece = piece === 1 ? 0 : Math.ceil(piece / 2)) {
      for (let from = 0; from < best.values.length;) {
        const kept = Int32Array.from(best.values.filter((_, index) => index < from || index >= from + piece));
        const smaller = findMisplaced(this.#stack, { ...spans, values: kept }, this.#look);
        if (smaller === undefined) from += piece;
        else best = smaller;
      }
    }
    return best;
  }
}
