import { Antichain, clearBits, copyBits, HEADER, MARK, setBits, STATE } from './antichain.ts';
import { narrowBeam } from './beam.ts';
import { BeamRetries, MOST_RETRIES, type Checkpoint } from './beam-retries.ts';
import { NEVER } from './operations.ts';
import { OpenBits } from './open-bits.ts';
import { MOST_OPERATIONS, timedOperations, type TimedOperations } from './open-operations.ts';
import { Outlook } from './outlook.ts';
import { STEPS_PER_LOOK, type SearchLimits, type SearchResult } from './search-limits.ts';
import type { SearchProblem } from './search-problem.ts';
import { Widening } from './widening.ts';

/** Open operations, crashed ones included, beyond which configurations are too large to be many. */
const MOST_SLOTS = 512;
/** What becomes of configurations beyond the width. */
export type WidthBound = 'beam' | 'widening';

/** Configurations on the way to one answer, per configuration kept. */
const ON_THE_WAY = 4;

/**
 * Lowe's just-in-time linearization (2017) for registers, breadth first: a history is walked through in order of time with
 * all configurations that explain it so far, and whenever an operation returns that is not yet linearized, other open
 * ones are linearized just so that it can be.
 *
 * What keeps configurations few:
 * - Observations are taken as soon as they fit: that is never worse.
 * - A write hides what stands right before it. So once any write has been linearized, every other open one counts as
 *   done and may still be used until it returns; and a write that nothing sees before the next write is left out.
 * - Of operations that do the same the one that must be over first is used first.
 * - A configuration that can do no more than another one is dropped.
 *
 * At most `width` configurations are kept at a time. A `beam` drops others: one left at the end means `valid` all the same;
 * where none is, it goes back a little and keeps more ({@link BeamRetries}), in the end it is `undecided`. A walk that is
 * `widening` merges them into fewer ones that can do more ({@link Widening}): none left means `invalid` all the same, one
 * left means `undecided`.
 */
export class JustInTime {
  readonly #problem: SearchProblem;
  readonly #limits: SearchLimits;
  readonly #timed: TimedOperations;
  readonly #mostWidth: number;
  readonly #words: number;
  readonly #bits: OpenBits;
  readonly #widening: Widening | undefined;
  readonly #retries: BeamRetries | undefined;
  readonly #tried: Float64Array;
  readonly #outlook: Outlook;
  #round = 0;
  /** The event that the walk is at. */
  #position = 0;
  #here: Antichain;
  #steps = 0;
  #isCut = false;
  #isSpent = false;
  #widest = 0;

  constructor(problem: SearchProblem, limits: SearchLimits, width: number, bound: WidthBound = 'beam') {
    this.#problem = problem;
    this.#limits = limits;
    this.#mostWidth = width;
    this.#timed = timedOperations(problem);
    this.#bits = new OpenBits(problem, this.#timed);
    this.#words = this.#bits.words;
    this.#widening = bound === 'widening' ? new Widening(this.#bits, () => this.#step()) : undefined;
    this.#retries = bound === 'beam' ? new BeamRetries(width) : undefined;
    this.#tried = new Float64Array(problem.isPure.length);
    this.#outlook = new Outlook(problem, this.#timed, limits.looksAhead === true);
    this.#here = new Antichain(this.#bits.exact.slice());
  }

