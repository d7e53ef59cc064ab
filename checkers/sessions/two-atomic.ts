import type { Finding } from '../../harness/kernel/verdict.ts';
import type { Budget } from '../judging/budget.ts';
import { keyMember } from '../judging/group-by-key.ts';
import { describeOperation } from './describe-operation.ts';
import { entriesOf } from './problem-entries.ts';
import { tellTimeline } from './regular-models.ts';
import { INITIAL, NOT_A_READ, type RegisterProblem } from './register-problem.ts';
import { shrinkProblem } from './shrink-problem.ts';
import { timelineOf } from './version-timeline.ts';

/**
 * The violations of 2-atomicity: some order in real time in which every read returns one of the last two writes.
 * A compare-and-set counts as a write and, apart from it, a read. Problems of one key. Anomalies: `future-read`,
 * `stale-read` (more than two versions behind by itself), `not-2-atomic`.
 *
 * Limited backtracking (Golab, Hurwitz, Li: On the k-Atomicity-Verification Problem, ICDCS 2013): O(n log n + c n) with at
 * most c writes at a time.
 */
export function twoAtomicFindings(problem: RegisterProblem, budget: Budget): Finding[] {
  const { stale, future } = timelineOf(problem, budget);
  const plain = tellTimeline(problem, { stale: stale.filter(({ versionsBehind }) => versionsBehind > 1), future });
  if (plain.length > 0 || isTwoAtomic(problem, budget)) return plain;
  budget.doing('looking for the smallest part of the history that is not 2-atomic');
  const part = shrinkProblem(problem, (smaller) => !isTwoAtomic(smaller, budget), budget);
  const shown = Array.from({ length: Math.min(part.count, 12) }, (_, op) => describeOperation(part, op));
  return [
    {
      anomaly: 'not-2-atomic',
      count: 1,
      ...keyMember(part.operations, part.operations.key(part.invocation[0] ?? 0)),
      ops: entriesOf(part, part.source.keys()),
      message:
        part.count === 1
          ? `Neither of the last two writes explains the answer of this operation: ${shown.join('')}.`
          : `In no order of these ${part.count} operations that keeps real time does every read return one of the last two writes: ${shown.join('; ')}${part.count > shown.length ? ' and others' : ''}.`,
    },
  ];
}

/** Whether the operations of one key, without reads from the future, are 2-atomic. */
export function isTwoAtomic(problem: RegisterProblem, budget: Budget): boolean {
  return new BackwardPlacement(problem, budget).run();
}

/** An item of {@link LinkedItems} that ends the list. */
const NONE = -1;

/** Places writes from the last to the first, each with the reads that must come after it. */
class BackwardPlacement {
  readonly #problem: RegisterProblem;
  readonly #budget: Budget;
  /** Number of the initial value's virtual write. */
  readonly #initial: number;
  /** When each write was known to have taken effect: its answer, or the first answered read of it. */
  readonly #effectiveEnd: Float64Array;
  readonly #readsOf: number[][];
  readonly #writesByCall: LinkedItems;
  readonly #writesByEnd: LinkedItems;
  readonly #readsByCall: LinkedItems;
  /** What was taken out of the lists, in order: writes, and reads as ~read. */
  readonly #trail: number[] = [];

