import type { JsonValue } from '../../../harness/kernel/json.ts';
import type { OperationRequest, OperationResponse } from '../../hosted-operations.ts';

/** What the log holds: operations that change something, and the entry that opens every leader's term. */
export type Command = Exclude<OperationRequest, { readonly f: 'read' }> | { readonly f: 'no-op' };

export type LogEntry = { readonly term: number; readonly command: Command };

/** Asks for a vote in `electionTerm`. A pre-vote only asks whether it would be given and changes nothing. */
export type VoteRequest = {
  readonly k: 'vote-request';
  readonly pre: boolean;
  readonly electionTerm: number;
  readonly lastIndex: number;
  readonly lastTerm: number;
};

export type Vote = {
  readonly k: 'vote';
  readonly pre: boolean;
  readonly electionTerm: number;
  /** The voter's own term. */
  readonly term: number;
  readonly granted: boolean;
};

/** New entries, or none as a heartbeat. `round` numbers the leader's confirmations of its leadership. */
export type Append = {
  readonly k: 'append';
  readonly term: number;
  readonly prevIndex: number;
  readonly prevTerm: number;
  readonly entries: readonly LogEntry[];
  readonly commitIndex: number;
  readonly round: number;
};

export type AppendReply = {
  readonly k: 'append-reply';
  readonly term: number;
  readonly round: number;
  /** Up to where the logs agree and are durable; where they do not, the index from which to try next. */
  readonly accepted: boolean;
  readonly index: number;
};

/**
 * A client's request on its way to the leader of `term`. `sender` names one life of the sending process, `sequence`
 * counts within it.
 */
export type Forward = {
  readonly k: 'forward';
  readonly term: number;
  readonly sender: string;
  readonly sequence: number;
  readonly request: OperationRequest;
};

export type ForwardReply = {
  readonly k: 'forward-reply';
  readonly sender: string;
  readonly sequence: number;
  readonly response: OperationResponse;
};

export type RaftMessage = VoteRequest | Vote | Append | AppendReply | Forward | ForwardReply;

/** What is written to disk: the term with the vote in it, and log entries by index. */
export type RaftRecord =
  | { readonly k: 'term'; readonly term: number; readonly votedFor: string | null }
  | { readonly k: 'entry'; readonly index: number; readonly entry: LogEntry };

/** Peers run this code and nothing else: what arrives from them is a message of ours. */
export function asMessage(value: JsonValue): RaftMessage {
  return value as RaftMessage;
}

/** The log holds what this code wrote: records of ours. */
export function asRecord(value: JsonValue): RaftRecord {
  return value as RaftRecord;
}