  get #width(): number {
    return this.#retries?.width ?? this.#mostWidth;
  }

  /** About how much memory it takes at most. */
  get bytes(): number {
    return (
      4 * this.#here.stride * 4 * ON_THE_WAY * this.#mostWidth * (this.#widening === undefined ? 2 << MOST_RETRIES : 2)
    );
  }

  run(): SearchResult {
    if (this.#timed.slots > MOST_SLOTS || this.#timed.count >= MOST_OPERATIONS) return this.#result('undecided', -1);
    const first = new Int32Array(this.#here.stride);
    first[STATE] = this.#problem.automaton.initial;
    this.#here.add(first);
    const { events } = this.#timed;
    for (let index = 0; index < events.length; index++) {
      const event = events[index] as number;
      this.#position = index;
      this.#retries?.pass({ event: index, here: this.#here, isCut: this.#isCut });
      // What returns now still has to be served, what is invoked now is open already.
      this.#outlook.moveTo(event < 0 ? index : index + 1);
      if (event >= 0) this.#invoke(event);
      else this.#complete(~event);
      if (this.#here.size > this.#widest) this.#widest = this.#here.size;
      if (!this.#isSpent && this.#here.size > 0) continue;
      const checkpoint = this.#isCut && !this.#isSpent ? this.#retries?.goBack(index) : undefined;
      if (checkpoint === undefined)
        return this.#result(this.#isCut || this.#isSpent ? 'undecided' : 'invalid', this.#now());
      index = this.#goBack(checkpoint) - 1;
    }
    return this.#result((this.#widening?.count ?? 0) > 0 ? 'undecided' : 'valid', NEVER);
  }

  /** How far the walk is, where something stopped it from outside. */
  undecided(): SearchResult {
    return this.#result('undecided', this.#now());
  }

  /** When the next operation returns. */
  #now(): number {
    const next = this.#timed.events.subarray(this.#position).find((event) => event < 0);
    return next === undefined ? -1 : (this.#timed.ret[~next] as number);
  }

  /** Takes back what came after a checkpoint. */
  #goBack({ event, here, isCut }: Checkpoint): number {
    const { events } = this.#timed;
    for (let index = this.#position; index >= event; index--) {
      const undone = events[index] as number;
      if (undone < 0) this.#bits.open(~undone);
      else this.#bits.close(undone);
      if (undone < 0) this.#outlook.open(~undone);
      else this.#outlook.invoke(undone, -1);
    }
    this.#here = here;
    this.#isCut = isCut;
    return event;
  }

  #result(outcome: SearchResult['outcome'], reached: number): SearchResult {
    return { outcome, reached, steps: this.#steps, configurations: this.#widest };
  }

  #invoke(op: number): void {
    const { action, slot, ret } = this.#timed;
    const { isPure, automaton } = this.#problem;
    const what = action[op] as number;
    const at = slot[op] as number;
    const [word, bit] = [at >> 5, 1 << (at & 31)];
    this.#outlook.invoke(op);
    this.#bits.open(op);
    if (ret[op] === NEVER) return;
    const before = this.#here;
    const after = new Antichain(this.#bits.exact.slice());
    const configuration = new Int32Array(before.stride);
    for (let record = 0; record < before.records; record++) {
      if (!before.has(record)) continue;
      before.read(record, configuration);
      if (isPure[what] !== 1 || automaton.step(configuration[STATE] as number, what) < 0) {
        setBits(configuration, HEADER + word, bit);
        if (this.#outlook.isHopeless(configuration)) continue;
      }
      after.add(configuration);
    }
    this.#here = after;
  }

  /** Leaves only configurations in which the operation is linearized, and forgets it. */
  #complete(op: number): void {
    const { action, slot } = this.#timed;
    const at = slot[op] as number;
    const what = action[op] as number;
    const [word, bit] = [at >> 5, 1 << (at & 31)];
    const isPure = this.#problem.isPure[what] === 1;
    const isWrite = !isPure && this.#bits.isWrite(what);
    const before = this.#here;
    const exact = this.#bits.exact.slice();
    clearBits(this.#bits.exact, word, bit);
    clearBits(this.#bits.exact, this.#words + word, bit);
    this.#widening?.begin(word, bit);
    const most = this.#width * ON_THE_WAY;
    let after = new Antichain(this.#bits.exact.slice());
    let onTheWay = new Antichain(exact);
    const configuration = new Int32Array(before.stride);
    const emitted = new Int32Array(before.stride);
    const used = HEADER + this.#words + word;
    const emit = (from: Int32Array): void => {
      copyBits(from, emitted);
      emitted[MARK] = 0;
      clearBits(emitted, used, bit);
      this.#widening?.clear(emitted);
      after.add(emitted);
      if (after.records >= most) after = this.#narrow(after);
    };
    for (let record = 0; record < before.records; record++) {
      if (!before.has(record)) continue;
      before.read(record, configuration);
      const isPending = ((configuration[HEADER + word] as number) & bit) !== 0;
      if (!isPending) emit(configuration);
      // What counts as done may be used for a last time: a write that was hidden, or what a widening forgot.
      if (isPending || (!isPure && ((configuration[used] as number) & bit) === 0)) onTheWay.add(configuration);
    }
    const next = new Int32Array(before.stride);
    for (let record = 0; record < onTheWay.records && !this.#isSpent; record++) {
      if (!onTheWay.has(record)) continue;
      onTheWay.read(record, configuration);
      const wasPending = ((configuration[HEADER + word] as number) & bit) !== 0;
      this.#round += 2;
      for (const by of this.#bits.changing) {
        if (!this.#apply(configuration, by, next)) continue;
        const isPending = ((next[HEADER + word] as number) & bit) !== 0;
        const isDone = by === op || (wasPending && !isPending);
        if (isDone) emit(next);
        if (isDone && (!isWrite || by === op)) continue;
        this.#widening?.clear(next);
        if (onTheWay.records < most) onTheWay.add(next);
        else if (this.#widening === undefined) this.#isCut = true;
        else {
          onTheWay.add(next);
          onTheWay = this.#widening.widen(onTheWay, this.#width, exact);
          if (onTheWay.size > this.#width) this.#isSpent = true;
          // Some of them can do more than they could, so all are looked at once more.
          record = -1;
          break;
        }
      }
    }
    this.#bits.close(op);
    this.#outlook.close(op);
    this.#here = after.size > this.#width ? this.#narrow(after) : after;
  }

  /** Leaves about `width` configurations. */
  #narrow(wide: Antichain): Antichain {
    if (this.#widening !== undefined) {
      const narrow = this.#widening.widen(wide, this.#width / 2, this.#bits.exact);
      if (narrow.size > this.#width) this.#isSpent = true;
      return narrow;
    }
    if (wide.size > this.#width) this.#isCut = true;
    return narrowBeam(wide, this.#width, this.#bits);
  }

  /** Writes to `next` what follows from using an open operation. False where that is impossible or of no use. */
  #apply(configuration: Int32Array, op: number, next: Int32Array): boolean {
    const { action, slot, ret } = this.#timed;
    const { automaton } = this.#problem;
    const at = slot[op] as number;
    const [word, bit] = [at >> 5, 1 << (at & 31)];
    const words = this.#words;
    if (((configuration[HEADER + words + word] as number) & bit) !== 0) return false;
    const what = action[op] as number;
    const isWrite = this.#bits.isWrite(what);
    // Operations that do the same are interchangeable: the one that must be over first goes first. Only where it was
    // forgotten that it must be used, one that still must may be the better one.
    const isOwed = !isWrite && ((configuration[HEADER + word] as number) & bit) !== 0 ? 1 : 0;
    if ((this.#tried[what] as number) >= this.#round + isOwed) return false;
    this.#tried[what] = this.#round + isOwed;
    if (isWrite && configuration[MARK] === 1) return false;
    const state = configuration[STATE] as number;
    const to = automaton.step(state, what);
    if (to < 0) return false;
    this.#step();
    copyBits(configuration, next);
    next[STATE] = to;
    setBits(next, HEADER + words + word, bit);
    clearBits(next, HEADER + word, bit);
    let hides = false;
    if (isWrite) {
      for (let index = 0; index < words; index++) {
        const hidden = (next[HEADER + index] as number) & (this.#bits.total[index] as number);
        if (hidden === 0) continue;
        hides = true;
        clearBits(next, HEADER + index, hidden);
      }
    }
    if (
      to === state &&
      !hides &&
      (ret[op] === NEVER || isWrite) &&
      ((configuration[HEADER + word] as number) & bit) === 0
    ) {
      return false;
    }
    const serves = this.#bits.serve(next, this.#outlook);
    next[MARK] = serves || (!isWrite && ret[op] !== NEVER) ? 0 : 1;
    return !this.#outlook.isHopeless(next);
  }

  /** False where a limit is met. */
  #step(): boolean {
    if (++this.#steps % STEPS_PER_LOOK === 0) {
      const { maxSteps = Infinity, nowMs, deadlineMs } = this.#limits;
      if (this.#steps > maxSteps || nowMs() > deadlineMs) this.#isSpent = true;
    }
    return !this.#isSpent;
  }
}
