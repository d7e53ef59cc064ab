import type { Budget } from '../judging/budget.ts';
import { INITIAL, NOT_A_READ, type RegisterProblem } from './register-problem.ts';
import { isTwoAtomic } from './two-atomic.ts';

/** Bounds of the smallest k for which a history is k-atomic. */
export interface KBounds {
  readonly atLeast: number;
  readonly atMost: number;
}

/** What is known of one key already. */
export interface KnownStaleness {
  /** Most versions that a read was certainly behind. */
  readonly versionsBehind: number;
  /** Whether it is Δ-atomic with Δ = 0. */
  readonly isAtomic: boolean;
}

/**
 * Bounds the smallest k such that some order in real time lets every read return one of the last k writes. Operations of
 * one key, without reads from the future.
 *
 * 1 and 2 are decided exactly. Beyond, the lower bound is what single reads were certainly behind by, and the upper one
 * comes from one order that is easily found: every write where it was first known to have taken effect, every read as
 * early as its value allows. O(n log n), and what {@link isTwoAtomic} takes.
 */
export function kBounds(problem: RegisterProblem, known: KnownStaleness, budget: Budget): KBounds {
  if (known.isAtomic) return { atLeast: 1, atMost: 1 };
  if (known.versionsBehind <= 1 && isTwoAtomic(problem, budget)) return { atLeast: 2, atMost: 2 };
  return { atLeast: Math.max(3, known.versionsBehind + 1), atMost: versionsInOrder(problem, budget) };
}

/** How many of the last writes a read may return in that order. */
function versionsInOrder({ count, source, isWrite, invocation, end }: RegisterProblem, budget: Budget): number {
  budget.reserve(16 * count);
  budget.step(count);
  const placeOf = Float64Array.from(end);
  for (let op = 0; op < count; op++) {
    const version = source[op] ?? NOT_A_READ;
    if (version >= 0) placeOf[version] = Math.min(placeOf[version] ?? 0, end[op] ?? 0);
  }
  const places = placeOf.filter((_, op) => isWrite[op] === 1).sort();
  let most = 1;
  for (let op = 0; op < count; op++) {
    const version = source[op] ?? NOT_A_READ;
    if (version === NOT_A_READ) continue;
    const from = version === INITIAL ? -1 : (placeOf[version] ?? 0);
    const at = Math.max(from, invocation[op] ?? 0);
    most = Math.max(most, 1 + countUpTo(places, at) - countUpTo(places, from));
  }
  budget.reserve(-16 * count);
  return most;
}

/** How many of the sorted numbers are at most `limit`. O(log n). */
function countUpTo(sorted: Float64Array, limit: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
