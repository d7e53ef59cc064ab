import type { Budget } from '../judging/budget.ts';
import type { PartialOrder } from './partial-order.ts';
import { INITIAL, NOT_A_READ } from './register-problem.ts';

/** What a search came to: a total order that explains all reads, the proof that there is none, or neither. */
export type SearchOutcome = 'found' | 'none' | 'gave-up';

/** A choice between several writes that could come next. */
interface Choice {
  readonly candidates: readonly number[];
  next: number;
  /** How many operations were placed when the choice was met. */
  readonly placed: number;
  readonly state: string;
}

/**
 * Searches a total order of all operations that keeps `order` (without cycles) and in which every read returns the last
 * write of its key. Depth first over the writes that can come next, most urgent first; reads are placed as soon as they
 * can be; states that were seen to lead nowhere are not entered twice. Exponential at worst: it gives up at dead end
 * number `deadEndLimit`. Without dead ends O((n + edges) k).
 */
export function searchSequence(order: PartialOrder, budget: Budget, deadEndLimit: number = Infinity): SearchOutcome {
  const walk = new SequenceWalk(order, budget);
  const choices: Choice[] = [];
  const known = new Set<string>();
  let deadEnds = 0;
  for (;;) {
    const candidates = walk.advance();
    if (walk.isDone) return 'found';
    // States are only worth their price once the search has had to go back.
    const state = candidates.length > 1 && deadEnds > 0 ? walk.state() : '';
    if (candidates.length === 0 || (state !== '' && known.has(state))) {
      if (++deadEnds >= deadEndLimit) return 'gave-up';
      if (!resume(walk, choices, known, budget)) return 'none';
      continue;
    }
    if (candidates.length > 1) choices.push({ candidates, next: 1, placed: walk.placedCount, state });
    walk.place(candidates[0] ?? 0);
  }
}

/** Goes back to the last choice with a candidate left, and takes it. False where there is none. */
function resume(walk: SequenceWalk, choices: Choice[], known: Set<string>, budget: Budget): boolean {
  for (;;) {
    const choice = choices.at(-1);
    if (choice === undefined) return false;
    walk.retreat(choice.placed);
    const candidate = choice.candidates[choice.next++];
    if (candidate !== undefined) {
      walk.place(candidate);
      return true;
    }
    const state = choice.state === '' ? walk.state() : choice.state;
    budget.reserve(state.length * 2 + 64);
    known.add(state);
    choices.pop();
  }
}

/** A sequence under construction, and what it allows next. */
class SequenceWalk {
  readonly #order: PartialOrder;
  readonly #budget: Budget;
  /** Predecessors that are not placed yet. */
  readonly #waiting: Int32Array;
  /** Operations without unplaced predecessors that are not placed themselves. */
  readonly #ready = new Set<number>();
  /** Unplaced reads of each write, and (after all operations) of each key's initial value. */
  readonly #pendingReads: Int32Array;
  /** The last write of each key, or INITIAL. */
  readonly #current: Int32Array;
  readonly #progress: Int32Array;
  /** When each write was first known to have taken effect: its answer, or the first answered read of it. */
  readonly #urgency: Int32Array;
  readonly #placed: number[] = [];
  /** What {@link #current} was before each placed operation. */
  readonly #replaced: number[] = [];

