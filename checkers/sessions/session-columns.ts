import { upperBound } from '../../harness/kernel/bounds.ts';
import type { Budget } from '../judging/budget.ts';
import { getOrAdd } from '../judging/get-or-add.ts';
import { INITIAL, type RegisterProblem } from './register-problem.ts';

/** Ascending positions in a session, with the operations at them. */
export interface Track {
  readonly positions: number[];
  readonly ops: number[];
}

/** Writes of each key by session: `writes[key]` maps a session to its writes of that key. */
export type WritesByKey = readonly ReadonlyMap<number, Track>[];

/** Indexes the writes of each key by session. O(operations). */
export function writesByKey(problem: RegisterProblem, budget: Budget): WritesByKey {
  budget.reserve(problem.count * 16);
  const tracks: Map<number, Track>[] = Array.from({ length: problem.keyCount }, () => new Map<number, Track>());
  for (let op = 0; op < problem.count; op++) {
    if (problem.isWrite[op] === 0) continue;
    const bySession = tracks[problem.key[op] ?? 0] ?? new Map<number, Track>();
    const track = getOrAdd(bySession, problem.session[op] ?? 0, () => ({ positions: [], ops: [] }));
    track.positions.push(problem.position[op] ?? 0);
    track.ops.push(op);
  }
  return tracks;
}

/** The last operation of `track` at a position <= `position`, or -1. O(log track). */
export function lastUpTo(track: Track, position: number): number {
  return track.ops[upperBound(track.positions, position) - 1] ?? -1;
}

/** Whether version `older` of a key comes before version `newer` by the initial value or one session's own order. */
export function isOlderVersion(problem: RegisterProblem, older: number, newer: number): boolean {
  if (newer === INITIAL || older === newer) return false;
  if (older === INITIAL) return true;
  return (
    problem.session[older] === problem.session[newer] && (problem.position[older] ?? 0) < (problem.position[newer] ?? 0)
  );
}