  constructor(problem: RegisterProblem, budget: Budget) {
    const { count, source, isWrite } = problem;
    budget.reserve(count * 100);
    this.#problem = problem;
    this.#budget = budget;
    this.#initial = count;
    const end = Float64Array.from({ length: count + 1 }, (_, op) => (op === count ? -1 : (problem.end[op] ?? 0)));
    this.#readsOf = Array.from({ length: count + 1 }, () => []);
    const reads: number[] = [];
    for (let op = 0; op < count; op++) {
      const version = source[op] ?? NOT_A_READ;
      if (version === NOT_A_READ) continue;
      const write = version === INITIAL ? count : version;
      reads.push(op);
      this.#readsOf[write]?.push(op);
      end[write] = Math.min(end[write] ?? 0, problem.end[op] ?? 0);
    }
    this.#effectiveEnd = end;
    const writes = [count, ...Array.from({ length: count }, (_, op) => op).filter((op) => isWrite[op] === 1)];
    this.#writesByCall = new LinkedItems(writes, count + 1);
    this.#writesByEnd = new LinkedItems(
      writes.toSorted((left, right) => (end[left] ?? 0) - (end[right] ?? 0)),
      count + 1,
    );
    this.#readsByCall = new LinkedItems(reads, count + 1);
  }

  run(): boolean {
    while (this.#writesByCall.last !== NONE) {
      const lastCall = this.#call(this.#writesByCall.last);
      const candidates: number[] = [];
      for (
        let write = this.#writesByEnd.last;
        write !== NONE && (this.#effectiveEnd[write] ?? 0) > lastCall;
        write = this.#writesByEnd.before(write)
      ) {
        candidates.push(write);
      }
      if (!candidates.some((write) => this.#placeFrom(write))) return false;
    }
    return true;
  }

  /** Places `write` last, then what that forces before it, and so on until nothing is forced. Undoes all if it fails. */
  #placeFrom(write: number): boolean {
    const mark = this.#trail.length;
    for (let current = write; ;) {
      this.#budget.step(4);
      this.#takeWrite(current);
      const forced = this.#takeReadsAfter(current);
      if (forced === NONE) return true;
      const last = this.#writesByCall.last;
      if (forced === undefined || (last !== forced && (this.#effectiveEnd[forced] ?? 0) < this.#call(last))) {
        this.#undo(mark);
        return false;
      }
      current = forced;
    }
  }

  /**
   * Takes the reads that must come after `write`. Answers the write that must come directly before it, {@link NONE}, or
   * undefined where they ask for several.
   */
  #takeReadsAfter(write: number): number | undefined {
    let forced: number | undefined = NONE;
    const end = this.#effectiveEnd[write] ?? 0;
    for (let read = this.#readsByCall.last; read !== NONE && this.#call(read) > end; read = this.#readsByCall.last) {
      this.#takeRead(read);
      const source = this.#sourceOf(read);
      if (source === write) continue;
      if (forced !== NONE && forced !== source) return undefined;
      forced = source;
    }
    for (const read of this.#readsOf[write] ?? []) if (this.#readsByCall.has(read)) this.#takeRead(read);
    return forced;
  }

  #sourceOf(read: number): number {
    const source = this.#problem.source[read] ?? INITIAL;
    return source === INITIAL ? this.#initial : source;
  }

  #call(op: number): number {
    return op === this.#initial ? -2 : (this.#problem.invocation[op] ?? 0);
  }

  #takeWrite(write: number): void {
    this.#trail.push(write);
    this.#writesByCall.remove(write);
    this.#writesByEnd.remove(write);
  }

  #takeRead(read: number): void {
    this.#budget.step();
    this.#trail.push(~read);
    this.#readsByCall.remove(read);
  }

  #undo(mark: number): void {
    while (this.#trail.length > mark) {
      const taken = this.#trail.pop() ?? 0;
      if (taken < 0) this.#readsByCall.restore(~taken);
      else {
        this.#writesByEnd.restore(taken);
        this.#writesByCall.restore(taken);
      }
    }
  }
}

/** A list of numbers from which items are removed and, in the opposite order, restored, each in O(1). */
class LinkedItems {
  readonly #before: Int32Array;
  readonly #after: Int32Array;
  readonly #isIn: Uint8Array;
  readonly #head: number;

  /** `items` are distinct and below `limit`. */
  constructor(items: readonly number[], limit: number) {
    this.#head = limit;
    this.#before = new Int32Array(limit + 1).fill(limit);
    this.#after = new Int32Array(limit + 1).fill(limit);
    this.#isIn = new Uint8Array(limit + 1);
    let previous = limit;
    for (const item of items) {
      this.#before[item] = previous;
      this.#after[previous] = item;
      this.#isIn[item] = 1;
      previous = item;
    }
    this.#before[limit] = previous;
    this.#after[previous] = limit;
  }

  get last(): number {
    return this.before(this.#head);
  }

  before(item: number): number {
    const before = this.#before[item] ?? this.#head;
    return before === this.#head ? NONE : before;
  }

  has(item: number): boolean {
    return this.#isIn[item] === 1;
  }

  remove(item: number): void {
    const [before, after] = [this.#before[item] ?? this.#head, this.#after[item] ?? this.#head];
    this.#after[before] = after;
    this.#before[after] = before;
    this.#isIn[item] = 0;
  }

  restore(item: number): void {
    const [before, after] = [this.#before[item] ?? this.#head, this.#after[item] ?? this.#head];
    this.#after[before] = item;
    this.#before[after] = item;
    this.#isIn[item] = 1;
  }
}
