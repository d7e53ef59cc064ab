import type { JsonValue } from '../../harness/kernel/json.ts';
import type { Key } from '../../harness/kernel/op.ts';

/** In {@link Call}: has not returned yet, or never will. Later than every position. */
export const NEVER = 0x7fffffff;

/**
 * One operation of a simulated client. Everything but its times may still change until the history is put together, so
 * that an object can choose arguments at the moment the operation takes effect.
 */
export interface Call {
  readonly f: string;
  readonly key: Key | undefined;
  input: JsonValue;
  /** The answer, where {@link outcome} is `ok`. */
  output: JsonValue;
  outcome: 'ok' | 'fail';
  /** True for operations that can change the object: only those crash, because a crashed read says nothing. */
  readonly mutates: boolean;
  /** Positions in the history being made: what happened before what. */
  calledAt: number;
  returnedAt: number;
}

/** A sequential object that simulated clients use: a correct one, until it is told to break. */
export interface SimulatedObject {
  /** Breaks asked for and not yet made; the object makes them as soon as the history allows a provable one. */
  breaksDue: number;
  /** A client begins an operation at position `calledAt`; one that changes the object where `mustMutate`. */
  begin(calledAt: number, mustMutate: boolean): Call;
  /** The operation takes effect: decides `output` and `outcome`. Not called where a crashed one never does. */
  apply(call: Call): void;
  /** The operation's answer reached its client: `call.returnedAt` is known. */
  returned(call: Call): void;
  /** Breaks asked for that the history does not prove yet. */
  pendingBreaks(): number;
  /** Operations that one client makes one after the other when all others have returned. */
  finalCalls(): number;
  final(calledAt: number, ordinal: number): Call;
}

/** A call with nothing decided. */
export function callOf(
  f: string,
  key: Key | undefined,
  input: JsonValue,
  details: { readonly mutates: boolean; readonly calledAt: number },
): Call {
  return { f, key, input, output: null, outcome: 'ok', ...details, returnedAt: NEVER };
}
