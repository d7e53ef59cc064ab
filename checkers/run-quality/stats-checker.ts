import type { CheckContext, Checker } from '../../harness/kernel/checker.ts';
import type { History } from '../../harness/kernel/history.ts';
import type { CheckResult } from '../../harness/kernel/verdict.ts';
import { withinBudget } from '../judging/budget.ts';
import { Operations } from '../judging/operations.ts';
import { undecided } from '../judging/results.ts';
import { faultIntervals } from './fault-intervals.ts';
import { faultPhases } from './fault-phases.ts';
import { OperationTally } from './operation-tally.ts';
import { partitionSides } from './partition-sides.ts';

/**
 * Counts what a run did: operations by function and outcome, availability and latency, also per node, per fault that was
 * in effect, and per side of partitions. All in facts; never a violation.
 *
 * Facts: `all` and, by name, `byF`, `byNode`, `byPhase` (`calm` or the fault kinds in effect when the operation began,
 * joined by `+`), `bySide` (`majority` and `minority` side while a partition was on). Each tally is
 * `{ ok, fail, info, availability, latencyMs: { p50, p95, p99, max } }`: availability is the share of operations that
 * were answered (`ok`, or `fail` with code `precondition`), latency that of `ok` operations, not told of histories without times.
 *
 * O(operations (log operations + faults)).
 */
export const statsChecker: Checker = {
  name: 'stats',
  check: (history: History, context: CheckContext): CheckResult =>
    withinBudget(context, (budget) => {
      budget.doing('counting operations');
      const operations = new Operations(history);
      if (operations.count === 0) return undecided('the history holds no operation at all');
      budget.reserve(operations.count * 8 * 4);
      const tallies = new Tallies();
      const intervals = faultIntervals(history);
      const phaseOf = faultPhases(intervals);
      const sideOf = partitionSides(history, intervals);
      for (const invocation of operations.invocations) {
        budget.step(4);
        const timeNs = operations.startNs(invocation);
        const node = operations.node(invocation);
        tallies.count(operations, invocation, {
          byF: operations.f(invocation),
          byNode: node,
          byPhase: phaseOf(timeNs),
          bySide: node === undefined ? undefined : sideOf(node, timeNs),
        });
      }
      return { verdict: 'valid', findings: [], facts: tallies.facts() };
    }),
};

const DIMENSIONS = ['byF', 'byNode', 'byPhase', 'bySide'] as const;
type Dimension = (typeof DIMENSIONS)[number];

class Tallies {
  readonly #all = new OperationTally();
  readonly #by: Record<Dimension, Map<string, OperationTally>> = {
    byF: new Map(),
    byNode: new Map(),
    byPhase: new Map(),
    bySide: new Map(),
  };

  count(operations: Operations, invocation: number, names: Record<Dimension, string | undefined>): void {
    this.#all.count(operations, invocation);
    for (const dimension of DIMENSIONS) {
      const name = names[dimension];
      if (name === undefined) continue;
      let tally = this.#by[dimension].get(name);
      if (tally === undefined) this.#by[dimension].set(name, (tally = new OperationTally()));
      tally.count(operations, invocation);
    }
  }

  facts(): CheckResult['facts'] {
    const named = DIMENSIONS.map((dimension) => [
      dimension,
      Object.fromEntries([...this.#by[dimension]].map(([name, tally]) => [name, tally.summary()])),
    ]);
    return { all: this.#all.summary(), ...(Object.fromEntries(named) as CheckResult['facts']) };
  }
}
