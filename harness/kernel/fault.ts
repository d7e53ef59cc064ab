import type { DirectedLink, NodeId } from './node.ts';

/** Names of fault kinds that are part of the product's interface. They never change meaning. */
export const FAULT_KINDS = ['partition', 'kill', 'pause', 'clock'] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** How a partition cuts the cluster. See `harness/nemesis` for the exact links of each shape. */
export const PARTITION_SHAPES = [
  'halves',
  'one',
  'majority-minority',
  'majorities-ring',
  'bridge',
  'one-way',
  'primaries',
] as const;
export type PartitionShape = (typeof PARTITION_SHAPES)[number];

/** Which nodes a fault hits; resolved when it starts, because who is primary is only known then. */
export type NodeSelector =
  'one' | 'minority' | 'majority' | 'all' | 'primaries' | { readonly nodes: readonly NodeId[] };

/** How a container's wall clock is moved: by rewriting the vDSO, or by libfaketime. `sim` has its own clocks. */
export const CLOCK_MECHANISMS = ['vdso', 'faketime'] as const;
export type ClockMechanism = (typeof CLOCK_MECHANISMS)[number];

/**
 * The rhythm of a drawn schedule. `steady`: long faults with rests between them, so that the system notices and recovers.
 * `storm`: short ones without rest, aimed at primaries and at everybody, so that the system is caught in the middle of
 * noticing. `swarm`: every kind draws its rhythm from the seed (Groce et al., Swarm Testing, ISSTA 2012), and in the
 * simulation the network, the disks and the start of processes do the same.
 */
export const TEMPOS = ['steady', 'storm', 'swarm'] as const;
export type Tempo = (typeof TEMPOS)[number];

/** A fault as it stands in a plan: what to do to whom, symbolic where only the run can tell. */
export type FaultSpec =
  | { readonly kind: 'partition'; readonly shape: PartitionShape; readonly nodes?: readonly NodeId[] }
  | { readonly kind: 'kill'; readonly select: NodeSelector }
  | { readonly kind: 'pause'; readonly select: NodeSelector }
  | {
      readonly kind: 'clock';
      readonly select: NodeSelector;
      /** The step of the wall clock, in milliseconds; negative is backwards. */
      readonly offsetMs: number;
      readonly mechanism?: ClockMechanism;
    };

/** One planned fault: it starts at `startNs` and is healed `durationNs` later. */
export interface PlannedFault {
  /** Unique in the schedule, for example `f3-partition`. Names the fault's own random stream as well. */
  readonly id: string;
  readonly startNs: number;
  readonly durationNs: number;
  readonly spec: FaultSpec;
  /** In an exact replay: what the selectors resolved to in the recorded run. Nothing is resolved anew then. */
  readonly resolved?: ResolvedFault;
}

/** All faults of a run, in order of their start. They may overlap. Times count from the start of the main phase. */
export type FaultSchedule = readonly PlannedFault[];

/** What the nemesis is told to do now. */
export type FaultAction =
  { readonly action: 'start'; readonly fault: PlannedFault } | { readonly action: 'stop'; readonly faultId: string };

/** A fault whose selectors have been resolved: exactly these nodes and links. This is what an environment carries out. */
export type ResolvedFault =
  | { readonly id: string; readonly kind: 'partition'; readonly cut: readonly DirectedLink[] }
  | { readonly id: string; readonly kind: 'kill'; readonly nodes: readonly NodeId[] }
  | { readonly id: string; readonly kind: 'pause'; readonly nodes: readonly NodeId[] }
  | {
      readonly id: string;
      readonly kind: 'clock';
      readonly nodes: readonly NodeId[];
      readonly offsetMs: number;
      readonly mechanism?: ClockMechanism;
    };

/**
 * The life of a fault as it was observed.
 *
 * - `requested`: the nemesis asked for it.
 * - `effective`: a probe from outside the mechanism saw it on every selected node or link.
 * - `partial`: seen on some of them.
 * - `ineffective`: the probe saw that it is not there.
 * - `unverified`: no probe could tell (none exists here, or the fault is smaller than the probe's resolution).
 * - `healing`, `healed`, `heal-failed`: the same for its end. `healed` is only said after a probe saw it gone.
 */
export const FAULT_PHASES = [
  'requested',
  'effective',
  'partial',
  'ineffective',
  'unverified',
  'healing',
  'healed',
  'heal-failed',
] as const;
export type FaultPhase = (typeof FAULT_PHASES)[number];

/** What a probe saw after a fault was asked for, or after it was healed. */
export interface FaultObservation {
  readonly phase: 'effective' | 'partial' | 'ineffective' | 'unverified' | 'healed' | 'heal-failed';
  /** The probe's name, for example `tcp-connect`, `self-report`, `http-date`, `process-state`; `none` where none exists. */
  readonly probe: string;
  /** The smallest effect the probe can see, in its own unit, for example `1 ms` or `1 s`. */
  readonly resolution?: string;
  /** When the observed state was first and last seen, on the run's monotonic clock. */
  readonly firstSeenNs: number;
  readonly lastSeenNs: number;
  /** One plain line: what was seen on which node or link. */
  readonly detail: string;
  /** Measured wall-clock offsets per node in milliseconds, where the fault or the probe is about clocks. */
  readonly clockOffsetsMs?: Readonly<Record<NodeId, number>>;
}

/**
 * One record in a history about a fault. Fault records never pair like operations and may overlap; the records of one
 * fault share `faultId`. Checkers and reports use the observed interval, not the requested one.
 */
export interface FaultEvent {
  readonly faultId: string;
  readonly kind: FaultKind;
  readonly phase: FaultPhase;
  readonly timeNs: number;
  /** Present from `requested` on: what exactly was cut, killed, paused or skewed. */
  readonly fault?: ResolvedFault;
  /** Present on every phase that a probe decided. */
  readonly observation?: FaultObservation;
  /** Why a fault could not be resolved or carried out. */
  readonly reason?: string;
}

/** Whether an environment can carry out a fault kind on a target, by which means, and how it is verified. */
export type FaultCapability =
  | {
      readonly available: true;
      readonly mechanism: string;
      readonly probe: string;
      readonly resolution?: string;
    }
  | { readonly available: false; readonly reason: string };
