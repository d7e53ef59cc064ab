import type { Configuration } from './configuration-cache.ts';
import type { Reach, SearchProblem } from './search-problem.ts';

/**
 * Whether an observation that waits can surely not become possible any more: the object has grown past it, and nothing
 * that begins the state anew can come in time. `next` links what waits by invocation. O(what is open), squared.
 */
export function isOutOfReach(
  problem: SearchProblem,
  next: Int32Array,
  here: Configuration,
  earliestReturn: number,
): boolean {
  const { call, ret, action, isPure, reach } = problem;
  if (reach === undefined) return false;
  const end = call.length;
  for (let op = next[end] as number; op !== end; op = next[op] as number) {
    if ((call[op] as number) >= earliestReturn) break;
    const what = action[op] as number;
    if (isPure[what] === 0 || reach.canReach(here.state, what)) continue;
    if (!hasReset(problem, reach, next, here, ret[op] as number)) return true;
  }
  return false;
}

/** Whether an untaken operation that begins the state anew has begun by `time`. */
function hasReset(
  { call, action, groupAction, groupStart, optionalCall }: SearchProblem,
  { isReset }: Reach,
  next: Int32Array,
  { used }: Configuration,
  time: number,
): boolean {
  const end = call.length;
  for (let op = next[end] as number; op !== end; op = next[op] as number) {
    if ((call[op] as number) >= time) break;
    if (isReset[action[op] as number] === 1) return true;
  }
  for (let group = 0; group < groupAction.length; group++) {
    const at = (groupStart[group] as number) + (used[group] as number);
    if (at >= (groupStart[group + 1] as number) || (optionalCall[at] as number) >= time) continue;
    if (isReset[groupAction[group] as number] === 1) return true;
  }
  return false;
}