  constructor(order: PartialOrder, budget: Budget) {
    const { problem } = order;
    this.#order = order;
    this.#budget = budget;
    budget.reserve(problem.count * 40);
    this.#waiting = new Int32Array(problem.count);
    this.#pendingReads = new Int32Array(problem.count + problem.keyCount);
    this.#current = new Int32Array(problem.keyCount).fill(INITIAL);
    this.#progress = new Int32Array(problem.sessions.length);
    this.#urgency = problem.end.slice();
    for (let op = 0; op < problem.count; op++) {
      this.#addPendingRead(op, 1);
      const source = problem.source[op] ?? NOT_A_READ;
      if (source >= 0) this.#urgency[source] = Math.min(this.#urgency[source] ?? 0, problem.end[op] ?? 0);
      this.#eachSuccessor(op, (to) => {
        this.#waiting[to] = (this.#waiting[to] ?? 0) + 1;
      });
    }
    for (let op = 0; op < problem.count; op++) if (this.#waiting[op] === 0) this.#ready.add(op);
  }

  get isDone(): boolean {
    return this.#placed.length === this.#order.problem.count;
  }

  get placedCount(): number {
    return this.#placed.length;
  }

  /** Places all reads that can be placed; answers the writes that could come next, most urgent first. */
  advance(): number[] {
    const { isWrite } = this.#order.problem;
    for (let progressed = true; progressed;) {
      progressed = false;
      for (const op of this.#ready) {
        if (isWrite[op] === 1) continue;
        this.place(op);
        progressed = true;
      }
    }
    const candidates = [...this.#ready].filter((op) => this.#canWrite(op));
    this.#budget.step(this.#ready.size);
    return candidates.sort((left, right) => (this.#urgency[left] ?? 0) - (this.#urgency[right] ?? 0));
  }

  place(op: number): void {
    const { problem } = this.#order;
    const key = problem.key[op] ?? 0;
    this.#ready.delete(op);
    this.#placed.push(op);
    this.#replaced.push(this.#current[key] ?? INITIAL);
    this.#addPendingRead(op, -1);
    if (problem.isWrite[op] === 1) this.#current[key] = op;
    const session = problem.session[op] ?? 0;
    this.#progress[session] = (this.#progress[session] ?? 0) + 1;
    this.#eachSuccessor(op, (to) => {
      const left = (this.#waiting[to] ?? 0) - 1;
      this.#waiting[to] = left;
      if (left === 0) this.#ready.add(to);
    });
  }

  /** Takes back everything after the first `placed` operations. */
  retreat(placed: number): void {
    const { problem } = this.#order;
    while (this.#placed.length > placed) {
      this.#budget.step();
      const op = this.#placed.pop() ?? 0;
      this.#current[problem.key[op] ?? 0] = this.#replaced.pop() ?? INITIAL;
      this.#addPendingRead(op, 1);
      const session = problem.session[op] ?? 0;
      this.#progress[session] = (this.#progress[session] ?? 0) - 1;
      this.#eachSuccessor(op, (to) => {
        this.#waiting[to] = (this.#waiting[to] ?? 0) + 1;
        this.#ready.delete(to);
      });
      this.#ready.add(op);
    }
  }

  /** Equal for positions from which the same can follow. */
  state(): string {
    return `${this.#progress.join()};${this.#current.join()}`;
  }

  /** Whether no read still waits for what `op` would replace, apart from `op` itself. */
  #canWrite(op: number): boolean {
    const { problem } = this.#order;
    const key = problem.key[op] ?? 0;
    const current = this.#current[key] ?? INITIAL;
    const source = problem.source[op] ?? NOT_A_READ;
    if (source !== NOT_A_READ && source !== current) return false;
    const pending = this.#pendingReads[this.#versionSlot(current, key)] ?? 0;
    return pending === (source === NOT_A_READ ? 0 : 1);
  }

  #addPendingRead(op: number, change: number): void {
    const { problem } = this.#order;
    const source = problem.source[op] ?? NOT_A_READ;
    if (source === NOT_A_READ) return;
    const slot = this.#versionSlot(source, problem.key[op] ?? 0);
    this.#pendingReads[slot] = (this.#pendingReads[slot] ?? 0) + change;
  }

  #versionSlot(version: number, key: number): number {
    return version === INITIAL ? this.#order.problem.count + key : version;
  }

  #eachSuccessor(op: number, visit: (to: number) => void): void {
    const next = this.#order.nextInSession(op);
    if (next >= 0) visit(next);
    this.#order.edgesFrom(op, (_, to) => visit(to));
  }
}
