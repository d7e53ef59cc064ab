import { TYPE_OK, type History } from '../../harness/kernel/history.ts';
import type { NodeId } from '../../harness/kernel/node.ts';
import { actedOn, type FaultInterval } from './fault-intervals.ts';
import type { Operations } from './operations.ts';

/**
 * How long after each fault every node answered again, in nanoseconds: from the time the fault was seen gone to the end
 * of the first `ok` operation, begun after that, of the node that was last to give one. Only faults count that ended while
 * no other one was on, and after which every node answered: otherwise the time would tell of something else.
 * O(faults × operations until all nodes answered).
 */
export function recoveryTimesNs(
  history: History,
  operations: Operations,
  intervals: readonly FaultInterval[],
  nodes: readonly NodeId[],
): readonly number[] {
  return intervals.flatMap((interval) => {
    if (!actedOn(interval) || !interval.healed) return [];
    const others = intervals.filter((other) => other !== interval && actedOn(other));
    if (others.some(({ fromNs, toNs }) => fromNs <= interval.toNs && toNs > interval.toNs)) return [];
    const nextNs = Math.min(Infinity, ...others.flatMap(({ fromNs }) => (fromNs > interval.toNs ? [fromNs] : [])));
    const waiting = new Set(nodes);
    let lastNs = interval.toNs;
    for (let operation = 0; operation < operations.count && waiting.size > 0; operation++) {
      const startNs = operations.startNs[operation] ?? 0;
      if (startNs < interval.toNs || operations.outcome[operation] !== TYPE_OK) continue;
      if (startNs >= nextNs) return [];
      const node = history.nodes[history.columns.node[operations.invoke[operation] ?? 0] ?? -1];
      if (node !== undefined && waiting.delete(node)) lastNs = Math.max(lastNs, operations.endNs[operation] ?? 0);
    }
    return waiting.size === 0 ? [lastNs - interval.toNs] : [];
  });
}
