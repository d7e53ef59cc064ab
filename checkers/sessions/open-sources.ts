import type { JsonValue } from '../../harness/kernel/json.ts';
import type { Budget } from '../judging/budget.ts';
import { getOrAdd } from '../judging/get-or-add.ts';
import { INITIAL, type SourceChoice } from './register-problem.ts';

/** Who tried to put one value in place: invocations. */
export interface Writers {
  /** Updates that have happened or may have, ascending. */
  readonly live: number[];
  /** How many of them can have happened, as far as is known. */
  possible: number;
  failed: number | undefined;
}

/** Who may have put in place what an operation found: INITIAL is -1, others are invocations. */
export interface Found {
  readonly value: JsonValue;
  readonly writers: Writers | undefined;
  /** Whether the operation puts there what it found, so that it is one of the writers. */
  readonly isOwn: boolean;
  readonly isInitial: boolean;
}

/** Operations that may have found what any of several put there, by invocation. */
export interface OpenReads {
  readonly open: ReadonlyMap<number, Found>;
  /** Crashed updates that some of them may have seen. */
  readonly optional: ReadonlySet<number>;
  /** Those of them that cannot have happened. */
  readonly impossible: ReadonlySet<number>;
}

/** Whether somebody else than the reader itself, which may be among them, can have put there what it found. */
export function hasOthers({ writers, isOwn }: Found, isPossible: boolean): boolean {
  return (writers?.possible ?? 0) > (isOwn && isPossible ? 1 : 0);
}

/** O(choices + writers of their values). */
export function choicesOf(
  { open, optional, impossible }: OpenReads,
  byInvocation: ReadonlyMap<number, number>,
  budget: Budget,
): SourceChoice[] {
  const opOf = (writer: number): number => byInvocation.get(writer) ?? INITIAL;
  const shared = new Map<Writers, Int32Array>();
  return [...open].map(([reader, { writers, isOwn, isInitial }]): SourceChoice => {
    budget.step();
    const list = (): Int32Array => {
      const live = (writers?.live ?? []).filter((each) => !impossible.has(each));
      budget.step(live.length);
      budget.reserve(live.length * 4);
      return Int32Array.from([...(isInitial ? [INITIAL] : []), ...live.map(opOf)]);
    };
    const all = writers === undefined ? list() : getOrAdd(shared, writers, list);
    const [op, isOptional] = [opOf(reader), optional.has(reader)];
    return isOwn ? new OwnChoice(op, all, isOptional, budget) : { op, candidates: all, isOptional };
  });
}

/**
 * The choice of an operation that puts there what it found: all writers but itself. They are left out where they are asked
 * for, because a list each is the square of what there is.
 */
class OwnChoice implements SourceChoice {
  readonly op: number;
  readonly isOptional: boolean;
  readonly #all: Int32Array;
  readonly #budget: Budget;

  constructor(op: number, all: Int32Array, isOptional: boolean, budget: Budget) {
    this.op = op;
    this.isOptional = isOptional;
    this.#all = all;
    this.#budget = budget;
  }

  get candidates(): Int32Array {
    this.#budget.step(this.#all.length);
    return this.#all.filter((candidate) => candidate !== this.op);
  }
}
