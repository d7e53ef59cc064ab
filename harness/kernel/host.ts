import type { JsonValue } from './json.ts';
import type { NodeId } from './node.ts';
import type { Random } from './random.ts';

/**
 * Everything that happens to a simulated or hosted protocol. A protocol is a step function over these: no promise, no
 * callback, no clock of its own.
 *
 * - `start`: the process came up. `records` is what its log held on disk: every synced record, in order, and perhaps
 *   some prefix of the unsynced ones.
 * - `message`: `from` sent it. Messages may be lost, duplicated, delayed and reordered.
 * - `timer`: a timer set with {@link Host.setTimer} fired.
 * - `synced`: all that was appended before the matching {@link Host.sync} is now durable.
 * - `request`: a client asks; answer with {@link Host.reply} now or later, at most once. A client may be long gone.
 */
export type HostEvent =
  | { readonly kind: 'start'; readonly records: readonly JsonValue[] }
  | { readonly kind: 'message'; readonly from: NodeId; readonly message: JsonValue }
  | { readonly kind: 'timer'; readonly name: string }
  | { readonly kind: 'synced'; readonly token: number }
  | { readonly kind: 'request'; readonly requestId: number; readonly request: JsonValue };

/**
 * All that a protocol may touch. Implemented by the simulation and by the process host (sockets, a log file, real
 * clocks); the protocol's code is the same under both.
 *
 * Values passed in (messages, records, replies) must not be changed afterwards: the simulation hands them over as they
 * are.
 */
export interface Host {
  readonly self: NodeId;
  /** The other members. */
  readonly peers: readonly NodeId[];
  readonly random: Random;
  /** Monotonic time in nanoseconds; unaffected by clock faults; starts anywhere. */
  monotonicNs(): number;
  /** Wall clock in milliseconds since 1970; steps and drifts under clock faults. */
  wallMs(): number;
  /** Sends once, without waiting or retry. Sending to oneself is not allowed. */
  send(to: NodeId, message: JsonValue): void;
  /** Sets the named timer `delayMs` from now on the monotonic clock, replacing a pending one of the same name. */
  setTimer(name: string, delayMs: number): void;
  cancelTimer(name: string): void;
  /** Appends to the node's log. Lost in a crash unless synced. */
  append(record: JsonValue): void;
  /** Replaces the whole log by `records`, atomically and durably once synced. For truncation and snapshots. */
  rewrite(records: readonly JsonValue[]): void;
  /** Asks for durability of everything appended so far; a `synced` event with the returned token answers. */
  sync(): number;
  reply(requestId: number, response: JsonValue): void;
  /** A line of the node's log. Free in `sim` when nobody listens. */
  trace(event: string, detail?: JsonValue): void;
}

/** A running instance on one node. Restarting makes a new instance: all memory is lost. */
export interface ProtocolInstance {
  on(event: HostEvent): void;
  /** True while this node believes that it is the primary. Absent in systems that have none. */
  isPrimary?(): boolean;
  /**
   * True while this node knows of nothing left to repair: it follows or is an established primary, or it has compared
   * itself with every peer since its last change. Asked before the main phase and after healing; final reads mean
   * something once every node says so. It is the node's belief, not proof: what it missed, the final reads show.
   * Absent in protocols that need no repair.
   */
  isSettled?(): boolean;
}

/** A reference implementation: pure state machines against {@link Host}. */
export interface Protocol {
  readonly name: string;
  /** Planted bugs by name, each with one line that says what is wrong. */
  readonly mutants: Readonly<Record<string, string>>;
  /** `mutant` is one of {@link mutants}, or absent for the correct protocol. */
  create(host: Host, mutant: string | undefined): ProtocolInstance;
}
