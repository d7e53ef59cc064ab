import type { Budget } from '../judging/budget.ts';
import { getOrAdd } from '../judging/get-or-add.ts';
import { identityOf } from '../judging/identity.ts';
import { valuePut } from '../judging/attempts.ts';
import { INITIAL, NOT_A_READ, UNENDED, type RegisterProblem } from './register-problem.ts';
import type { SearchOutcome } from './sequential-search.ts';

/** A choice between several operations that could come next. */
interface Choice {
  readonly candidates: readonly number[];
  next: number;
  readonly placed: number;
  readonly state: string;
}

/**
 * Searches one order of all operations that keeps every session's own order and explains every answer, where values
 * repeat: what counts is the value in place and not who put it there. Depth first over the writes that can come next;
 * reads are placed as soon as they can be, which is never worse; a value that somebody still has to find is not
 * overwritten once nobody is left to put it there again; crashed operations are placed only where they help; states
 * that were seen to lead nowhere are not entered twice.
 *
 * A wrong order of two writes shows late: whoever missed a value waits for it to come again. So the search first looks
 * only for orders in which no session falls far behind what was placed already, in real time, and goes back as soon as one
 * does; only then for any order.
 *
 * Without dead ends O(n k) for n operations in k sessions. Exponential in k at worst (the problem is NP-complete: Gibbons
 * and Korach, Testing Shared Memories, SIAM J. Comput. 1997): it gives up after `deadEndLimit` dead ends without coming any
 * further.
 */
export function searchValues(problem: RegisterProblem, budget: Budget, deadEndLimit: number): SearchOutcome {
  for (const patience of PATIENCE) {
    const limits = { patience: patience * problem.sessions.length, deadEnds: deadEndLimit / 4 };
    if (searchWithin(problem, limits, budget) === 'found') return 'found';
  }
  return searchWithin(problem, { patience: Infinity, deadEnds: deadEndLimit }, budget);
}

/** Entries by which a session may fall behind, per session. */
const PATIENCE = [4, 30];

function searchWithin(
  problem: RegisterProblem,
  { patience, deadEnds: limit }: { readonly patience: number; readonly deadEnds: number },
  budget: Budget,
): SearchOutcome {
  const walk = new ValueWalk(problem, patience, budget);
  const choices: Choice[] = [];
  const known = new Set<string>();
  let [deadEnds, furthest, bytes] = [0, 0, 0];
  const ended = (outcome: SearchOutcome): SearchOutcome => {
    budget.reserve(-bytes);
    walk.release();
    return outcome;
  };
  for (;;) {
    walk.placeReads();
    if (walk.isDone) return ended('found');
    const candidates = walk.candidates();
    if (walk.placedCount > furthest) [deadEnds, furthest] = [Math.min(deadEnds, 1), walk.placedCount];
    // States are only worth their price once the search has had to go back.
    const state = candidates.length > 1 && deadEnds > 0 ? walk.state() : '';
    if (candidates.length > 0 && !known.has(state)) {
      if (candidates.length > 1) choices.push({ candidates, next: 1, placed: walk.placedCount, state });
      walk.place(candidates[0] ?? 0);
      continue;
    }
    if (++deadEnds >= limit) return ended('gave-up');
    for (;;) {
      const choice = choices.at(-1);
      if (choice === undefined) return ended(patience === Infinity ? 'none' : 'gave-up');
      walk.retreat(choice.placed);
      const candidate = choice.candidates[choice.next++];
      if (candidate !== undefined) {
        walk.place(candidate);
        break;
      }
      const dead = choice.state === '' ? walk.state() : choice.state;
      bytes += dead.length * 2 + 64;
      budget.reserve(dead.length * 2 + 64);
      known.add(dead);
      choices.pop();
    }
  }
}

/** In the columns of values: the operation does not read, or does not write. */
const NO_VALUE = -1;

const BYTES_PER_OPERATION = 48;

