/** The sequential object as the search sees it: numbered states and numbered actions. */
export interface Automaton {
  readonly initial: number;
  /** The state after the action, or -1 where the object could not have answered so. */
  step(state: number, action: number): number;
}

/**
 * What registers tell a search ahead: which value an action needs to find and which it leaves behind. Only for objects
 * whose state is one value.
 */
export interface Demand {
  /** State in which the action is possible, by action; -1 for any. */
  readonly needs: Int32Array;
  /** State that the action leaves behind, by action; -1 for the one it found. */
  readonly makes: Int32Array;
  /** Number of states. */
  readonly states: number;
  /** True where a crashed operation is of use only to somebody who needs exactly the state that it makes. */
  readonly crashedServeReads: boolean;
}

/**
 * One question of linearizability: is there an order of the required operations, with any of the optional ones put in,
 * that respects real time and that the object accepts?
 */
export interface SearchProblem {
  readonly automaton: Automaton;
  /** Required operations in order of invocation. Times are entry indices. */
  readonly call: Int32Array;
  readonly ret: Int32Array;
  readonly action: Int32Array;
  /** 1 for actions that never change the state. */
  readonly isPure: Uint8Array;
  /** Crashed operations, grouped by action, oldest first: group g is `optionalCall[groupStart[g] .. groupStart[g + 1])`. */
  readonly groupAction: Int32Array;
  readonly groupStart: Int32Array;
  readonly optionalCall: Int32Array;
  readonly demand?: Demand;
  readonly reach?: Reach;
}

/** What growing objects tell a search ahead; see `ObservationReach` in the models. */
export interface Reach {
  /** 1 for actions that begin the state anew. */
  readonly isReset: Uint8Array;
  /** Whether a pure action can become possible after `state` without a reset. */
  canReach(state: number, action: number): boolean;
}
