import type { FaultInterval } from './fault-intervals.ts';

/** Name of the time during which no fault was in effect. */
export const CALM = 'calm';

/**
 * Names the faults in effect at a time: their kinds joined by `+`, or {@link CALM}. Asked in ascending order of time it
 * answers in O(1) amortised.
 */
export function faultPhases(intervals: readonly FaultInterval[]): (timeNs: number) => string {
  // An interval includes its last nanosecond.
  const bounds = [...new Set(intervals.flatMap(({ fromNs, toNs }) => [fromNs, toNs + 1]))].sort((a, b) => a - b);
  const names = [-Infinity, ...bounds].map((fromNs) => phaseAt(intervals, fromNs));
  let segment = 0;
  return (timeNs) => {
    while (segment > 0 && timeNs < (bounds[segment - 1] ?? -Infinity)) segment--;
    while (segment < bounds.length && timeNs >= (bounds[segment] ?? Infinity)) segment++;
    return names[segment] ?? CALM;
  };
}

function phaseAt(intervals: readonly FaultInterval[], timeNs: number): string {
  const kinds = new Set(
    intervals.filter(({ fromNs, toNs }) => fromNs <= timeNs && timeNs <= toNs).map(({ kind }) => kind),
  );
  return kinds.size === 0 ? CALM : [...kinds].sort().join('+');
}