/** A sequence under construction. */
class ValueWalk {
  readonly #problem: RegisterProblem;
  readonly #budget: Budget;
  /** Numbers of the values that each operation needs in place and puts in place, unique over all keys. */
  readonly #needs: Int32Array;
  readonly #puts: Int32Array;
  /** Unplaced operations that were answered and need a value, and unplaced ones that put it. */
  readonly #demand: Int32Array;
  /** Unplaced crashed operations that need a value. */
  readonly #hope: Int32Array;
  readonly #supply: Int32Array;
  /** The value of each key. */
  readonly #current: Int32Array;
  readonly #progress: Int32Array;
  readonly #urgency: Float64Array;
  readonly #patience: number;
  readonly #placed: number[] = [];
  readonly #replaced: number[] = [];
  /** After each placed operation: when the write began that began last of those placed so far. */
  readonly #newest: number[] = [];
  #required = 0;

  constructor(problem: RegisterProblem, patience: number, budget: Budget) {
    const { count, end } = problem;
    budget.reserve(count * BYTES_PER_OPERATION);
    this.#patience = patience;
    this.#problem = problem;
    this.#budget = budget;
    const { needs, puts, initial, size } = numberValues(problem);
    this.#needs = needs;
    this.#puts = puts;
    this.#current = initial;
    this.#demand = new Int32Array(size);
    this.#hope = new Int32Array(size);
    this.#supply = new Int32Array(size);
    this.#progress = new Int32Array(problem.sessions.length);
    this.#urgency = urgencyOf(problem);
    for (let op = 0; op < count; op++) {
      this.#count(op, 1);
      if (end[op] !== UNENDED) this.#required++;
    }
  }

  get isDone(): boolean {
    return this.#required === 0;
  }

  get placedCount(): number {
    return this.#placed.length;
  }

  /** Gives back what {@link constructor} reserved. */
  release(): void {
    this.#budget.reserve(-this.#problem.count * BYTES_PER_OPERATION);
  }

  /** Places all reads that the values in place allow, and all that such reads were in the way of. */
  placeReads(): void {
    for (let progressed = true; progressed;) {
      progressed = false;
      this.#budget.step(this.#progress.length);
      for (let session = 0; session < this.#progress.length; session++) {
        for (let op = this.#head(session); op >= 0 && this.#isFreeRead(op); op = this.#head(session)) {
          this.place(op);
          progressed = true;
        }
      }
    }
  }

