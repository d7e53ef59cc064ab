import { NEVER } from './operations.ts';
import type { SearchProblem } from './search-problem.ts';

/** In place of the time of a return: a crashed operation. */
const OPTIONAL = NEVER;
/** Events are sorted as one double each: 31 bits of entry index, 22 of operation. */
export const MOST_OPERATIONS: number = 2 ** 22;

/** What an operation is to a search that goes through a history in order of time. */
export interface TimedOperations {
  /** Required ones first, in order of invocation; then the crashed ones. */
  readonly count: number;
  readonly action: Int32Array;
  readonly call: Int32Array;
  readonly ret: Int32Array;
  /** Which bit stands for each while it is open; crashed ones stay open. */
  readonly slot: Int32Array;
  readonly slots: number;
  /** Operations as invoked, and as `~operation` as they return. */
  readonly events: Int32Array;
}

/** Puts the operations of a problem in order of time; fewer than {@link MOST_OPERATIONS}. O(n log n). */
export function timedOperations(problem: SearchProblem): TimedOperations {
  const required = problem.call.length;
  const count = required + problem.optionalCall.length;
  const call = new Int32Array(count);
  const ret = new Int32Array(count).fill(OPTIONAL);
  const action = new Int32Array(count);
  call.set(problem.call);
  call.set(problem.optionalCall, required);
  ret.set(problem.ret);
  action.set(problem.action);
  for (let group = 0; group < problem.groupAction.length; group++) {
    const from = required + (problem.groupStart[group] as number);
    action.fill(problem.groupAction[group] as number, from, required + (problem.groupStart[group + 1] as number));
  }
  const keys = new Float64Array(count + required);
  for (let op = 0; op < count; op++) keys[op] = (call[op] as number) * MOST_OPERATIONS + op;
  for (let op = 0; op < required; op++) keys[count + op] = (ret[op] as number) * MOST_OPERATIONS + op;
  keys.sort();
  const events = new Int32Array(keys.length);
  const slot = new Int32Array(count).fill(-1);
  const free: number[] = [];
  let slots = 0;
  for (const [index, key] of keys.entries()) {
    const op = key % MOST_OPERATIONS;
    if (slot[op] === -1) {
      slot[op] = free.pop() ?? slots++;
      events[index] = op;
    } else {
      free.push(slot[op] as number);
      events[index] = ~op;
    }
  }
  return { count, action, call, ret, slot, slots, events };
}
