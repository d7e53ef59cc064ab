import type { Budget } from '../judging/budget.ts';
import type { SearchOutcome } from './sequential-search.ts';
import { INITIAL, NOT_A_READ, UNENDED, type RegisterProblem } from './register-problem.ts';

/** A choice between several writes that could come next. */
interface Choice {
  readonly candidates: readonly number[];
  next: number;
  readonly placed: number;
  readonly state: string;
}

/**
 * Searches an order in real time of the operations of one key in which every read returns one of the last `k` writes.
 * A compare-and-set counts as a write and, apart from it, a read.
 *
 * Depth first over the writes that can come next, those that must be over first ahead; reads are placed as soon as they
 * can be, which is never worse; no write is placed that would push one out of reach which still has to be read. Where no
 * operation is open, all that counts of the past is how old the writes are that are still to be read: states that were
 * seen to lead nowhere are not entered twice, so that histories with little overlap are decided in near-linear time.
 * Exponential in the overlap at worst: `work.left` counts down, and the search gives up at 0.
 */
export function searchWithLag(
  problem: RegisterProblem,
  k: number,
  work: { left: number },
  budget: Budget,
): SearchOutcome {
  const walk = new LagWalk(problem, k);
  const choices: Choice[] = [];
  const dead = new Set<string>();
  let hasFailed = false;
  for (;;) {
    const { writes, seen } = walk.advance();
    work.left -= seen;
    budget.step(seen);
    if (walk.isDone) return 'found';
    if (work.left < 0) return 'gave-up';
    // States are only worth their price once the search has had to go back.
    const state = hasFailed && writes.length > 1 ? walk.state() : '';
    if (writes.length > 0 && !dead.has(state)) {
      if (writes.length > 1) choices.push({ candidates: writes, next: 1, placed: walk.placedCount, state });
      walk.place(writes[0] ?? 0);
      continue;
    }
    hasFailed = true;
    for (;;) {
      const choice = choices.at(-1);
      if (choice === undefined) return 'none';
      walk.retreat(choice.placed);
      const write = choice.candidates[choice.next++];
      if (write !== undefined) {
        walk.place(write);
        break;
      }
      const state = choice.state === '' ? walk.state() : choice.state;
      budget.reserve(state.length * 2 + 64);
      work.left -= state.length;
      dead.add(state);
      choices.pop();
    }
  }
}

/** An order under construction. Items are operations; the read of a compare-and-set is one of its own. */
class LagWalk {
  readonly #k: number;
  /** By item, in order of invocation. */
  readonly #call: number[] = [];
  readonly #end: number[] = [];
  /** The item it reads from (-1: the initial value), or {@link NOT_A_READ} for writes. */
  readonly #source: number[] = [];
  readonly #urgency: Float64Array;
  /** Links between unplaced items; item `count` is the head. */
  readonly #after: Int32Array;
  readonly #before: Int32Array;
  /** Unplaced reads of each write; the last slot is the initial value's. */
  readonly #pending: Int32Array;
  /** Place of each placed write among the writes, from 1; the initial value has place 0. */
  readonly #placeOf: Int32Array;
  readonly #writes: number[] = [];
  readonly #placed: number[] = [];
  #required = 0;

