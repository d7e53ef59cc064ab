import type { ClockMechanism } from '../kernel/fault.ts';
import type { DirectedLink, NodeId } from '../kernel/node.ts';

/** Version of the messages below. Controller and agent come from one build; a mismatch is a packaging error. */
export const PROTOCOL_VERSION = 1;

/** One cluster member as the agent sees it: a container and how its peers reach it. */
export interface AgentNode {
  readonly node: NodeId;
  readonly containerId: string;
  /** Address on the cluster's network. Further addresses (IPv6) are found in the container's network namespace. */
  readonly address: string;
  /** Process names as in /proc/PID/comm whose clock is moved; all processes of the container when absent or empty. */
  readonly processes?: readonly string[];
}

/** What the clock of one node should be: true time plus `offsetMs`, kept to whole microseconds. */
export interface DesiredClock {
  readonly offsetMs: number;
  readonly mechanism: ClockMechanism;
}

/**
 * Everything that should be wrong with the cluster, in full: what is left out is healed.
 *
 * `killed` nodes are killed with SIGKILL and kept down; a node that leaves the set is started again, and gets back its
 * cuts and its clock. Nodes that died on their own are not started.
 */
export interface DesiredState {
  readonly cuts: readonly DirectedLink[];
  readonly clocks: Readonly<Record<NodeId, DesiredClock>>;
  readonly paused: readonly NodeId[];
  readonly killed: readonly NodeId[];
}

/** The state in which nothing is wrong. */
export const NO_FAULTS: DesiredState = { cuts: [], clocks: {}, paused: [], killed: [] };

/** One directed link as probed by datagrams that really travel it. */
export interface ObservedLink extends DirectedLink {
  readonly cut: boolean;
  /** Packets that the firewall rule of this link has dropped so far; absent where there is no rule. */
  readonly packetsDropped?: number;
}

/**
 * What is known of one node's clock.
 *
 * `offsetMs` is what a probe measured, undefined where none exists: no program of ours can read another process's clock
 * without being that process (a new process starts with a fresh clock), so the agent itself never measures it; targets
 * report their own clocks. `written` says what was read back from the mechanism, which proves that it is in place but
 * not that the program uses it.
 */
export interface ObservedClock {
  readonly offsetMs: number | undefined;
  readonly probe: string;
  readonly resolutionMs: number;
  readonly written?: { readonly mechanism: ClockMechanism; readonly processes: number; readonly offsetMs: number };
}

/** What the agent saw after it acted. Links of nodes that do not run are left out. */
export interface ObservedState {
  readonly cuts: readonly ObservedLink[];
  readonly clocks: Readonly<Record<NodeId, ObservedClock>>;
  readonly paused: Readonly<Record<NodeId, boolean>>;
  readonly running: Readonly<Record<NodeId, boolean>>;
  readonly errors: readonly { readonly node?: NodeId; readonly message: string }[];
  /** How long the mechanism and the probes took. */
  readonly timings: { readonly applyMs: number; readonly probeMs: number };
}

/** First message to the agent: whom it serves and when it must act on its own. */
export interface AgentHello {
  readonly version: number;
  readonly runId: string;
  readonly journalDirectory: string;
  readonly leaseMs: number;
  /** Unix socket of the Docker engine. */
  readonly dockerSocket: string;
  /** Name of the container that the agent itself lives in; it must not remove that one. */
  readonly ownContainer?: string;
}

export type AgentRequest =
  | { readonly id: number; readonly type: 'hello'; readonly hello: AgentHello }
  | { readonly id: number; readonly type: 'attach'; readonly nodes: readonly AgentNode[] }
  | { readonly id: number; readonly type: 'apply'; readonly desired: DesiredState }
  | { readonly id: number; readonly type: 'observe' }
  | { readonly id: number; readonly type: 'close' }
  | { readonly id: number; readonly type: 'renew' };

export type AgentReply =
  | { readonly id: number; readonly ok: true; readonly state?: ObservedState }
  | { readonly id: number; readonly ok: false; readonly message: string };

const REQUEST_TYPES: ReadonlySet<string> = new Set(['hello', 'attach', 'apply', 'observe', 'close', 'renew']);

/** One message as a line. */
export function encodeMessage(message: AgentRequest | AgentReply): string {
  return `${JSON.stringify(message)}\n`;
}

/** Reads a request line. Answers a description of what is wrong where it is none. */
export function parseRequest(line: string): AgentRequest | string {
  const value = parseObject(line);
  if (typeof value === 'string') return value;
  if (typeof value['id'] !== 'number') return 'a request needs a numeric id';
  if (typeof value['type'] !== 'string' || !REQUEST_TYPES.has(value['type'])) {
    return `unknown request type ${JSON.stringify(value['type'])}`;
  }
  const body = { hello: value['hello'], attach: value['nodes'], apply: value['desired'] }[value['type']];
  if (['hello', 'attach', 'apply'].includes(value['type']) && (typeof body !== 'object' || body === null)) {
    return `a ${value['type']} request needs its body`;
  }
  return value as unknown as AgentRequest;
}

/** Reads a reply line. Answers a description of what is wrong where it is none. */
export function parseReply(line: string): AgentReply | string {
  const value = parseObject(line);
  if (typeof value === 'string') return value;
  if (typeof value['id'] !== 'number' || typeof value['ok'] !== 'boolean') return 'a reply needs an id and ok';
  if (!value['ok']) return { id: value['id'], ok: false, message: String(value['message']) };
  if (value['state'] === undefined) return { id: value['id'], ok: true };
  return { id: value['id'], ok: true, state: observedState(value['state'] as ObservedState) };
}

function observedState(wire: ObservedState): ObservedState {
  const clocks = Object.entries(wire.clocks).map(
    ([node, clock]) => [node, { ...clock, offsetMs: clock.offsetMs ?? undefined }] as const,
  );
  return { ...wire, clocks: Object.fromEntries(clocks) };
}

function parseObject(line: string): Readonly<Record<string, unknown>> | string {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Readonly<Record<string, unknown>>;
    }
  } catch {
    // Falls through: not JSON is as wrong as not an object.
  }
  return `expected one JSON object per line, got ${line.slice(0, 80)}`;
}
