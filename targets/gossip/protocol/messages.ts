import type { JsonValue } from '../../../harness/kernel/json.ts';
import type { NodeId } from '../../../harness/kernel/node.ts';
import type { OperationRequest } from '../../hosted-operations.ts';

/** A change as its first node took it in. `sequence` counts that node's changes from 1, without gaps. */
export type Change = {
  readonly origin: NodeId;
  readonly sequence: number;
  /** The origin's wall clock when it took the change in. */
  readonly wallMs: number;
  readonly operation: Extract<OperationRequest, { readonly f: 'write' | 'add' }>;
};

/** How many changes of each origin a node shows: all with a sequence up to that. Absent is 0. */
export type VersionVector = { readonly [origin: NodeId]: number };

/** `This is what I have`: opens an exchange. */
export type Digest = { readonly k: 'digest'; readonly vector: VersionVector };

/** Changes that the receiver lacked when it last said what it has, and what the sender has itself. */
export type Delta = {
  readonly k: 'delta';
  /** The receiver opened the exchange, and answers with what the sender lacks. */
  readonly isReply: boolean;
  readonly vector: VersionVector;
  readonly changes: readonly Change[];
};

export type GossipMessage = Digest | Delta;

/** Peers run this code and nothing else: what arrives from them is a message of ours. */
export function asMessage(value: JsonValue): GossipMessage {
  return value as GossipMessage;
}

/** The log holds changes only. */
export function asChange(value: JsonValue): Change {
  return value as Change;
}
