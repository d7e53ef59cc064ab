import { firstWhere } from '../../harness/kernel/bounds.ts';
import type { Budget } from '../judging/budget.ts';
import { readersOf } from './problem-entries.ts';
import { INITIAL, type RegisterProblem, type SourceChoice } from './register-problem.ts';

/** What a search for sources came to: some choice keeps the model, none does, or it was too much to try. */
export type ChoiceOutcome = 'kept' | 'broken' | 'gave-up';

/** Whether a problem keeps a model; sees only reads whose source is settled. */
export type KeepsModel = (problem: RegisterProblem) => boolean;

/** Operations judged in all tries of one search, at most. */
const OPERATIONS_TRIED = 1_000_000;

/**
 * Searches a source for each read that has a choice so that the problem keeps the model. Depth first, judging the whole
 * after each read: a model that is broken with some reads is broken with more of them. Exponential at worst, and given up
 * once {@link OPERATIONS_TRIED} operations were judged.
 */
export function searchSources(problem: RegisterProblem, keeps: KeepsModel, budget: Budget): ChoiceOutcome {
  if (problem.choices.length * problem.count > OPERATIONS_TRIED) return 'gave-up';
  const required = problem.choices
    .filter(({ isOptional }) => !isOptional)
    .sort((left, right) => left.candidates.length - right.candidates.length);
  const optional = new Map(problem.choices.filter(({ isOptional }) => isOptional).map((choice) => [choice.op, choice]));
  const source = problem.source.slice();
  let left = OPERATIONS_TRIED;
  const settle = (next: number, also: readonly SourceChoice[]): ChoiceOutcome => {
    const choice = required[next] ?? also[0];
    if (choice === undefined) return 'kept';
    const rest = required[next] === undefined ? also.slice(1) : also;
    const before = source[choice.op] ?? INITIAL;
    for (const candidate of nearestFirst(problem, choice)) {
      left -= problem.count;
      budget.step(problem.count);
      if (left < 0) return 'gave-up';
      source[choice.op] = candidate;
      if (!keeps(withSources(problem, source))) continue;
      // Once something is taken to have been read from a crashed compare-and-set, it has happened, and read something.
      const crashed = source.includes(candidate) ? optional.get(candidate) : undefined;
      const isNew = crashed !== undefined && !rest.includes(crashed) && (source[crashed.op] ?? INITIAL) < INITIAL;
      const outcome = settle(Math.min(next + 1, required.length), isNew ? [...rest, crashed] : rest);
      if (outcome !== 'broken') return outcome;
    }
    source[choice.op] = before;
    return 'broken';
  };
  return settle(0, []);
}

/** The problem with these sources and nothing left to choose. */
export function withSources(problem: RegisterProblem, source: Int32Array): RegisterProblem {
  return { ...problem, source: source.slice(), seenBy: readersOf({ ...problem, source }), choices: [] };
}

/**
 * The problem in which each read returned, of all writes that had begun when it was answered, the one that was known to
 * be over last: no other makes the read less stale. Where none had begun, the one that began first. O(operations + choices log n).
 */
export function leastStale(problem: RegisterProblem): RegisterProblem {
  const source = problem.source.slice();
  const latest = new WeakMap<Int32Array, Int32Array>();
  const optional = new Map<number, SourceChoice>();
  const settle = ({ op, candidates }: SourceChoice): void => {
    let best = latest.get(candidates);
    if (best === undefined) latest.set(candidates, (best = lastOverUpTo(problem, candidates)));
    const begun = countBegun(problem, candidates, problem.end[op] ?? 0);
    source[op] = (begun === 0 ? candidates[0] : best[begun - 1]) ?? INITIAL;
  };
  for (const choice of problem.choices) {
    if (choice.isOptional) optional.set(choice.op, choice);
    else settle(choice);
  }
  const pending = optional.size === 0 ? [] : [...source];
  for (const op of pending) {
    const choice = optional.get(op);
    if (choice === undefined) continue;
    optional.delete(op);
    settle(choice);
    pending.push(source[op] ?? INITIAL);
  }
  return withSources(problem, source);
}

/** The problem in which each read returned the last write that had been answered when the read began, else as above. */
export function lastAnswered(problem: RegisterProblem): RegisterProblem {
  const guess = leastStale(problem);
  const source = guess.source.slice();
  for (const { op, candidates } of problem.choices) {
    if ((source[op] ?? INITIAL) < INITIAL) continue;
    const before = countBegun(problem, candidates, problem.invocation[op] ?? 0);
    for (let at = before - 1; at >= Math.max(0, before - 4); at--) {
      const candidate = candidates[at] ?? INITIAL;
      if (candidate !== INITIAL && (problem.end[candidate] ?? 0) > (problem.invocation[op] ?? 0)) continue;
      source[op] = candidate;
      break;
    }
  }
  return withSources(problem, source);
}

function lastOverUpTo(problem: RegisterProblem, candidates: Int32Array): Int32Array {
  let best = INITIAL;
  return candidates.map((candidate, at) => {
    const end = candidate < 0 ? -1 : (problem.end[candidate] ?? 0);
    if (at === 0 || end > (best < 0 ? -1 : (problem.end[best] ?? 0))) best = candidate;
    return best;
  });
}

/** How many of the candidates had begun at a point in time. O(log candidates). */
function countBegun({ invocation }: RegisterProblem, candidates: Int32Array, point: number): number {
  return firstWhere(0, candidates.length, (at) => {
    const candidate = candidates[at] ?? INITIAL;
    return candidate !== INITIAL && (invocation[candidate] ?? 0) >= point;
  });
}

/** The candidates of a choice, those that had begun last before the answer first. */
function nearestFirst(problem: RegisterProblem, { op, candidates }: SourceChoice): readonly number[] {
  const begun = countBegun(problem, candidates, problem.end[op] ?? 0);
  return [...candidates.subarray(0, begun).toReversed(), ...candidates.subarray(begun)];
}
