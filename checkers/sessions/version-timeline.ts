import { firstWhere } from '../../harness/kernel/bounds.ts';
import type { Budget } from '../judging/budget.ts';
import { NOT_A_READ, UNENDED, type RegisterProblem } from './register-problem.ts';

/** A read of a version that had certainly been replaced before the read began. */
export interface StaleRead {
  readonly read: number;
  /** The write it returned, or INITIAL. */
  readonly version: number;
  /** The completed write that began last among those that certainly replaced the version. */
  readonly newest: number;
  /** The one among them that completed first: since then the version was old. */
  readonly first: number;
  /** How many completed writes certainly came between the version and the read. */
  readonly versionsBehind: number;
  /** Time from the first replacement's answer to the begin of the read, in nanoseconds. */
  readonly behindNs: number;
}

/** A read that was answered before the write of its value began. */
export interface FutureRead {
  readonly read: number;
  readonly version: number;
}

/** What real time says about the reads of a problem's keys, each key on its own. */
export interface Timeline {
  readonly stale: readonly StaleRead[];
  readonly future: readonly FutureRead[];
}

/**
 * Finds reads that contradict real time by themselves: a write of the key began after the version read was answered, and
 * was answered before the read began. The numbers are lower bounds that hold for every order of the writes.
 * O(n log n).
 */
export function timelineOf(problem: RegisterProblem, budget: Budget): Timeline {
  const reads: number[][] = Array.from({ length: problem.keyCount }, () => []);
  const writes: number[][] = Array.from({ length: problem.keyCount }, () => []);
  const future: FutureRead[] = [];
  for (let op = 0; op < problem.count; op++) {
    budget.step();
    const key = problem.key[op] ?? 0;
    const version = problem.source[op] ?? NOT_A_READ;
    if (problem.isWrite[op] === 1 && problem.end[op] !== UNENDED) writes[key]?.push(op);
    const isFuture = version === op || (problem.invocation[version] ?? 0) > (problem.end[op] ?? 0);
    if (version >= 0 && isFuture) future.push({ read: op, version });
    else if (version !== NOT_A_READ) reads[key]?.push(op);
  }
  const stale = reads.flatMap((ops, key) => staleReadsOf(problem, ops, writes[key] ?? [], budget));
  return { stale, future };
}

/**
 * Writes that certainly came between the version and the read, `limit` at most, the newest one among them. O(operations).
 */
export function replacementsOf(
  problem: RegisterProblem,
  { read, version, newest }: StaleRead,
  limit: number,
): number[] {
  const versionEnd = version < 0 ? -1 : (problem.end[version] ?? 0);
  const found: number[] = [newest];
  for (let op = 0; op < problem.count && found.length < limit; op++) {
    if (op === newest || problem.isWrite[op] === 0 || problem.key[op] !== problem.key[read]) continue;
    const isBetween =
      (problem.invocation[op] ?? 0) > versionEnd && (problem.end[op] ?? 0) < (problem.invocation[read] ?? 0);
    if (isBetween) found.push(op);
  }
  return found;
}

/** Both lists are in order of invocation; the writes are completed ones. */
function staleReadsOf(
  problem: RegisterProblem,
  reads: readonly number[],
  writes: readonly number[],
  budget: Budget,
): StaleRead[] {
  const call = (op: number): number => problem.invocation[op] ?? 0;
  const end = (op: number): number => problem.end[op] ?? 0;
  const byEnd = writes.toSorted((left, right) => end(left) - end(right));
  const counter = new PrefixCounter(writes.length);
  const firstReplacement = earliestEndFrom(writes, end);
  const rankOf = new Map(writes.map((write, rank) => [write, rank]));
  const stale: StaleRead[] = [];
  let [over, newest] = [0, -1];
  for (const read of reads) {
    for (; over < byEnd.length && end(byEnd[over] ?? 0) < call(read); over++) {
      budget.step(8);
      const write = byEnd[over] ?? 0;
      counter.add(rankOf.get(write) ?? 0);
      if (newest < 0 || call(write) > call(newest)) newest = write;
    }
    const version = problem.source[read] ?? NOT_A_READ;
    const versionEnd = version < 0 ? -1 : end(version);
    if (newest < 0 || call(newest) < versionEnd) continue;
    budget.step(8);
    const rank = firstRankAfter(writes, versionEnd, call);
    const first = firstReplacement[rank] ?? newest;
    const { timeNs } = problem.operations.history.columns;
    stale.push({
      read,
      version,
      newest,
      first,
      versionsBehind: over - counter.below(rank),
      behindNs: (timeNs[call(read)] ?? 0) - (timeNs[end(first)] ?? 0),
    });
  }
  return stale;
}

/** For each rank the write at or after it that was answered first. */
function earliestEndFrom(writes: readonly number[], end: (op: number) => number): Int32Array {
  const earliest = new Int32Array(writes.length);
  let best = -1;
  for (let rank = writes.length - 1; rank >= 0; rank--) {
    const write = writes[rank] ?? 0;
    if (best < 0 || end(write) < end(best)) best = write;
    earliest[rank] = best;
  }
  return earliest;
}

function firstRankAfter(writes: readonly number[], point: number, call: (op: number) => number): number {
  return firstWhere(0, writes.length, (rank) => call(writes[rank] ?? 0) > point);
}

/** Counts added ranks below a rank (a Fenwick tree). */
class PrefixCounter {
  readonly #sums: Int32Array;

  constructor(size: number) {
    this.#sums = new Int32Array(size + 1);
  }

  add(rank: number): void {
    for (let node = rank + 1; node < this.#sums.length; node += node & -node) {
      this.#sums[node] = (this.#sums[node] ?? 0) + 1;
    }
  }

  below(rank: number): number {
    let sum = 0;
    for (let node = rank; node > 0; node -= node & -node) sum += this.#sums[node] ?? 0;
    return sum;
  }
}
