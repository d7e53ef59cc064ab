import { lowerBound } from '../../harness/kernel/bounds.ts';
import { TYPE_FAIL, TYPE_OK, type History } from '../../harness/kernel/history.ts';
import type { NodeId } from '../../harness/kernel/node.ts';
import type { Operations } from './operations.ts';

/** Operations asked of some nodes in some interval, and how many were answered within it. */
export interface Availability {
  readonly asked: number;
  /**
   * Ended within the interval with an answer: `ok`, or a `fail` that is an answer of the system (a `cas` that found
   * another value) rather than a refusal to serve.
   */
  readonly answered: number;
}

/** Which operations an availability is about. */
export interface AvailabilityScope {
  readonly fromNs: number;
  readonly toNs: number;
  /** Of all nodes where absent. */
  readonly nodes?: ReadonlySet<NodeId>;
}

/**
 * Availability of the operations invoked in `[fromNs, toNs)`. One that is still open when the interval ends counts as
 * not answered: during a partition, an answer that comes after healing is no answer. O(operations in the interval).
 */
export function availabilityDuring(history: History, operations: Operations, scope: AvailabilityScope): Availability {
  let asked = 0;
  let answered = 0;
  for (let operation = lowerBound(operations.startNs, scope.fromNs); operation < operations.count; operation++) {
    if ((operations.startNs[operation] ?? Infinity) >= scope.toNs) break;
    const node = history.nodes[history.columns.node[operations.invoke[operation] ?? 0] ?? -1];
    if (scope.nodes !== undefined && (node === undefined || !scope.nodes.has(node))) continue;
    asked++;
    if ((operations.endNs[operation] ?? Infinity) <= scope.toNs && isAnswered(history, operations, operation))
      answered++;
  }
  return { asked, answered };
}

/** The two figures added up. */
export function addAvailability(left: Availability, right: Availability): Availability {
  return { asked: left.asked + right.asked, answered: left.answered + right.answered };
}

/** The code of a `fail` that answers the question: the precondition was looked at and did not hold. */
const PRECONDITION = 'precondition';

/** Whether an operation got an answer of the system, be it a refused precondition. */
export function isAnswered(history: History, operations: Operations, operation: number): boolean {
  const outcome = operations.outcome[operation];
  if (outcome === TYPE_OK) return true;
  const error = history.errors[(history.columns.error[operations.completion[operation] ?? 0] ?? 0) - 1];
  return outcome === TYPE_FAIL && error?.code === PRECONDITION;
}
