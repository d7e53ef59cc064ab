import type { Invocation, ProcessId } from './op.ts';
import type { NodeId } from './node.ts';
import type { OpError, Outcome } from './outcome.ts';

/**
 * One process's connection to one node. No hidden retry, no failover, no queue: what the caller sees is what the node did.
 *
 * `start` never throws and calls `complete` at most once; a call that never comes is the interpreter's timeout. A
 * session has at most one operation open.
 */
export interface ClientSession {
  /** `deadlineMs`: how long the caller waits before it records `info`; the client should give up by then as well. */
  start(invocation: Invocation, deadlineMs: number, complete: (outcome: Outcome) => void): void;
  close(): void;
}

export interface ClientBinding {
  readonly node: NodeId;
  readonly process: ProcessId;
}

/** What opening a session leads to. A refused connection is a definite failure of the operation that wanted it. */
export type OpenResult =
  { readonly session: ClientSession; readonly error?: never } | { readonly error: OpError; readonly session?: never };

/** Opens sessions for one workload on one running cluster. Calls `opened` exactly once, within the deadline. */
export type ClientOpener = (binding: ClientBinding, deadlineMs: number, opened: (result: OpenResult) => void) => void;

/** A session whose operations are promises, as drivers of real systems are. A rejection is `info`. */
export interface AsyncClientSession {
  /** `signal` is aborted at the deadline. */
  invoke(invocation: Invocation, signal: AbortSignal): Promise<Outcome>;
  close(): Promise<void>;
}
