import type { JsonValue } from './json.ts';
import type { ProcessId } from './op.ts';

/** One operation as a sequential object sees it. */
export interface ModelOp {
  readonly f: string;
  readonly input: JsonValue;
  /** What the operation returned; undefined where nobody knows, so that every return value is allowed. */
  readonly output: JsonValue | undefined;
  /** Who asked. Only for models that say {@link Model.tellsProcesses}; otherwise absent, so that equal operations are equal. */
  readonly process?: ProcessId;
}

/**
 * A sequential object: what its operations may answer, one after the other.
 *
 * Pure: `step` must not change the state it is given. Histories with several keys are cut by key first; a model sees the
 * operations of one key.
 */
export interface Model<State = JsonValue> {
  readonly name: string;
  /** Never true: an object with a choice of states is another type, see `powerSet` of the checkers. */
  readonly nondeterministic?: false;
  /** True where answers depend on who asks, as with locks. */
  readonly tellsProcesses?: boolean;
  /** State before the first operation. */
  init(): State;
  /** The state after `op`, or undefined where the object could not have answered so. */
  step(state: State, op: ModelOp): State | undefined;
  /** Equal states have equal identities and different states different ones. */
  identity(state: State): string | number;
  /** True for operations that never change the state: the search may take them as soon as they are legal. */
  isPure?(op: ModelOp): boolean;
  /** One line for people: `cas(1, 2) -> true`. */
  describeOp?(op: ModelOp): string;
  describeState?(state: State): string;
}
