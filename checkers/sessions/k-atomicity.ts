import { upperBound } from '../../harness/kernel/bounds.ts';
import type { Budget } from '../judging/budget.ts';
import { INITIAL, NOT_A_READ, type RegisterProblem } from './register-problem.ts';
import { searchWithLag } from './k-atomic-search.ts';
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

/** Items that all searches for one key may look at: about a second. */
const WORK = 2_000_000;

/**
 * Bounds the smallest k such that some order in real time lets every read return one of the last k writes. Operations of
 * one key, without reads from the future.
 *
 * 1 and 2 are decided exactly, in O(n log n) and by {@link isTwoAtomic}. Beyond, what single reads were certainly behind
 * by is a lower bound, and one order that is easily found an upper one: every write where it was first known to have
 * taken effect, every read as early as its value allows. Between the two each k is searched ({@link searchWithLag}), up to
 * a bound of work, so that they mostly meet.
 */
export function kBounds(problem: RegisterProblem, known: KnownStaleness, budget: Budget): KBounds {
  if (known.isAtomic) return { atLeast: 1, atMost: 1 };
  if (known.versionsBehind <= 1 && isTwoAtomic(problem, budget)) return { atLeast: 2, atMost: 2 };
  let atLeast = Math.max(3, known.versionsBehind + 1);
  const work = { left: WORK };
  for (let atMost = Math.max(atLeast, versionsInOrder(problem, budget)); ;) {
    if (atLeast === atMost) return { atLeast, atMost };
    switch (searchWithLag(problem, atLeast, work, budget)) {
      case 'found':
        return { atLeast, atMost: atLeast };
      case 'none':
        atLeast++;
        break;
      case 'gave-up':
        return { atLeast, atMost: narrowed(problem, { atLeast, atMost }, budget) };
    }
  }
}

/** The smallest upper bound that quick searches find where the exact one was too much work. */
function narrowed(problem: RegisterProblem, { atLeast, atMost }: KBounds, budget: Budget): number {
  let [low, high] = [atLeast + 1, atMost];
  while (low < high) {
    const middle = (low + high) >> 1;
    // Bounded anew each time: the larger k, the sooner an order is found.
    const isFound = searchWithLag(problem, middle, { left: WORK / 4 }, budget) === 'found';
    if (isFound) high = middle;
    else low = middle + 1;
  }
  return high;
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
    most = Math.max(most, 1 + upperBound(places, at) - upperBound(places, from));
  }
  budget.reserve(-16 * count);
  return most;
}
