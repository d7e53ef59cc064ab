import type { FaultEvent, FaultKind, FaultObservation, FaultPhase, ResolvedFault } from '../../harness/kernel/fault.ts';
import type { History } from '../../harness/kernel/history.ts';
import type { NodeId } from '../../harness/kernel/node.ts';
import { endOfHistoryNs } from './operations.ts';

/** Wall-clock offsets that a probe measured at one time, in milliseconds. */
export interface ClockSample {
  readonly timeNs: number;
  readonly offsetsMs: Readonly<Record<NodeId, number>>;
}

/** One fault of a run with the interval in which it was observed. */
export interface FaultInterval {
  readonly id: string;
  readonly kind: FaultKind;
  /** Exactly what was done; absent where its targets were never resolved. */
  readonly fault?: ResolvedFault;
  /** Last phase decided while it was on; `requested` where no probe answered. */
  readonly effect: FaultPhase;
  /** From the first time its effect was seen (else when it was asked for) to the first time it was seen gone. */
  readonly fromNs: number;
  readonly toNs: number;
  /** False where nothing ever saw it end: `toNs` is then the end of the history. */
  readonly ended: boolean;
  readonly healed: boolean;
  readonly probe: string;
  /** The smallest effect that the probe can see, where it said so. */
  readonly resolution?: string;
  readonly detail: string;
  readonly clockSamples: readonly ClockSample[];
}

/** The faults of a history in order of their start. Records of one fault are told by `faultId`. */
export function faultIntervals(history: History): readonly FaultInterval[] {
  const byId = new Map<string, FaultEvent[]>();
  for (const event of history.faults) {
    const events = byId.get(event.faultId);
    if (events === undefined) byId.set(event.faultId, [event]);
    else events.push(event);
  }
  const endNs = endOfHistoryNs(history);
  return [...byId.values()]
    .map((events) => intervalOf(events, endNs))
    .filter((interval) => interval !== undefined)
    .sort((left, right) => left.fromNs - right.fromNs);
}

/** Whether the fault was there, as far as anybody can tell: seen in full or in part, or not to be seen by any probe. */
export function actedOn(interval: FaultInterval): boolean {
  return interval.effect === 'effective' || interval.effect === 'partial' || interval.effect === 'unverified';
}

function intervalOf(events: readonly FaultEvent[], historyEndNs: number): FaultInterval | undefined {
  const [first] = events;
  if (first === undefined) return undefined;
  const decided = events.filter(({ phase }) => DECIDED_WHILE_ON.has(phase));
  const last = decided.at(-1);
  const seen = decided.find(({ phase }) => phase === 'effective' || phase === 'partial');
  const healing = events.find(({ phase }) => phase === 'healing');
  const healed = events.find(({ phase }) => phase === 'healed');
  const gone = healed ?? healing;
  const fault = events.find((event) => event.fault !== undefined)?.fault;
  return {
    id: first.faultId,
    kind: first.kind,
    ...(fault === undefined ? {} : { fault }),
    effect: last?.phase ?? 'requested',
    fromNs: seen?.observation?.firstSeenNs ?? seen?.timeNs ?? first.timeNs,
    toNs: gone === undefined ? historyEndNs : (healed?.observation?.firstSeenNs ?? gone.timeNs),
    ended: gone !== undefined,
    healed: healed !== undefined,
    probe: last?.observation?.probe ?? 'none',
    ...(last?.observation?.resolution === undefined ? {} : { resolution: last.observation.resolution }),
    detail: last?.observation?.detail ?? events.find(({ reason }) => reason !== undefined)?.reason ?? '',
    clockSamples: events.flatMap(({ timeNs, observation }) => clockSample(timeNs, observation)),
  };
}

const DECIDED_WHILE_ON: ReadonlySet<FaultPhase> = new Set(['effective', 'partial', 'ineffective', 'unverified']);

function clockSample(timeNs: number, observation: FaultObservation | undefined): readonly ClockSample[] {
  if (observation?.clockOffsetsMs === undefined) return [];
  return [{ timeNs: observation.lastSeenNs || timeNs, offsetsMs: observation.clockOffsetsMs }];
}
