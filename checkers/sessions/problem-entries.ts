import { groupBy } from '../judging/group-by.ts';
import { INITIAL, UNENDED, type RegisterProblem } from './register-problem.ts';

/**
 * The entries of these operations, as findings quote them. For each that was not answered an operation that read what it
 * wrote comes along: without that one it may never have happened. For operations of one process in several sessions
 * that without answer comes along which parts them.
 */
export function entriesOf(problem: RegisterProblem, ops: Iterable<number>): number[] {
  const invocations = new Set<number>();
  const pending = [...ops];
  for (const op of pending) {
    invocations.add(problem.invocation[op] ?? 0);
    const reader = problem.seenBy[op] ?? -1;
    if (problem.end[op] !== UNENDED || reader < 0 || invocations.has(reader)) continue;
    invocations.add(reader);
    const next = problem.invocation.indexOf(reader);
    if (next >= 0) pending.push(next);
  }
  return problem.operations.entries([...invocations, ...partingEnds(problem, pending)]);
}

/** Of processes that are several of the sessions of these operations: the last end of a session before each of them. */
function partingEnds(problem: RegisterProblem, ops: readonly number[]): number[] {
  const processOf = (op: number): number => problem.operations.process(problem.invocation[op] ?? 0);
  const sessions = groupBy(new Set(ops.map((op) => problem.session[op] ?? 0)), (session) =>
    processOf(problem.sessions[session]?.[0] ?? 0),
  );
  const parted = ops.filter((op) => (sessions.get(processOf(op))?.length ?? 0) > 1);
  if (parted.length === 0) return [];
  const ends = groupBy(problem.sessionEnds, (end) => problem.operations.process(end));
  return parted.flatMap((op) => {
    const before = ends.get(processOf(op))?.findLast((end) => end < (problem.invocation[op] ?? 0));
    return before === undefined ? [] : [before];
  });
}

/** For each operation the invocation of one that read what it wrote, an answered one if there is one, or -1. */
export function readersOf({
  invocation,
  end,
  source,
}: Pick<RegisterProblem, 'invocation' | 'end' | 'source'>): Int32Array {
  const seenBy = new Int32Array(source.length).fill(-1);
  const isAnswered = new Uint8Array(source.length);
  for (let op = 0; op < source.length; op++) {
    const from = source[op] ?? INITIAL;
    if (from < 0 || isAnswered[from] === 1) continue;
    seenBy[from] = invocation[op] ?? 0;
    if (end[op] !== UNENDED) isAnswered[from] = 1;
  }
  return seenBy;
}