  /**
   * What could come next, most urgent first; crashed operations last, and only those whose value somebody needs. Nothing
   * where a session has fallen too far behind.
   */
  candidates(): number[] {
    const found: number[] = [];
    const overdue = (this.#newest.at(-1) ?? 0) - this.#patience;
    for (let session = 0; session < this.#progress.length; session++) {
      const op = this.#head(session);
      if (op >= 0 && (this.#problem.end[op] ?? 0) < overdue) return [];
      if (op >= 0 && this.#problem.isWrite[op] === 1 && this.#canWrite(op)) found.push(op);
    }
    return found.sort((left, right) => (this.#urgency[left] ?? 0) - (this.#urgency[right] ?? 0));
  }

  place(op: number): void {
    const problem = this.#problem;
    const key = problem.key[op] ?? 0;
    this.#placed.push(op);
    this.#replaced.push(this.#current[key] ?? 0);
    const before = this.#newest.at(-1) ?? 0;
    this.#newest.push(problem.isWrite[op] === 1 ? Math.max(before, problem.invocation[op] ?? 0) : before);
    this.#count(op, -1);
    if (problem.end[op] !== UNENDED) this.#required--;
    const put = this.#puts[op] ?? NO_VALUE;
    if (put !== NO_VALUE) this.#current[key] = put;
    const session = problem.session[op] ?? 0;
    this.#progress[session] = (this.#progress[session] ?? 0) + 1;
  }

  /** Takes back everything after the first `placed` operations. */
  retreat(placed: number): void {
    const problem = this.#problem;
    while (this.#placed.length > placed) {
      this.#budget.step();
      const op = this.#placed.pop() ?? 0;
      this.#newest.pop();
      this.#current[problem.key[op] ?? 0] = this.#replaced.pop() ?? 0;
      this.#count(op, 1);
      if (problem.end[op] !== UNENDED) this.#required++;
      const session = problem.session[op] ?? 0;
      this.#progress[session] = (this.#progress[session] ?? 0) - 1;
    }
  }

  /** Equal for positions from which the same can follow. */
  state(): string {
    return `${this.#progress.join()};${this.#current.join()}`;
  }

  #head(session: number): number {
    return this.#problem.sessions[session]?.[this.#progress[session] ?? 0] ?? -1;
  }

  #isFreeRead(op: number): boolean {
    if (this.#problem.isWrite[op] === 1) return false;
    const need = this.#needs[op] ?? NO_VALUE;
    return need === NO_VALUE || need === this.#current[this.#problem.key[op] ?? 0];
  }

  #canWrite(op: number): boolean {
    const current = this.#current[this.#problem.key[op] ?? 0] ?? 0;
    const need = this.#needs[op] ?? NO_VALUE;
    const put = this.#puts[op] ?? NO_VALUE;
    if (need !== NO_VALUE && need !== current) return false;
    const isCrashed = this.#problem.end[op] === UNENDED;
    if (isCrashed && (this.#demand[put] ?? 0) + (this.#hope[put] ?? 0) === 0) return false;
    if (put === current || (this.#supply[current] ?? 0) > 0) return true;
    return (this.#demand[current] ?? 0) === (need === NO_VALUE || isCrashed ? 0 : 1);
  }

  #count(op: number, change: number): void {
    const need = this.#needs[op] ?? NO_VALUE;
    const put = this.#puts[op] ?? NO_VALUE;
    const wanting = this.#problem.end[op] === UNENDED ? this.#hope : this.#demand;
    if (need !== NO_VALUE) wanting[need] = (wanting[need] ?? 0) + change;
    if (put !== NO_VALUE) this.#supply[put] = (this.#supply[put] ?? 0) + change;
  }
}

/** When each write was first known to have taken effect: its answer, or the first answered read of it alone. */
function urgencyOf({ count, end, source }: RegisterProblem): Float64Array {
  const urgency = Float64Array.from(end);
  for (let op = 0; op < count; op++) {
    const from = source[op] ?? NOT_A_READ;
    if (from >= 0) urgency[from] = Math.min(urgency[from] ?? 0, end[op] ?? 0);
  }
  return urgency;
}

function numberValues(problem: RegisterProblem): {
  readonly needs: Int32Array;
  readonly puts: Int32Array;
  readonly initial: Int32Array;
  readonly size: number;
} {
  const { count, key, isWrite, source, choices, operations } = problem;
  const byKey = new Map<number, Map<number | string, number>>();
  let size = problem.keyCount;
  const puts = new Int32Array(count).fill(NO_VALUE);
  for (let op = 0; op < count; op++) {
    if (isWrite[op] === 0) continue;
    const values = getOrAdd(byKey, key[op] ?? 0, () => new Map<number | string, number>());
    puts[op] = getOrAdd(values, identityOf(valuePut(operations, problem.invocation[op] ?? 0)), () => size++);
  }
  const initial = Int32Array.from({ length: problem.keyCount }, (_, each) => each);
  for (const { op, candidates } of choices) {
    if (candidates[0] === INITIAL && candidates.length > 1)
      initial[key[op] ?? 0] = puts[candidates[1] ?? 0] ?? NO_VALUE;
  }
  const valueOf = (op: number, from: number): number => (from < 0 ? initial[key[op] ?? 0] : puts[from]) ?? NO_VALUE;
  const needs = source.map((from, op) => (from === NOT_A_READ ? NO_VALUE : valueOf(op, from)));
  for (const { op, candidates } of choices) needs[op] = valueOf(op, candidates[0] ?? INITIAL);
  return { needs, puts, initial, size };
}
