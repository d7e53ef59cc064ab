import type { Finding } from '../../harness/kernel/verdict.ts';
import type { Budget } from '../judging/budget.ts';
import { describeOperation } from './describe-operation.ts';
import { tellConflict, tellCycle } from './order-findings.ts';
import { PartialOrder } from './partial-order.ts';
import { entriesOf } from './problem-entries.ts';
import { hasRealtimeWitness } from './realtime-witness.ts';
import type { RegisterProblem } from './register-problem.ts';
import { saturate } from './saturation.ts';
import { searchSequence, type SearchOutcome } from './sequential-search.ts';
import { shrinkProblem } from './shrink-problem.ts';

/**
 * The violations of sequential consistency: one order of all operations that keeps every session's own order explains
 * all reads. First straight attempts at such an order, which histories of stronger systems pass (O(n log n), O(n k)); then what
 * must follow from the reads (O(n k) per round); then a search for an order, which is exponential at worst (the problem is
 * NP-complete) and runs as long as the budget allows. The anomaly is `not-sequential`.
 */
export function sequentialFindings(problem: RegisterProblem, budget: Budget): Finding[] {
  budget.doing('concluding which operations must come before which');
  const verdict = judgeSequence(problem, budget);
  if ('finding' in verdict) return [verdict.finding];
  if (verdict.search === 'found') return [];
  budget.doing('looking for the smallest part of the history that has no order');
  const isStillBroken = (smaller: RegisterProblem): boolean => {
    const part = judgeSequence(smaller, budget, SHRINK_DEAD_ENDS);
    return 'finding' in part || part.search === 'none';
  };
  return [tellNoSequence(shrinkProblem(problem, isStillBroken, budget))];
}

/** Dead ends that the search of one candidate part may meet before the part counts as not known to be broken. */
const SHRINK_DEAD_ENDS = 2000;

function judgeSequence(
  problem: RegisterProblem,
  budget: Budget,
  deadEndLimit?: number,
): { readonly finding: Finding } | { readonly search: SearchOutcome } {
  if (hasRealtimeWitness(problem, budget)) return { search: 'found' };
  const order = new PartialOrder(problem, budget);
  order.addReadsFrom();
  if (order.isAcyclic() && searchSequence(order, budget, 1) === 'found') return { search: 'found' };
  const saturation = saturate(order, { concludes: () => true, isTotal: true }, budget);
  switch (saturation.outcome) {
    case 'cyclic':
      return { finding: tellCycle(order, saturation.cycle, 'not-sequential') };
    case 'initial-read':
      return { finding: tellConflict(order, saturation.conflict, 'not-sequential') };
    case 'acyclic':
      budget.doing('searching an order that explains all reads');
      return { search: searchSequence(order, budget, deadEndLimit) };
  }
}

function tellNoSequence(problem: RegisterProblem): Finding {
  const shown = Array.from({ length: Math.min(problem.count, 12) }, (_, op) => describeOperation(problem, op));
  const more = problem.count > shown.length ? ` and ${problem.count - shown.length} more` : '';
  return {
    anomaly: 'not-sequential',
    count: 1,
    ops: entriesOf(problem, problem.source.keys()),
    message:
      problem.count === 1
        ? `Nothing in its session or in any other explains the answer of this operation: ${shown.join('')}.`
        : `No order of these ${problem.count} operations keeps the order of each session and explains every read: ${shown.join('; ')}${more}.`,
  };
}
