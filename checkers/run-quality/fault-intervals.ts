import type { FaultEvent, FaultKind, ResolvedFault } from '../../harness/kernel/fault.ts';
import type { History } from '../../harness/kernel/history.ts';

/** The time during which a fault was in effect, as observed. */
export interface FaultInterval {
  readonly faultId: string;
  readonly kind: FaultKind;
  /** `partial` where it was only ever seen on some of the selected nodes or links. */
  readonly effect: 'effective' | 'partial';
  readonly fromNs: number;
  readonly toNs: number;
  readonly fault?: ResolvedFault;
}

/**
 * The faults that a probe saw, with their observed intervals: from the first sighting to the last one, or to the begin of
 * healing where that came later, because nothing but healing ends a fault that was seen and not seen gone. Without
 * either, to the end of the history.
 */
export function faultIntervals(history: History): readonly FaultInterval[] {
  const byFault = new Map<string, FaultEvent[]>();
  for (const event of history.faults) {
    const events = byFault.get(event.faultId);
    if (events === undefined) byFault.set(event.faultId, [event]);
    else events.push(event);
  }
  const lastNs = history.columns.timeNs.at(-1) ?? 0;
  return [...byFault.values()].flatMap((events) => intervalOf(events, lastNs) ?? []);
}

function intervalOf(events: readonly FaultEvent[], lastNs: number): FaultInterval | undefined {
  const sightings = events.flatMap(({ phase, observation }) =>
    (phase === 'effective' || phase === 'partial') && observation !== undefined ? [observation] : [],
  );
  const [first] = events;
  if (first === undefined || sightings.length === 0) return undefined;
  const lastSeenNs = Math.max(...sightings.map((sighting) => sighting.lastSeenNs));
  const end = events.find(
    ({ phase, timeNs }) =>
      (phase === 'healing' || phase === 'healed' || phase === 'ineffective') && timeNs >= lastSeenNs,
  );
  const fault = events.find((event) => event.fault !== undefined)?.fault;
  return {
    faultId: first.faultId,
    kind: first.kind,
    effect: events.some(({ phase }) => phase === 'effective') ? 'effective' : 'partial',
    fromNs: Math.min(...sightings.map((sighting) => sighting.firstSeenNs)),
    toNs: end?.timeNs ?? Math.max(lastSeenNs, lastNs),
    ...(fault === undefined ? {} : { fault }),
  };
}
