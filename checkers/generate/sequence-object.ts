import type { JsonValue } from '../../harness/kernel/json.ts';
import type { Random } from '../../harness/kernel/random.ts';
import { PHANTOM } from './register-object.ts';
import { callOf, NEVER, type Call, type SimulatedObject } from './simulated-object.ts';

export type SequenceKind = 'queue' | 'stack';
export type SequenceBreak = 'lost' | 'duplicate' | 'phantom' | 'reordered';

export interface SequenceObjectOptions {
  readonly random: Random;
  readonly kind: SequenceKind;
  /** Share of removals, in thousandths. */
  readonly removeShare: number;
  readonly broken: SequenceBreak | undefined;
}

/** An element that removals must leave until `release` has returned: so two removals are in the wrong order provably. */
interface Hold {
  readonly element: Call;
  readonly release: Call;
  /** Index of the element that `release` takes instead. */
  readonly takenAt: number;
}

/** How far from the end a pair of elements for a reordering is looked for. */
const REACH = 256;

/**
 * A FIFO queue (`enqueue`, `dequeue`) or a stack (`push`, `pop`) of unique elements; a removal answers null where it is
 * empty. Only insertions crash: a removal that crashed could have taken anything, and nothing could be proven.
 *
 * Breaks: `duplicate`: an element is removed twice. `phantom`: something is removed that was never inserted. `reordered`:
 * two elements, inserted one after the other, are removed one after the other in the wrong order. `lost` (queue): an
 * acknowledged element is never removed, and one that was inserted later is.
 */
export class SequenceObject implements SimulatedObject {
  breaksDue = 0;
  readonly #options: SequenceObjectOptions;
  /** The insertions of what is there, oldest first, from {@link #head} on. */
  #items: Call[] = [];
  #head = 0;
  #inserted = 0;
  #lastRemoved: JsonValue = null;
  #hold: Hold | undefined;
  readonly #forced = new Map<Call, JsonValue>();
  readonly #uncrashed = new Set<Call>();
  readonly #lost = new Set<Call>();
  readonly #sources = new Map<Call, Call>();

  constructor(options: SequenceObjectOptions) {
    this.#options = options;
  }

  begin(calledAt: number, mustMutate: boolean): Call {
    const { random, removeShare, kind, broken } = this.#options;
    const removes = !mustMutate && random.int(0, 999) < removeShare;
    if (removes) {
      const call = callOf(kind === 'queue' ? 'dequeue' : 'pop', undefined, null, { mutates: true, calledAt });
      const answer = broken === 'phantom' ? PHANTOM : broken === 'duplicate' ? this.#lastRemoved : null;
      if (this.breaksDue > 0 && answer !== null) {
        this.breaksDue--;
        this.#forced.set(call, answer);
      }
      return call;
    }
    const insertion = callOf(kind === 'queue' ? 'enqueue' : 'push', undefined, ++this.#inserted, {
      mutates: true,
      calledAt,
    });
    if (!mustMutate && broken === 'lost') this.#uncrashed.add(insertion);
    return insertion;
  }

  apply(call: Call): void {
    if (call.input === null) call.output = this.#remove(call);
    else {
      call.output = call.input;
      if (this.breaksDue > 0 && this.#uncrashed.has(call)) {
        this.breaksDue--;
        this.#lost.add(call);
      } else this.#items.push(call);
    }
    this.#uncrashed.delete(call);
  }

  returned(call: Call): void {
    if (call.input !== null || call.output === null) return;
    if (!this.#forced.has(call)) this.#lastRemoved = call.output;
    const source = this.#sources.get(call);
    this.#sources.delete(call);
    if (source === undefined) return;
    for (const lost of this.#lost) if (lost.returnedAt < source.calledAt) this.#lost.delete(lost);
  }

  pendingBreaks(): number {
    return this.breaksDue + this.#lost.size;
  }

  finalCalls(): number {
    return 0;
  }

  final(calledAt: number): Call {
    return this.begin(calledAt, true);
  }

  #remove(call: Call): JsonValue {
    const forced = this.#forced.get(call);
    if (forced !== undefined) return forced;
    if (this.#hold !== undefined && call.calledAt > this.#hold.release.returnedAt) this.#hold = undefined;
    if (this.breaksDue > 0 && this.#options.broken === 'reordered') this.#reorder(call);
    const at = this.#hold?.release === call ? this.#hold.takenAt : this.#nextIndex();
    const item = this.#take(at);
    if (item === undefined) return null;
    if (this.#lost.size > 0) this.#sources.set(call, item);
    return item.input;
  }

  /** Index of what a correct removal takes; it passes over an element that is held, unless nothing else is there. */
  #nextIndex(): number {
    const isQueue = this.#options.kind === 'queue';
    const first = isQueue ? this.#head : this.#items.length - 1;
    if (this.#hold === undefined || this.#items[first] !== this.#hold.element) return first;
    const second = isQueue ? first + 1 : first - 1;
    if (second >= this.#head && second < this.#items.length) return second;
    // Nothing else is there: the order of the two removals can no longer be proven, so the break is still to be made.
    this.#hold = undefined;
    this.breaksDue++;
    return first;
  }

  /** Looks for two elements whose insertions did not overlap, holds the one that should go first, and takes the other. */
  #reorder(release: Call): void {
    if (this.#hold !== undefined) return;
    const from = this.#options.kind === 'queue' ? this.#head : Math.max(this.#head, this.#items.length - REACH);
    const candidates = this.#items.slice(from, from + REACH);
    const pair = this.#options.kind === 'queue' ? queuePair(candidates) : stackPair(candidates, release);
    if (pair === undefined) return;
    this.breaksDue--;
    this.#hold = { element: pair.held, release, takenAt: from + pair.takenAt };
  }

  #take(at: number): Call | undefined {
    const item = this.#items[at];
    if (item === undefined || at < this.#head) return undefined;
    if (at === this.#head) this.#head++;
    else this.#items.splice(at, 1);
    if (this.#head > 1024 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }
}

interface ReorderedPair {
  readonly held: Call;
  readonly takenAt: number;
}

/** The oldest element is held, and the oldest one whose insertion began after its insertion returned is taken. */
function queuePair(candidates: readonly Call[]): ReorderedPair | undefined {
  const held = candidates[0];
  const takenAt = candidates.findIndex((item) => held !== undefined && held.returnedAt < item.calledAt);
  return held === undefined || takenAt < 0 ? undefined : { held, takenAt };
}

/** The newest element that was there before the removal began is held, and one that was there before it is taken. */
function stackPair(candidates: readonly Call[], removal: Call): ReorderedPair | undefined {
  const held = candidates.findLast((item) => item.returnedAt !== NEVER && item.returnedAt < removal.calledAt);
  const takenAt = candidates.findLastIndex((item) => held !== undefined && item.returnedAt < held.calledAt);
  return held === undefined || takenAt < 0 ? undefined : { held, takenAt };
}
