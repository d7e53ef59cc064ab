import type { Model, ModelOp } from '../../harness/kernel/model.ts';

/** A sequential object that has a choice: each operation may lead to several states. */
export interface NondeterministicModel<State> {
  readonly name: string;
  /** Sets it apart from a {@link Model}: where one is expected, it must go through {@link powerSet}. */
  readonly nondeterministic: true;
  readonly tellsProcesses?: boolean;
  init(): readonly State[];
  /** All states that it may be in after `op`; none where it could not have answered so. */
  step(state: State, op: ModelOp): readonly State[];
  identity(state: State): string | number;
  describeOp?(op: ModelOp): string;
}

/**
 * The deterministic object whose state is the set of states that the other may be in. It has no pure operations: an
 * observation rules states out.
 */
export function powerSet<State>(model: NondeterministicModel<State>): Model<readonly State[]> {
  const distinct = (states: readonly State[]): readonly State[] =>
    states.length < 2 ? states : [...new Map(states.map((state) => [model.identity(state), state])).values()];
  return {
    name: model.name,
    ...(model.tellsProcesses === undefined ? {} : { tellsProcesses: model.tellsProcesses }),
    ...(model.describeOp === undefined ? {} : { describeOp: (op: ModelOp) => model.describeOp?.(op) ?? op.f }),
    init: () => distinct(model.init()),
    step(states, op) {
      const next = distinct(states.flatMap((state) => model.step(state, op)));
      return next.length === 0 ? undefined : next;
    },
    identity: (states) =>
      states
        .map((state) => JSON.stringify(model.identity(state)))
        .sort()
        .join(),
  };
}
