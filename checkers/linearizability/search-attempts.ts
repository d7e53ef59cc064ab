import { JustInTime, type WidthBound } from './just-in-time.ts';
import { BudgetSpent } from './model-automaton.ts';
import { Search } from './search.ts';
import type { CandidateOrder, SearchLimits, SearchResult } from './search-limits.ts';
import type { SearchProblem } from './search-problem.ts';

/** Steps of the first attempts, per operation and besides: enough for most correct histories to be done. */
const FIRST_STEPS = 8;
const SPARE_STEPS = 1000;
/** Attempts before the number of steps grows, and by how much. */
const ATTEMPTS = 6;
const GROWTH = 4;
/** Configurations at a time of the walks through the history before any further attempt, and how many more later. */
const FIRST_WIDTHS: readonly number[] = [16, 64];
const WIDER = 4;

/**
 * The general search: first depth first, which is soon done with most histories; then in walks through the history with
 * ever more configurations at a time, in turn such as find an order although they keep few of them, and such as find that
 * there is none although they tell few of them apart; and in between depth first again, in attempts that differ in the
 * order in which they try candidates. One way may be lost in a hopeless corner for hours where another takes no wrong turn
 * at all. Only the attempts after the first look ahead for shortages, because that costs more than it gains on easy
 * histories.
 */
export function searchInAttempts(
  problem: SearchProblem,
  firstOrder: CandidateOrder,
  limits: SearchLimits,
): SearchResult {
  const most = limits.maxSteps ?? Infinity;
  const first = FIRST_STEPS * (problem.call.length + problem.optionalCall.length) + SPARE_STEPS;
  let result: SearchResult = { outcome: 'undecided', reached: -1, steps: 0, configurations: 0 };
  let { steps, reached } = result;
  let isSpent = false;
  const isOpen = (): boolean =>
    result.outcome === 'undecided' && !isSpent && steps < most && limits.nowMs() <= limits.deadlineMs;
  /** Takes an attempt's answer; a model that spends the budget leaves that of the attempts before. */
  const note = (attempt: { run(): SearchResult; undecided(): SearchResult }): void => {
    try {
      result = attempt.run();
    } catch (error) {
      if (!(error instanceof BudgetSpent)) throw error;
      isSpent = true;
      result = attempt.undecided();
    }
    steps += result.steps;
    reached = Math.max(reached, result.reached);
  };
  note(new Search(problem, { ...limits, order: firstOrder, maxSteps: Math.min(most, first) }));
  const walkBoundedBy = (bound: WidthBound, width: number, looksAhead: boolean): void => {
    if (!isOpen()) return;
    const inTime = new JustInTime(problem, { ...limits, looksAhead, maxSteps: most - steps }, width, bound);
    if (inTime.bytes > limits.cacheBytes) return;
    const before = reached;
    note(inTime);
    // A walk that merged configurations explains nothing up to where it came.
    if (bound === 'widening' && result.outcome !== 'valid') {
      reached = before;
      result = { ...result, reached };
    }
  };
  const walk = (width: number, looksAhead: boolean): void => {
    walkBoundedBy('beam', width, looksAhead);
    walkBoundedBy('widening', width, looksAhead);
  };
  for (const width of FIRST_WIDTHS) walk(width, false);
  let width = Math.max(...FIRST_WIDTHS);
  for (let attempt = 0; isOpen(); attempt++) {
    if (attempt % 2 === 0) walk((width *= WIDER), true);
    if (!isOpen()) break;
    const maxSteps = Math.min(most - steps, first * GROWTH ** Math.floor(attempt / ATTEMPTS));
    const order = attempt % 2 === 0 ? 'urgent' : 'invocation';
    const salt = attempt % ATTEMPTS < 2 ? 0 : attempt;
    note(new Search(problem, { ...limits, order, salt, looksAhead: true, maxSteps }));
  }
  return { ...result, reached: result.outcome === 'undecided' ? reached : result.reached, steps };
}
