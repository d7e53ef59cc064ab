import { TYPE_INVOKE } from '../../harness/kernel/history.ts';
import type { Finding } from '../../harness/kernel/verdict.ts';
import type { Budget } from '../judging/budget.ts';
import { keyMember } from '../judging/group-by-key.ts';
import { plural } from '../judging/wording.ts';
import { describeOperation } from './describe-operation.ts';
import { entriesOf } from './problem-entries.ts';
import type { RegisterModel } from './register-model.ts';
import type { RegisterProblem, RegisterReading } from './register-problem.ts';
import { registerProblem } from './read-registers.ts';
import { searchValues } from './sequential-values.ts';
import { lastAnswered, leastStale, searchSources } from './source-choices.ts';

/** What judging a problem came to: nothing wrong, these findings, or a reason why it was not decided. */
export type Judgement = readonly Finding[] | string;

/**
 * Judges a problem in which reads may have returned several writes of the same value: the model is kept if some choice of
 * a write for each of them keeps it.
 *
 * Broken: already without these reads, or (up to a bound of work) with every choice. Kept: with one of two likely
 * choices, or, for models of the whole store, in one order of everything found by value (sequential consistency implies
 * them all), or with a choice found by trying. A model that judges each read by itself is decided exactly by the choice
 * that is kindest to it.
 */
export function judgeAmbiguous(
  model: RegisterModel,
  problem: RegisterProblem,
  reading: RegisterReading,
  budget: Budget,
): Judgement {
  const certain = model.judge(problem, budget);
  if (certain.length > 0 || problem.choices.length === 0) return certain;
  const kindest = model.judge(leastStale(problem), budget);
  if (kindest.length === 0) return [];
  const isExact = model.judgesReadsAlone && !problem.choices.some(({ isOptional }) => isOptional);
  if (isExact) return kindest;
  switch (chooseSources(model, problem, VALUE_DEAD_ENDS, budget)) {
    case 'kept':
      return [];
    case 'gave-up':
      return `${plural(problem.choices.length, 'read')} may have returned several writes of equal value, and not every choice could be tried`;
    case 'broken':
      budget.doing('looking for the smallest part of the history that no choice of writes explains');
      return [tellBroken(model, shrink(model, problem, reading, budget))];
  }
}

/** Dead ends that the search for an order by value may meet. */
const VALUE_DEAD_ENDS = 100_000;
/** The same, for each part that is tried while a finding is made smaller. */
const PART_DEAD_ENDS = 200;

function chooseSources(
  model: RegisterModel,
  problem: RegisterProblem,
  deadEnds: number,
  budget: Budget,
): 'kept' | 'broken' | 'gave-up' {
  const keeps = (candidate: RegisterProblem): boolean => model.judge(candidate, budget).length === 0;
  if (keeps(lastAnswered(problem))) return 'kept';
  if (model.scope === 'store') {
    budget.doing('searching an order that explains all reads');
    const order = searchValues(problem, budget, deadEnds);
    if (order === 'found') return 'kept';
    if (model.name === 'sequential') return order === 'none' ? 'broken' : 'gave-up';
  }
  budget.doing('trying which of several writes of equal value each read returned');
  return searchSources(problem, keeps, budget);
}

/** Attempts at leaving something out. */
const ATTEMPTS = 200;

/** Leaves operations out as long as what is left is still broken; an operation whose value is gone goes along. */
function shrink(
  model: RegisterModel,
  problem: RegisterProblem,
  reading: RegisterReading,
  budget: Budget,
): RegisterProblem {
  let current = problem;
  let attempts = 0;
  for (let run = Math.ceil(current.count / 2); run >= 1; run = run === 1 ? 0 : Math.ceil(run / 2)) {
    for (let from = current.count; from > 0 && attempts < ATTEMPTS; from = Math.min(from - run, current.count)) {
      attempts++;
      const smaller = without(current, Math.max(0, from - run), from, reading, budget);
      if (smaller.count >= current.count || !isBroken(model, smaller, budget)) continue;
      if (isBrokenAsTold(model, smaller, reading, budget)) current = smaller;
    }
  }
  return current;
}

/**
 * Whether it is broken together with what a finding quotes besides: a crashed operation that parts two sessions may explain
 * a read, once it is there.
 */
function isBrokenAsTold(
  model: RegisterModel,
  problem: RegisterProblem,
  reading: RegisterReading,
  budget: Budget,
): boolean {
  const { operations, source, count, sessionEnds } = problem;
  const { type } = operations.history.columns;
  const told = entriesOf(problem, source.keys()).filter((entry) => type[entry] === TYPE_INVOKE);
  return (
    told.length === count || isBroken(model, registerProblem(operations, told, budget, reading, sessionEnds), budget)
  );
}

function isBroken(model: RegisterModel, problem: RegisterProblem, budget: Budget): boolean {
  if (model.judge(problem, budget).length > 0) return true;
  if (problem.choices.length === 0) return false;
  return chooseSources(model, problem, PART_DEAD_ENDS, budget) === 'broken';
}

function without(
  problem: RegisterProblem,
  from: number,
  to: number,
  reading: RegisterReading,
  budget: Budget,
): RegisterProblem {
  const gone = new Uint8Array(problem.count).fill(1, from, to);
  const sources = new Map(problem.choices.map((choice) => [choice.op, choice]));
  for (let changed = true; changed;) {
    changed = false;
    budget.step(problem.count);
    for (let op = 0; op < problem.count; op++) {
      if (gone[op] === 1) continue;
      const candidates = sources.get(op)?.candidates ?? [problem.source[op] ?? -1];
      if (!candidates.some((candidate) => candidate >= 0 && gone[candidate] === 1)) continue;
      gone[op] = 1;
      changed = true;
    }
  }
  const kept = [...problem.invocation].filter((_, op) => gone[op] === 0);
  return registerProblem(problem.operations, kept, budget, reading, problem.sessionEnds);
}

function tellBroken(model: RegisterModel, problem: RegisterProblem): Finding {
  const shown = Array.from({ length: Math.min(problem.count, 12) }, (_, op) => describeOperation(problem, op));
  const more = problem.count > shown.length ? ` and ${problem.count - shown.length} more` : '';
  return {
    anomaly: `not-${model.name}`,
    count: 1,
    ...(model.scope === 'key' ? keyMember(problem.operations, problem.operations.key(problem.invocation[0] ?? 0)) : {}),
    ops: entriesOf(problem, problem.source.keys()),
    message: `Whichever write of equal value each read is taken to have returned, these ${problem.count} operations break ${model.name}: ${shown.join('; ')}${more}.`,
  };
}
