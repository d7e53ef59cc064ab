import type { Budget } from '../judging/budget.ts';
import type { RegisterProblem } from './register-problem.ts';
import { subProblem } from './sub-problem.ts';

/** Attempts at leaving something out. */
const ATTEMPTS = 400;

/**
 * Leaves operations out of a broken problem as long as `isStillBroken` says so: first large runs of them, then single
 * ones. A write goes together with its reads. At most {@link ATTEMPTS} attempts.
 */
export function shrinkProblem(
  problem: RegisterProblem,
  isStillBroken: (smaller: RegisterProblem) => boolean,
  budget: Budget,
): RegisterProblem {
  let current = problem;
  let attempts = 0;
  for (
    let run = Math.ceil(current.count / 2);
    run >= 1 && attempts < ATTEMPTS;
    run = run === 1 ? 0 : Math.ceil(run / 2)
  ) {
    for (let from = current.count; from > 0 && attempts < ATTEMPTS; from -= run) {
      attempts++;
      const smaller = without(current, Math.max(0, from - run), from, budget);
      if (smaller.count < current.count && isStillBroken(smaller)) current = smaller;
      from = Math.min(from, current.count);
    }
  }
  return current;
}

/** The problem without operations [from, to), and without reads of what they wrote, and so on. */
function without(problem: RegisterProblem, from: number, to: number, budget: Budget): RegisterProblem {
  const isLeftOut = new Uint8Array(problem.count).fill(1, from, to);
  // A compare-and-set that loses its source takes its own readers along, which may come before it in the list.
  for (let changed = true; changed;) {
    changed = false;
    budget.step(problem.count);
    for (let op = 0; op < problem.count; op++) {
      const source = problem.source[op] ?? -1;
      if (isLeftOut[op] === 1 || source < 0 || isLeftOut[source] === 0) continue;
      isLeftOut[op] = 1;
      changed = true;
    }
  }
  return subProblem(problem, { keeps: (op) => isLeftOut[op] === 0, reads: () => true }, budget);
}
