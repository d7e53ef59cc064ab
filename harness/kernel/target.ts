import type { AsyncClientSession } from './client.ts';
import type { FaultKind } from './fault.ts';
import type { Protocol } from './host.ts';
import type { Invocation } from './op.ts';
import type { JsonValue } from './json.ts';
import type { NodeId } from './node.ts';
import type { Outcome } from './outcome.ts';

/** Consistency levels that a single object can be asked for, strongest first. Names of Jepsen's consistency map. */
export const OBJECT_LEVELS = ['linearizable', 'sequential', 'causal', 'convergent'] as const;
export type ObjectLevel = (typeof OBJECT_LEVELS)[number];

/** What a system says of itself for one workload, so that a verdict can be held against it. */
export interface TargetPromise {
  readonly level: ObjectLevel;
  /** False where acknowledged writes may be lost under the stated faults, by the system's own documentation. */
  readonly keepsAcknowledged: boolean;
  /** Conditions in one line: `while a majority of nodes is up and connected`. */
  readonly conditions: string;
}

/** The faults that a system must survive with its promises intact. "All faults" means all of these. */
export interface FaultModel {
  readonly kinds: readonly FaultKind[];
  /** The largest wall-clock step it must survive, in milliseconds. */
  readonly clockOffsetMsMax: number;
  /** Whether its data survives when every node is killed at once. */
  readonly survivesKillOfAll: boolean;
}

/**
 * How a workload's operations are said to a reference protocol, in `sim` and through the process host alike.
 * `encode` makes the request; `decode` turns the protocol's response into an outcome.
 */
export interface RequestCodec {
  encode(invocation: Invocation): JsonValue;
  decode(invocation: Invocation, response: JsonValue): Outcome;
}

/** How a target runs in the simulation. */
export interface SimTarget {
  readonly protocol: Protocol;
  /** By workload name. */
  readonly codecs: Readonly<Record<string, RequestCodec>>;
}

/** How a container of a target is told its place in the cluster. */
export interface ContainerContext {
  readonly node: NodeId;
  /** Address of every node, this one included, on the cluster's network. */
  readonly addresses: ReadonlyMap<NodeId, string>;
  /** A secret of the run, for example an etcd cluster token. */
  readonly runId: string;
  /** Named variant, for example `safe` for redis. Undefined is the default. */
  readonly variant?: string;
  /** Planted bug of a reference protocol. */
  readonly mutant?: string;
}

/** A file that is put into a container before it starts. */
export interface ContainerFile {
  readonly path: string;
  readonly content: string | Uint8Array;
  readonly mode?: number;
}

/** One container as the target wants it. */
export interface ContainerSpec {
  /** Takes the place of the image's entrypoint and command; empty: what the image itself starts. */
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly files: readonly ContainerFile[];
  /** True where the image's entrypoint stays, and `command` is what it is given. */
  readonly keepsEntrypoint?: boolean;
  /** Volumes of this node instead of the target's `dataPaths`. */
  readonly volumes?: readonly string[];
  /** Folders that are kept in memory, and empty after every start. */
  readonly tmpfs?: readonly string[];
  readonly healthcheck?: ContainerHealthcheck;
}

/** How the engine asks a container how it is, in its own terms. */
export interface ContainerHealthcheck {
  /** `['CMD', ...]`, `['CMD-SHELL', command]` or `['NONE']`. */
  readonly test: readonly string[];
  readonly intervalMs?: number;
  readonly timeoutMs?: number;
  readonly startPeriodMs?: number;
  readonly retries?: number;
}

/** Where an image comes from. */
export interface ContainerImage {
  /** Image name; built from `dockerfile` when it is neither present nor pullable. */
  readonly image: string;
  /** Dockerfile text, and the other files of the build context. */
  readonly dockerfile?: string;
  readonly context?: () => Promise<readonly ContainerFile[]>;
}

/** Nodes that are started together, after those before them, some of which must be healthy by then. */
export interface StartGroup {
  readonly nodes: readonly NodeId[];
  readonly afterHealthy: readonly NodeId[];
}

/** Reads one node's wall clock from outside the mechanism that skews it. Returns milliseconds since 1970. */
export interface ClockProbe {
  /** `self-report`: good to 1 ms. `coarse`: good to the stated resolution only. */
  readonly kind: 'self-report' | 'coarse';
  readonly name: string;
  readonly resolutionMs: number;
  read(address: string, signal: AbortSignal): Promise<number>;
}

/** Asks a running cluster something by its own protocol. `addresses` holds running and stopped nodes alike. */
export interface ClusterView {
  readonly addresses: ReadonlyMap<NodeId, string>;
  readonly signal: AbortSignal;
}

