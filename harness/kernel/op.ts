import type { JsonValue } from './json.ts';
import type { NodeId } from './node.ts';
import type { OpError } from './outcome.ts';

/** A logical single-threaded client. After an `info` its worker goes on under a new process id (old id + concurrency). */
export type ProcessId = number;

/** Names one of many independent objects (a register, a set) inside one history. Absent where there is only one. */
export type Key = string | number;

/** Types of history entries, in the order in which columns encode them. */
export const OP_TYPES = ['invoke', 'ok', 'fail', 'info'] as const;
export type OpType = (typeof OP_TYPES)[number];

/** What a generator asks a client to do: function name, key, argument. */
export interface Invocation {
  readonly f: string;
  readonly key?: Key;
  readonly value: JsonValue;
}

/**
 * One history entry. An operation is two of them: the `invoke`, and its `ok`, `fail` or `info` completion. An invocation
 * without completion counts as `info`.
 *
 * `index` is dense from 0. `timeNs` is nanoseconds since the run's origin on the monotonic clock. On a completion
 * `value` is the answer for `ok`, and the invocation's argument for `fail` and `info`.
 */
export interface Op {
  readonly index: number;
  readonly timeNs: number;
  readonly process: ProcessId;
  readonly type: OpType;
  readonly f: string;
  readonly key?: Key;
  readonly value: JsonValue;
  readonly error?: OpError;
  /** The node the process was bound to, where known. */
  readonly node?: NodeId;
}

/** An entry before the history numbers it. */
export type OpDraft = Omit<Op, 'index'>;
