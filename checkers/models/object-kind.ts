import { HarnessError } from '../../harness/kernel/harness-error.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import type { Model, ModelOp } from '../../harness/kernel/model.ts';

/** Options of a use, as they came: every kind reads its own and refuses what it cannot read. */
export type ModelOptions = Readonly<Record<string, JsonValue>>;

/** A sequential object by its public name, and what checkers may know about it besides its model. */
export interface ObjectKind {
  readonly name: string;
  /** One line for lists: what it is and which operations it has. */
  readonly description: string;
  /** Names of its operations. Any other makes a history unreadable for it. */
  readonly functions: readonly string[];
  /** Those of them whose answers say nothing: crashed ones then do the same as answered ones. */
  readonly blind?: readonly string[];
  /** What an operation's argument has to be, where this one is something else: no fault of whoever answered. */
  readonly expects?: (f: string, input: JsonValue) => string | undefined;
  /** True where operations under different keys touch different objects. */
  readonly hasKeys: boolean;
  /** Throws HarnessError (usage) for options that it cannot read. */
  model(options: ModelOptions): Model<unknown>;
  /**
   * The elements that an operation is about, where the object is such that forgetting an element everywhere, with all
   * operations about it, turns every correct history into a correct one.
   */
  elements?(op: ModelOp): readonly JsonValue[];
  /** True where answers rest on everything before them, as sums do: then no part of a history shows what is wrong with it. */
  readonly restsOnAll?: true;
  /**
   * True where updates commute: then what they leave behind is the same in any order, few configurations at a time explain
   * a history, and a walk through it in order of time finds an order where a depth-first search is lost.
   */
  readonly commutes?: true;
  /** What the search may know about observations that are out of reach. */
  readonly reach?: ObservationReach;
  /** Operations about the one element that they name, where operations about different elements are independent. */
  readonly singles?: readonly string[];
}

/** For objects whose state only grows, but for some operations that begin it anew. */
export interface ObservationReach {
  isReset(op: ModelOp): boolean;
  /** Whether the observation can still become legal after `state` without a reset. */
  canReach(state: unknown, op: ModelOp): boolean;
}

/** A member of the options that must be a whole number of at least `least`. */
export function wholeOption(options: ModelOptions, name: string, fallback: number, least: number): number {
  const value = options[name] ?? fallback;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least) {
    throw new HarnessError('usage', `${name} must be a whole number from ${least}, came ${JSON.stringify(value)}`);
  }
  return value;
}