  constructor(problem: RegisterProblem, k: number) {
    this.#k = k;
    const writeItem = this.#addItems(problem);
    const count = this.#call.length;
    for (let item = 0; item < count; item++) {
      const source = this.#source[item] ?? NOT_A_READ;
      if (source >= 0) this.#source[item] = writeItem[source] ?? INITIAL;
    }
    this.#urgency = Float64Array.from(this.#end);
    this.#pending = new Int32Array(count + 1);
    this.#placeOf = new Int32Array(count + 1).fill(-1);
    this.#placeOf[count] = 0;
    this.#after = Int32Array.from({ length: count + 1 }, (_, item) => (item === count ? 0 : item + 1));
    this.#before = Int32Array.from({ length: count + 1 }, (_, item) => (item === 0 ? count : item - 1));
    for (let item = 0; item < count; item++) {
      if (this.#end[item] !== UNENDED) this.#required++;
      if (!this.#isRead(item)) continue;
      const write = this.#writeOf(item);
      this.#pending[write] = (this.#pending[write] ?? 0) + 1;
      if (write < count) this.#urgency[write] = Math.min(this.#urgency[write] ?? 0, this.#end[item] ?? 0);
    }
  }

  get isDone(): boolean {
    return this.#required === 0;
  }

  get placedCount(): number {
    return this.#placed.length;
  }

  /** Places all reads that can be placed; answers the writes that could come next, and how many items were looked at. */
  advance(): { readonly writes: readonly number[]; readonly seen: number } {
    const head = this.#call.length;
    let seen = 0;
    for (;;) {
      const writes: number[] = [];
      let limit = Infinity;
      let progressed = false;
      for (let item = this.#next(head); item !== head && (this.#call[item] ?? 0) <= limit; item = this.#next(item)) {
        seen++;
        limit = Math.min(limit, this.#end[item] ?? 0);
        if (!this.#isRead(item)) writes.push(item);
        else if (this.#isInReach(this.#writeOf(item))) {
          this.place(item);
          progressed = true;
          break;
        }
      }
      if (progressed) continue;
      const canWrite = this.#canPushOut();
      const able = canWrite
        ? writes.sort((left, right) => (this.#urgency[left] ?? 0) - (this.#urgency[right] ?? 0))
        : [];
      return { writes: able, seen: seen + 1 };
    }
  }

  place(item: number): void {
    const [before, after] = [this.#before[item] ?? 0, this.#after[item] ?? 0];
    this.#after[before] = after;
    this.#before[after] = before;
    this.#placed.push(item);
    if (this.#end[item] !== UNENDED) this.#required--;
    if (this.#isRead(item)) {
      const write = this.#writeOf(item);
      this.#pending[write] = (this.#pending[write] ?? 0) - 1;
    } else {
      this.#writes.push(item);
      this.#placeOf[item] = this.#writes.length;
    }
  }

  /** Takes back everything after the first `placed` items. */
  retreat(placed: number): void {
    while (this.#placed.length > placed) {
      const item = this.#placed.pop() ?? 0;
      const [before, after] = [this.#before[item] ?? 0, this.#after[item] ?? 0];
      this.#after[before] = item;
      this.#before[after] = item;
      if (this.#end[item] !== UNENDED) this.#required++;
      if (this.#isRead(item)) {
        const write = this.#writeOf(item);
        this.#pending[write] = (this.#pending[write] ?? 0) + 1;
      } else {
        this.#writes.pop();
        this.#placeOf[item] = -1;
      }
    }
  }

  /** Equal for positions from which the same can follow: what is unplaced, and the age of what is still to be read. */
  state(): string {
    const head = this.#call.length;
    const unplaced: number[] = [];
    let limit = Infinity;
    for (let item = this.#next(head); item !== head && (this.#call[item] ?? 0) <= limit; item = this.#next(item)) {
      unplaced.push(item);
      limit = Math.min(limit, this.#end[item] ?? 0);
    }
    const ages: number[] = [];
    for (let age = 1; age <= this.#k && age <= this.#writes.length + 1; age++) {
      const write = this.#writes[this.#writes.length - age] ?? head;
      ages.push((this.#pending[write] ?? 0) > 0 ? write : -1);
    }
    return `${unplaced.join()};${ages.join()}`;
  }

  #addItems({ count, invocation, end, isWrite, source }: RegisterProblem): Int32Array {
    const writeItem = new Int32Array(count).fill(-1);
    for (let op = 0; op < count; op++) {
      for (const isRead of [true, false]) {
        if (isRead ? source[op] === NOT_A_READ : isWrite[op] === 0) continue;
        if (!isRead) writeItem[op] = this.#call.length;
        this.#call.push(invocation[op] ?? 0);
        this.#end.push(end[op] ?? 0);
        this.#source.push(isRead ? (source[op] ?? INITIAL) : NOT_A_READ);
      }
    }
    return writeItem;
  }

  #next(item: number): number {
    return this.#after[item] ?? 0;
  }

  #isRead(item: number): boolean {
    return this.#source[item] !== NOT_A_READ;
  }

  /** The write that a read returned; the number of items stands for the initial value. */
  #writeOf(read: number): number {
    const source = this.#source[read] ?? INITIAL;
    return source < 0 ? this.#call.length : source;
  }

  #isInReach(write: number): boolean {
    const place = this.#placeOf[write] ?? -1;
    return place >= 0 && this.#writes.length - place < this.#k;
  }

  /** Whether another write can come: the one that it pushes out of reach has been read by all. */
  #canPushOut(): boolean {
    const oldest = this.#writes.length - this.#k + 1;
    if (oldest < 0) return true;
    const write = oldest === 0 ? this.#call.length : (this.#writes[oldest - 1] ?? 0);
    return (this.#pending[write] ?? 0) === 0;
  }
}
