import type { ClientOpener } from './client.ts';
import type { FaultCapability, FaultKind, FaultObservation, ResolvedFault } from './fault.ts';
import type { JsonValue } from './json.ts';
import type { NodeId } from './node.ts';
import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';
import type { Target } from './target.ts';

export const ENVIRONMENT_KINDS = ['sim', 'docker', 'process'] as const;
export type EnvironmentKind = (typeof ENVIRONMENT_KINDS)[number];

/** What is needed to bring up one cluster. */
export interface ClusterRequest {
  readonly runId: string;
  readonly target: Target;
  readonly workload: string;
  readonly nodes: readonly NodeId[];
  /** The stream from which the environment draws whatever it draws (latencies in `sim`). */
  readonly random: Random;
  readonly variant?: string;
  readonly mutant?: string;
  /** The user's own image instead of the target's. */
  readonly image?: string;
  /** Settings of the environment itself, for example the latency distribution in `sim`. */
  readonly settings: Readonly<Record<string, JsonValue>>;
  /** How long the cluster may take until it serves. */
  readonly readyTimeoutMs: number;
  /** Where the environment may put files of the run (node logs, journals). Absent in runs that leave nothing on disk. */
  readonly directory?: string;
  /** One line for the user about what is going on. */
  readonly progress: (line: string) => void;
}

/**
 * A place where clusters live. `up` leaves nothing behind when it rejects, and rejects with a HarnessError whose message
 * is one line for the user.
 */
export interface Environment {
  readonly kind: EnvironmentKind;
  /** What this environment can do to this target, before anything is started. */
  capability(kind: FaultKind, target: Target): FaultCapability;
  up(request: ClusterRequest, signal: AbortSignal): Promise<Cluster>;
}

/** A running cluster. Its owner calls `down` exactly once, whatever happened. */
export interface Cluster {
  readonly nodes: readonly NodeId[];
  readonly time: Scheduler;
  readonly openClient: ClientOpener;
  readonly faults: FaultPort;
  /** Every drawn parameter and every version that belongs into the run's record. No wall time, no path. */
  readonly facts: Readonly<Record<string, JsonValue>>;
  /**
   * After healing: calls back once the cluster has recovered so far that final reads mean something, or with the reason
   * why it did not within the timeout.
   */
  awaitRecovery(timeoutMs: number, done: (result: Recovery) => void): void;
  /** The nodes' logs so far, newest lines last, as text that is not to be trusted. */
  logs(): Promise<ReadonlyMap<NodeId, string>>;
  /** Heals, stops and removes everything that belongs to this cluster. Rejects only when something was left behind. */
  down(): Promise<void>;
}

export type Recovery = { readonly recovered: true } | { readonly recovered: false; readonly reason: string };

/**
 * How faults are carried out. All calls return at once and call back exactly once within a bound of their own (at most
 * 15 s); callbacks never throw. Faults act on node-to-node links by peer address only: clients and probes still reach
 * every node.
 */
export interface FaultPort {
  /** Makes the fault so, then probes it from outside the mechanism. */
  inject(fault: ResolvedFault, done: (observation: FaultObservation) => void): void;
  /** Ends the fault (restarts what was killed, thaws what was paused), then probes that it is gone. */
  heal(faultId: string, done: (observation: FaultObservation) => void): void;
  /** Nodes that believe to be primary now, as far as they answer; empty where the target has no such notion. */
  primaries(done: (nodes: readonly NodeId[]) => void): void;
  /** Wall-clock offset of every node against the controller, as probed now. Empty where there is no probe. */
  clockOffsetsMs(done: (offsets: Readonly<Record<NodeId, number>>) => void): void;
}
