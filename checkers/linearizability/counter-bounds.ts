import type { ModelOperations } from './model-operations.ts';
import { NEVER } from './operations.ts';
import type { SpecialEffort, SpecialWay } from './special-way.ts';
import { hasSubsetSum, Summands } from './subset-sums.ts';

/**
 * Finds reads of a counter that no order explains, before any order is looked for. Additions commute, so what a read
 * answers is the sum of those that were over before it began and of some of those that had begun before it was over: no
 * less than with all that subtract, no more than with all that add; and where their sizes leave gaps, exactly one of the sums
 * of some of them.
 *
 * Says nothing where every read by itself can be explained, or where sums depend on the order: with fractions, and beyond
 * the whole numbers that are exact. O(n log n) for the bounds, then O(additions open during a read * span of their sums) each.
 */
export const counterBounds: SpecialWay = {
  algorithm: 'counter by its bounds',
  decide(operations, initial, effort) {
    if (typeof initial !== 'number') return undefined;
    const sums = readSums(operations, initial, effort);
    if (sums === undefined) return undefined;
    const { count, action, call, ret, actions } = operations;
    for (let op = 0; op < count; op++) {
      const what = actions[action[op] as number];
      if (what?.f === 'add' || ret[op] === NEVER) continue;
      effort.step();
      const answer = what?.output;
      if (typeof answer !== 'number') return 'invalid';
      const [begin, end] = [call[op] as number, ret[op] as number];
      const most = initial + sums.over.below(begin) + sums.begunUp.below(end) - sums.overUp.below(begin);
      const least = initial + sums.over.below(begin) + sums.begunDown.below(end) - sums.overDown.below(begin);
      if (answer < least || answer > most) return 'invalid';
    }
    return hasImpossibleSum(operations, initial, sums, effort) ? 'invalid' : undefined;
  },
};

/** Words of sums that are looked at for all reads together: some tenths of a second. Most counters have nothing to find here. */
const MOST_WORDS = 2 ** 28;

/** Whether some read answers no sum of additions that it can have seen. Looks at reads in order until it has looked at enough. */
function hasImpossibleSum(operations: ModelOperations, initial: number, sums: Sums, effort: SpecialEffort): boolean {
  const { count, action, call, ret, actions } = operations;
  const deltaOf = (op: number): number | undefined => {
    const what = actions[action[op] as number];
    return what?.f === 'add' ? (what.input as number) : undefined;
  };
  /** Additions that have begun before the read and are not over by then; those that crashed never are. */
  const seen = new Summands();
  let open: number[] = [];
  let left = MOST_WORDS;
  const spend = (words: number): void => {
    left -= words;
    effort.step(words);
  };
  for (let op = 0; op < count && left > 0; op++) {
    effort.step();
    const added = deltaOf(op);
    if (added !== undefined) {
      seen.count(added, 1);
      if (ret[op] !== NEVER) open.push(op);
      continue;
    }
    if (ret[op] === NEVER) continue;
    const [begin, end] = [call[op] as number, ret[op] as number];
    spend(open.length + seen.sizes);
    open = open.filter((add) => {
      const isOpen = (ret[add] as number) > begin;
      if (!isOpen) seen.count(deltaOf(add) as number, -1);
      return isOpen;
    });
    const later: number[] = [];
    for (let next = op + 1; next < count && (call[next] as number) < end; next++) {
      spend(1);
      const delta = deltaOf(next);
      if (delta !== undefined) later.push(delta);
    }
    for (const delta of later) seen.count(delta, 1);
    if (!seen.reachAll()) {
      const answer = actions[action[op] as number]?.output as number;
      const moved = answer - initial - sums.over.below(begin) - seen.least;
      if (hasSubsetSum(seen.merged(), moved, spend) === false) return true;
    }
    for (const delta of later) seen.count(delta, -1);
  }
  return false;
}

interface Sums {
  /** Of additions by when they were over, and of those among them that add and that subtract. */
  readonly over: RunningSum;
  readonly overUp: RunningSum;
  readonly overDown: RunningSum;
  /** The same by when they began. */
  readonly begunUp: RunningSum;
  readonly begunDown: RunningSum;
}

function readSums(operations: ModelOperations, initial: number, effort: SpecialEffort): Sums | undefined {
  const { count, action, call, ret, actions } = operations;
  const adds: number[] = [];
  const delta = new Float64Array(count);
  let size = Math.abs(initial);
  for (let op = 0; op < count; op++) {
    effort.step();
    const what = actions[action[op] as number];
    if (what?.f !== 'add') continue;
    if (typeof what.input !== 'number' || !Number.isSafeInteger(what.input)) return undefined;
    adds.push(op);
    delta[op] = what.input;
    size += Math.abs(what.input);
  }
  if (!Number.isSafeInteger(size) || !Number.isInteger(initial)) return undefined;
  const byReturn = adds
    .filter((op) => ret[op] !== NEVER)
    .sort((left, right) => (ret[left] as number) - (ret[right] as number));
  const sum = (ops: readonly number[], times: Int32Array, of: (delta: number) => number): RunningSum =>
    new RunningSum(
      Int32Array.from(ops, (op) => times[op] as number),
      Float64Array.from(ops, (op) => of(delta[op] as number)),
    );
  const [up, down] = [(by: number) => Math.max(by, 0), (by: number) => Math.min(by, 0)];
  return {
    over: sum(byReturn, ret, (by) => by),
    overUp: sum(byReturn, ret, up),
    overDown: sum(byReturn, ret, down),
    begunUp: sum(adds, call, up),
    begunDown: sum(adds, call, down),
  };
}

/** Sums of what came before a time. */
class RunningSum {
  readonly #times: Int32Array;
  readonly #sums: Float64Array;

  /** `times` ascending. */
  constructor(times: Int32Array, values: Float64Array) {
    this.#times = times;
    this.#sums = new Float64Array(times.length + 1);
    for (let index = 0; index < times.length; index++) {
      this.#sums[index + 1] = (this.#sums[index] as number) + (values[index] as number);
    }
  }

  below(time: number): number {
    let low = 0;
    let high = this.#times.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#times[middle] as number) < time) low = middle + 1;
      else high = middle;
    }
    return this.#sums[low] as number;
  }
}
