import type { Model, ModelOp } from '../../harness/kernel/model.ts';
import type { ObjectKind, ObservationReach } from '../models/object-kind.ts';
import { BudgetSpent, ModelAutomaton } from './model-automaton.ts';
import type { ModelOperations } from './model-operations.ts';
import { NEVER } from './operations.ts';
import { searchInAttempts } from './search-attempts.ts';
import { SPECIAL_WAYS } from './special-ways.ts';
import { SpecialEffort } from './special-way.ts';
import { Search } from './search.ts';
import type { SearchLimits, SearchResult } from './search-limits.ts';
import type { SearchProblem } from './search-problem.ts';

/** The object to judge by: its model, and what is known about its kind where it is one of ours. */
export interface JudgedObject {
  readonly model: Model<unknown>;
  readonly kind?: ObjectKind;
}

/** How an object's operations were decided. */
export interface ModelResult extends SearchResult {
  /** What decided where it was not the search. Then `reached` is only some entry at which the history was still right. */
  readonly specialWay?: string;
}

/** Decides one object of any kind: in a way of its own where its kind has one, else by the general search. */
export function decideModel(object: JudgedObject, operations: ModelOperations, limits: SearchLimits): ModelResult {
  const special = decideSpecially(object, operations, limits);
  return special ?? searchModel(object, operations, limits);
}

function searchModel({ model, kind }: JudgedObject, operations: ModelOperations, limits: SearchLimits): SearchResult {
  const steps = { nowMs: limits.nowMs, deadlineMs: limits.deadlineMs, bytes: limits.cacheBytes };
  let search: Search | undefined;
  try {
    const automaton = new ModelAutomaton(model, operations.actions, steps);
    const problem = modelProblem(automaton, operations, kind?.reach);
    if (kind?.commutes === true) return searchInAttempts(problem, 'invocation', limits);
    search = new Search(problem, limits);
    return search.run();
  } catch (error) {
    if (!(error instanceof BudgetSpent)) throw error;
    return search?.undecided() ?? { outcome: 'undecided', reached: -1, steps: 0, configurations: 0 };
  }
}

function decideSpecially(
  { model, kind }: JudgedObject,
  operations: ModelOperations,
  limits: SearchLimits,
): ModelResult | undefined {
  const way = SPECIAL_WAYS[kind?.name ?? ''];
  if (way === undefined) return undefined;
  const startMs = limits.nowMs();
  const deadlineMs = startMs + (limits.deadlineMs - startMs) * SHARE_OF_SPECIAL_WAY;
  const effort = new SpecialEffort({ ...limits, deadlineMs });
  try {
    const outcome = way.decide(operations, model.init(), effort);
    if (outcome === undefined) return undefined;
    const reached = outcome === 'valid' ? NEVER : 0;
    return { outcome, reached, steps: effort.steps, configurations: 0, specialWay: way.algorithm };
  } catch (error) {
    if (error instanceof BudgetSpent) return undefined;
    throw error;
  }
}

/** Of the time that is left: where a special way is lost, the search may still know an easy order. */
const SHARE_OF_SPECIAL_WAY = 0.5;

function modelProblem(
  automaton: ModelAutomaton,
  { count, action, call, ret, isPure, actions }: ModelOperations,
  reach: ObservationReach | undefined,
): SearchProblem {
  const required: number[] = [];
  const groups = new Map<number, number[]>();
  for (let op = 0; op < count; op++) {
    if (ret[op] !== NEVER) {
      required.push(op);
      continue;
    }
    const group = groups.get(action[op] as number);
    if (group === undefined) groups.set(action[op] as number, [op]);
    else group.push(op);
  }
  const groupStart = new Int32Array(groups.size + 1);
  [...groups.values()].forEach((group, index) => {
    groupStart[index + 1] = (groupStart[index] as number) + group.length;
  });
  const column = (from: Int32Array): Int32Array => Int32Array.from(required, (op) => from[op] as number);
  return {
    automaton,
    call: column(call),
    ret: column(ret),
    action: column(action),
    isPure,
    groupAction: Int32Array.from(groups.keys()),
    groupStart,
    optionalCall: Int32Array.from([...groups.values()].flat(), (op) => call[op] as number),
    ...(reach === undefined
      ? {}
      : {
          reach: {
            isReset: Uint8Array.from(actions, (op) => (reach.isReset(op) ? 1 : 0)),
            canReach: (state, what) => reach.canReach(automaton.stateOf(state), actions[what] as ModelOp),
          },
        }),
  };
}
