import type { EvidenceEffort } from './evidence-effort.ts';

/** At most so many operations make a finding: more nobody reads. */
export const MOST_OPS = 50;

/**
 * Leaves out ever smaller pieces of a list that is wrong, while what remains is wrong. `test` answers a list that is wrong
 * and holds what it was given (and whatever must stay with that), or undefined; it pays for itself out of `effort`.
 */
export function shrink<Item>(
  start: readonly Item[],
  test: (items: readonly Item[]) => readonly Item[] | undefined,
  effort: EvidenceEffort,
): readonly Item[] {
  let items = start;
  for (let piece = Math.ceil(items.length / 2); piece >= 1; piece = piece === 1 ? 0 : Math.ceil(piece / 2)) {
    for (let from = 0; from < items.length;) {
      if (effort.isSpent) return items;
      const smaller = test(items.filter((_, index) => index < from || index >= from + piece));
      if (smaller !== undefined && smaller.length < items.length) items = smaller;
      else from += piece;
    }
  }
  return items;
}
