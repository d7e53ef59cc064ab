import type { History } from '../../harness/kernel/history.ts';
import { actedOn, type FaultInterval } from './fault-intervals.ts';
import type { StaleReads } from './stale-reads.ts';

/** How long clients went on getting old data after the network was whole again. */
export interface ConvergenceFigures {
  /** Healed partitions after which the reads were looked at. */
  readonly partitions: number;
  /** From the end of a partition to the last stale read begun before the next fault, the longest; 0 where there was none. */
  readonly longestNs: number;
}

/**
 * Looks at the reads after each partition that was seen to heal, up to the next fault. A read counts as an effect of the
 * partition when what it missed had been acknowledged before the healing: what is merely under way is everyday staleness.
 * Partitions that ended while another fault was on do not count, and no reads from `untilNs` on: final reads come back to
 * keys that nobody writes any more, and find what was lost long before.
 * Undefined without registers or without a healed partition. O(partitions × stale reads).
 */
export function convergenceTimes(
  history: History,
  stale: StaleReads | undefined,
  intervals: readonly FaultInterval[],
  untilNs: number = Infinity,
): ConvergenceFigures | undefined {
  const acted = intervals.filter(actedOn);
  const healed = acted.filter(
    ({ kind, healed: isHealed, toNs }) =>
      kind === 'partition' && isHealed && !acted.some((other) => other.fromNs <= toNs && other.toNs > toNs),
  );
  if (stale === undefined || healed.length === 0) return undefined;
  const { timeNs } = history.columns;
  let longestNs = 0;
  for (const { toNs } of healed) {
    const nextNs = Math.min(untilNs, ...acted.flatMap(({ fromNs }) => (fromNs > toNs ? [fromNs] : [])));
    for (const { invocation, behindNs } of stale.stale) {
      const startNs = timeNs[invocation] ?? 0;
      if (startNs >= toNs && startNs < nextNs && startNs - behindNs < toNs)
        longestNs = Math.max(longestNs, startNs - toNs);
    }
  }
  return { partitions: healed.length, longestNs };
}