/** How a target runs in containers. Images need no shell and nothing of ours. */
export interface DockerTarget extends ContainerImage {
  /** Images of nodes that do not run the target's one. */
  readonly nodeImages?: ReadonlyMap<NodeId, ContainerImage>;
  /** Default: all nodes at once. */
  readonly startOrder?: readonly StartGroup[];
  container(context: ContainerContext): ContainerSpec;
  /** TCP port of clients; peers talk on `peerPort`. */
  readonly clientPort: number;
  readonly peerPort: number;
  /** Folders that hold the node's data: wiped before a run, kept over kill and restart. */
  readonly dataPaths: readonly string[];
  /** Process names (as in /proc/PID/comm) whose wall clocks a clock fault moves; all processes of the container when empty. */
  readonly clockedProcesses?: readonly string[];
  readonly clockProbe?: ClockProbe;
  /** Resolves once the cluster serves; called again until then. The message says what is still missing. */
  ready(view: ClusterView): Promise<{ readonly ready: true } | { readonly ready: false; readonly waitingFor: string }>;
  /**
   * After healing: resolves to ready once final reads mean something (all nodes agree on who is primary and follow it).
   * Absent: `ready` is asked instead.
   */
  recovered?(
    view: ClusterView,
  ): Promise<{ readonly ready: true } | { readonly ready: false; readonly waitingFor: string }>;
  /** Nodes that believe to be primary now. Absent where the system has none. */
  primaries?(view: ClusterView): Promise<readonly NodeId[]>;
  /** Opens a client of one workload, bound to one node. Rejects when nothing was sent and nothing will be. */
  openClient(workload: string, node: NodeId, view: ClusterView): Promise<AsyncClientSession>;
  /** Version of the system under test, for the report. */
  version?(view: ClusterView): Promise<string>;
}

/** Where a node that is a local process is reached. Peers talk on `peerPort`, clients on `clientPort`. */
export interface ProcessAddress {
  readonly host: string;
  readonly clientPort: number;
  readonly peerPort: number;
}

/** How a process of a target is told its place in the cluster. */
export interface ProcessContext {
  readonly node: NodeId;
  /** Every node, this one included. The ports of a cluster are free ones, the same over kill and restart. */
  readonly addresses: ReadonlyMap<NodeId, ProcessAddress>;
  /** A folder of the node's own: empty at first, kept over kill and restart, removed with the cluster. */
  readonly dataDirectory: string;
  readonly runId: string;
  readonly variant?: string;
  readonly mutant?: string;
}

/** One process as the target wants it. */
export interface ProcessSpec {
  /** Program and arguments; no shell in between. It must stay in the foreground. */
  readonly command: readonly string[];
  /** Beside the controller's own environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Working directory; default the controller's. */
  readonly directory?: string;
}

/** As {@link ClusterView}, for local processes. */
export interface ProcessView {
  readonly addresses: ReadonlyMap<NodeId, ProcessAddress>;
  readonly signal: AbortSignal;
}

/** How a target runs as local processes on the loopback interface. Members mean what they mean in {@link DockerTarget}. */
export interface ProcessTarget {
  process(context: ProcessContext): ProcessSpec;
  ready(view: ProcessView): Promise<{ readonly ready: true } | { readonly ready: false; readonly waitingFor: string }>;
  recovered?(
    view: ProcessView,
  ): Promise<{ readonly ready: true } | { readonly ready: false; readonly waitingFor: string }>;
  primaries?(view: ProcessView): Promise<readonly NodeId[]>;
  openClient(workload: string, node: NodeId, view: ProcessView): Promise<AsyncClientSession>;
  version?(view: ProcessView): Promise<string>;
}

/**
 * A system under test, as data: what it promises, what it must survive, which operations it offers, and how it runs in
 * each environment that it supports.
 */
export interface Target {
  readonly name: string;
  /** One line for lists. */
  readonly description: string;
  /** Operations offered, by workload name. A workload leaves out optional operations that are not listed. */
  readonly offers: Readonly<Record<string, readonly string[]>>;
  /** By workload name. */
  readonly promises: Readonly<Record<string, TargetPromise>>;
  readonly faultModel: FaultModel;
  readonly nodeCounts: { readonly min: number; readonly max: number; readonly default: number };
  /** Names of its nodes where they have some already; default `n1` to `nN`. */
  readonly nodeNames?: readonly NodeId[];
  /** Named variants beside the default one, each with one line. */
  readonly variants?: Readonly<Record<string, string>>;
  readonly sim?: SimTarget;
  readonly docker?: DockerTarget;
  readonly process?: ProcessTarget;
}
