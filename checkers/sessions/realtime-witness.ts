import { firstWhere } from '../../harness/kernel/bounds.ts';
import type { Budget } from '../judging/budget.ts';
import { INITIAL, NOT_A_READ, type RegisterProblem } from './register-problem.ts';

/**
 * Whether an order made from the times of the operations explains all reads while keeping every session's own order. If
 * so, the history is sequentially consistent, and everything weaker; if not, nothing follows. Histories of linearizable
 * stores pass: each write is placed where its zone (Gibbons and Korach, Testing Shared Memories, SIAM J. Comput. 1997)
 * lets it be. O(n log n).
 */
export function hasRealtimeWitness(problem: RegisterProblem, budget: Budget): boolean {
  budget.reserve(problem.count * 40);
  budget.step(problem.count);
  const points = placeWrites(problem);
  const at = new Float64Array(problem.count);
  for (let op = 0; op < problem.count; op++) {
    const source = problem.source[op] ?? NOT_A_READ;
    const call = problem.invocation[op] ?? 0;
    if (problem.isWrite[op] === 1) at[op] = points[op] ?? call;
    else at[op] = Math.max(call, source === INITIAL ? call : (points[source] ?? call));
  }
  const isBefore = (left: number, right: number): number =>
    (at[left] ?? 0) - (at[right] ?? 0) ||
    clusterOf(problem, left) - clusterOf(problem, right) ||
    (problem.isWrite[right] ?? 0) - (problem.isWrite[left] ?? 0) ||
    left - right;
  const order = Int32Array.from({ length: problem.count }, (_, op) => op).sort(isBefore);
  budget.step(problem.count * 4);
  return explains(problem, order);
}

/** The write that an operation made or read. */
function clusterOf(problem: RegisterProblem, op: number): number {
  return problem.isWrite[op] === 1 ? op : (problem.source[op] ?? INITIAL);
}

/** A point in time for each write: inside its own interval and, where possible, outside the forward zones of its key. */
function placeWrites(problem: RegisterProblem): Float64Array {
  const { count, invocation, end, source, key } = problem;
  const firstEnd = Float64Array.from(end);
  const lastCall = Float64Array.from(invocation);
  for (let op = 0; op < count; op++) {
    const from = source[op] ?? NOT_A_READ;
    if (from < 0) continue;
    firstEnd[from] = Math.min(firstEnd[from] ?? 0, end[op] ?? 0);
    lastCall[from] = Math.max(lastCall[from] ?? 0, invocation[op] ?? 0);
  }
  const isForward = (write: number): boolean => (firstEnd[write] ?? 0) < (lastCall[write] ?? 0);
  const forward: number[][] = Array.from({ length: problem.keyCount }, () => []);
  for (let op = 0; op < count; op++) if (problem.isWrite[op] === 1 && isForward(op)) forward[key[op] ?? 0]?.push(op);
  for (const zones of forward) zones.sort((left, right) => (firstEnd[left] ?? 0) - (firstEnd[right] ?? 0));
  return Float64Array.from({ length: count }, (_, op) => {
    if (isForward(op)) return firstEnd[op] ?? 0;
    const point = lastCall[op] ?? 0;
    const zone = zoneAround(forward[key[op] ?? 0] ?? [], point, firstEnd, lastCall);
    return zone === undefined ? point : (lastCall[zone] ?? 0) + 0.5;
  });
}

function zoneAround(
  zones: readonly number[],
  point: number,
  firstEnd: Float64Array,
  lastCall: Float64Array,
): number | undefined {
  const next = firstWhere(0, zones.length, (at) => (firstEnd[zones[at] ?? 0] ?? 0) >= point);
  const zone = zones[next - 1];
  return zone !== undefined && point < (lastCall[zone] ?? 0) ? zone : undefined;
}

function explains(problem: RegisterProblem, order: Int32Array): boolean {
  const current = new Int32Array(problem.keyCount).fill(INITIAL);
  const progress = new Int32Array(problem.sessions.length);
  for (const op of order) {
    const key = problem.key[op] ?? 0;
    const session = problem.session[op] ?? 0;
    if (progress[session] !== problem.position[op]) return false;
    progress[session] = (progress[session] ?? 0) + 1;
    const source = problem.source[op] ?? NOT_A_READ;
    if (source !== NOT_A_READ && source !== current[key]) return false;
    if (problem.isWrite[op] === 1) current[key] = op;
  }
  return true;
}
