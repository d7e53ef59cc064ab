import type {
  FaultKind,
  FaultSchedule,
  FaultSpec,
  NodeSelector,
  PartitionShape,
  PlannedFault,
  Tempo,
} from '../kernel/fault.ts';
import type { NodeId } from '../kernel/node.ts';
import type { Random } from '../kernel/random.ts';
import type { FaultModel } from '../kernel/target.ts';
import { RHYTHMS, tempoOf, type DrawnTempo } from './rhythms.ts';

/** What a schedule is drawn from. */
export interface FaultPlanRequest {
  readonly kinds: readonly FaultKind[];
  readonly nodes: readonly NodeId[];
  readonly timeLimitMs: number;
  readonly faultModel: FaultModel;
  /** Whether the target says who is primary; without it no fault is aimed at primaries. */
  readonly hasPrimaries: boolean;
  /** The smallest clock step that the probe in use can see. The first step of a run is always well above it. */
  readonly clockResolutionMs: number;
  readonly clockMechanism?: 'vdso' | 'faketime';
  readonly tempo: Tempo;
  readonly random: Random;
}

/**
 * Draws the fault schedule of a run. Every kind has its own stream and its own rhythm, so kinds overlap freely and adding
 * one shifts no other. Each requested kind occurs at least once; what starts too late to end before the time limit is
 * left out.
 */
export function planFaults(request: FaultPlanRequest): FaultSchedule {
  const faults = [...new Set(request.kinds)].flatMap((kind) => planKind(kind, request));
  return faults.sort((left, right) => left.startNs - right.startNs || (left.id < right.id ? -1 : 1));
}

function planKind(kind: FaultKind, request: FaultPlanRequest): PlannedFault[] {
  const random = request.random.fork(kind);
  const tempo = tempoOf(request.tempo, random.fork('tempo'));
  const rhythm = RHYTHMS[tempo][kind];
  const { timeLimitMs } = request;
  const specs = specSource(kind, tempo, request, random.fork('spec'));
  const planned: PlannedFault[] = [];
  let atMs = within(random, rhythm.gapShare, rhythm.gapBoundsMs, timeLimitMs);
  for (let index = 0; ; index++) {
    const durationMs = within(random, rhythm.share, rhythm.boundsMs, timeLimitMs);
    if (index > 0 && atMs + durationMs > timeLimitMs) return planned;
    planned.push({
      id: `${kind}-${index + 1}`,
      startNs: atMs * 1e6,
      durationNs: Math.min(durationMs, Math.max(1, timeLimitMs - atMs)) * 1e6,
      spec: specs(index),
    });
    atMs += durationMs + within(random, rhythm.gapShare, rhythm.gapBoundsMs, timeLimitMs);
  }
}

function within(
  random: Random,
  share: readonly [number, number],
  bounds: readonly [number, number],
  timeLimitMs: number,
): number {
  const clamp = (value: number): number => Math.round(Math.min(bounds[1], Math.max(bounds[0], value)));
  const low = clamp(share[0] * timeLimitMs);
  return random.int(low, Math.max(low, clamp(share[1] * timeLimitMs)));
}

/** The specs of a kind, one after the other: decks are shuffled and dealt, so that no shape waits for luck. */
function specSource(
  kind: FaultKind,
  tempo: DrawnTempo,
  request: FaultPlanRequest,
  random: Random,
): (index: number) => FaultSpec {
  switch (kind) {
    case 'partition': {
      const shapes = dealer<PartitionShape>(random, [
        'one',
        'halves',
        'majority-minority',
        'bridge',
        'one-way',
        'majorities-ring',
      ]);
      // Losing the primary is where replication protocols are tested.
      const others = tempo === 'storm' ? 4 : 2;
      const aimed = (index: number): boolean => request.hasPrimaries && (tempo === 'storm') !== (index % others === 0);
      return (index) => ({ kind, shape: aimed(index) ? 'primaries' : shapes() });
    }
    case 'kill': {
      const all: readonly NodeSelector[] = request.faultModel.survivesKillOfAll ? ['all'] : [];
      // Whoever crashes together with all others takes down with it what was not yet on its disk.
      const deck = [...victims(request), 'majority', ...all, ...(tempo === 'storm' ? all : [])] as const;
      const selectors = dealer<NodeSelector>(random, deck);
      return () => ({ kind, select: selectors() });
    }
    case 'pause': {
      const selectors = dealer<NodeSelector>(random, [...victims(request), 'majority']);
      return () => ({ kind, select: selectors() });
    }
    case 'clock': {
      const selectors = dealer<NodeSelector>(random, [...victims(request), 'majority']);
      return (index) => ({
        kind,
        select: selectors(),
        offsetMs: clockOffsetMs(index, request, random),
        ...(request.clockMechanism === undefined ? {} : { mechanism: request.clockMechanism }),
      });
    }
  }
}

function victims(request: FaultPlanRequest): readonly NodeSelector[] {
  return request.hasPrimaries ? ['one', 'minority', 'primaries'] : ['one', 'minority'];
}

function dealer<T>(random: Random, deck: readonly T[]): () => T {
  let hand: T[] = [];
  return () => {
    if (hand.length === 0) hand = random.shuffle(deck);
    const card = hand.pop();
    return card ?? random.pick(deck);
  };
}

/** Steps spread evenly over magnitudes; the first one is far above what the probe can tell apart. */
function clockOffsetMs(index: number, request: FaultPlanRequest, random: Random): number {
  const most = Math.max(1, request.faultModel.clockOffsetMsMax);
  const least = Math.min(most, index === 0 ? Math.max(10_000, request.clockResolutionMs * 5) : 20);
  const octaves = Math.max(0, Math.floor(Math.log2(most / least)));
  const magnitude = least * 2 ** random.int(0, octaves);
  const jittered = Math.min(most, magnitude + random.int(0, Math.floor(magnitude / 2)));
  return random.chance(1, 2) ? jittered : -jittered;
}
