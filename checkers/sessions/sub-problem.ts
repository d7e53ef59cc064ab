import type { Budget } from '../judging/budget.ts';
import { NOT_A_READ, type RegisterProblem } from './register-problem.ts';

/**
 * The problem with only the operations that `keeps` says, and the return values that `reads` says; other reads become
 * operations without effect, and reads with a choice stay that. Whatever was read must be kept. Sessions keep their numbers.
 */
export function subProblem(
  problem: RegisterProblem,
  choice: { readonly keeps: (op: number) => boolean; readonly reads: (op: number) => boolean },
  budget: Budget,
): RegisterProblem {
  const kept: number[] = [];
  const renamed = new Int32Array(problem.count).fill(-1);
  for (let op = 0; op < problem.count; op++) {
    if (!choice.keeps(op)) continue;
    renamed[op] = kept.length;
    kept.push(op);
  }
  budget.step(problem.count);
  const count = kept.length;
  const old = Int32Array.from(kept);
  const members: number[][] = problem.sessions.map(() => []);
  const position = new Int32Array(count);
  for (let op = 0; op < count; op++) {
    const ops = members[problem.session[old[op] ?? 0] ?? 0] ?? [];
    position[op] = ops.length;
    ops.push(op);
  }
  const pick = (column: Int32Array): Int32Array => old.map((op) => column[op] ?? 0);
  return {
    ...problem,
    choices: [],
    count,
    invocation: pick(problem.invocation),
    end: pick(problem.end),
    seenBy: pick(problem.seenBy),
    key: pick(problem.key),
    isWrite: Uint8Array.from(kept, (op) => problem.isWrite[op] ?? 0),
    source: old.map((op) => {
      const source = problem.source[op] ?? NOT_A_READ;
      if (source === NOT_A_READ || !choice.reads(op)) return NOT_A_READ;
      return source < 0 ? source : (renamed[source] ?? NOT_A_READ);
    }),
    session: pick(problem.session),
    position,
    sessions: members.map((ops) => Int32Array.from(ops)),
  };
}
