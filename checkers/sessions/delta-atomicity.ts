import { firstWhere } from '../../harness/kernel/bounds.ts';
import type { Budget } from '../judging/budget.ts';
import { INITIAL, NOT_A_READ, type RegisterProblem } from './register-problem.ts';

/**
 * The smallest Δ, in nanoseconds, for which the operations of one key are Δ-atomic: linearizable once every read is
 * allowed to begin Δ earlier (Golab, Li, Shah: Analyzing Consistency Properties for Fun and Profit, PODC 2011). 0 for
 * linearizable ones, Infinity where a read was answered before the write of its value began. Compare-and-sets count as
 * a write and, apart from it, a read. O(n log n log Δ).
 */
export function smallestDeltaNs(problem: RegisterProblem, budget: Budget): number {
  const clusters = clustersOf(problem);
  if (clusters.some(({ firstEnd, writeCall }) => firstEnd < writeCall)) return Infinity;
  if (isAtomicWith(clusters, 0, budget)) return 0;
  let [low, high] = [0, clusters.reduce((most, { lastReadCall }) => Math.max(most, lastReadCall), 0) + 1];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isAtomicWith(clusters, middle, budget)) high = middle;
    else low = middle;
  }
  return high;
}

/** A write with its reads; times in nanoseconds. */
interface Cluster {
  readonly writeCall: number;
  readonly firstEnd: number;
  readonly lastReadCall: number;
}

function clustersOf(problem: RegisterProblem): readonly Cluster[] {
  const { timeNs } = problem.operations.history.columns;
  const { count, invocation, end, source, isWrite } = problem;
  const firstEnd = Float64Array.from({ length: count + 1 }, (_, op) => timeNs[end[op] ?? -1] ?? Infinity);
  firstEnd[count] = -Infinity;
  const lastReadCall = new Float64Array(count + 1).fill(-Infinity);
  for (let op = 0; op < count; op++) {
    const version = source[op] ?? NOT_A_READ;
    if (version === NOT_A_READ) continue;
    const write = version === INITIAL ? count : version;
    firstEnd[write] = Math.min(firstEnd[write] ?? 0, timeNs[end[op] ?? -1] ?? Infinity);
    lastReadCall[write] = Math.max(lastReadCall[write] ?? 0, timeNs[invocation[op] ?? 0] ?? 0);
  }
  const writes = [...Array.from({ length: count }, (_, op) => op).filter((op) => isWrite[op] === 1), count];
  return writes.map((write) => ({
    writeCall: write === count ? -Infinity : (timeNs[invocation[write] ?? 0] ?? 0),
    firstEnd: firstEnd[write] ?? Infinity,
    lastReadCall: lastReadCall[write] ?? -Infinity,
  }));
}

/** Whether zones do not conflict: forward ones are disjoint, and none holds a whole backward one (Gibbons and Korach). */
function isAtomicWith(clusters: readonly Cluster[], deltaNs: number, budget: Budget): boolean {
  budget.step(clusters.length * 4);
  const zones = clusters.map(({ writeCall, firstEnd, lastReadCall }) => ({
    firstEnd,
    lastCall: Math.max(writeCall, lastReadCall - deltaNs),
  }));
  const forward = zones
    .filter(({ firstEnd, lastCall }) => firstEnd < lastCall)
    .sort((left, right) => left.firstEnd - right.firstEnd);
  for (let next = 1; next < forward.length; next++) {
    if ((forward[next - 1]?.lastCall ?? 0) > (forward[next]?.firstEnd ?? 0)) return false;
  }
  return zones.every(({ firstEnd, lastCall }) => {
    if (firstEnd < lastCall) return true;
    const around = forward[firstWhere(0, forward.length, (at) => (forward[at]?.firstEnd ?? 0) >= lastCall) - 1];
    return around === undefined || around.lastCall <= firstEnd;
  });
}
