import type { DirectedLink, NodeId } from '../../harness/kernel/node.ts';
import type { History } from '../../harness/kernel/history.ts';
import type { FaultInterval } from './fault-intervals.ts';

/** On which side of a partition a node was. */
export type Side = 'majority' | 'minority';

/**
 * Tells on which side a node was at a time: `majority` where it could talk, in both directions and itself included, with
 * more than half of the nodes. Undefined while no partition was in effect.
 */
export function partitionSides(
  history: History,
  intervals: readonly FaultInterval[],
): (node: NodeId, timeNs: number) => Side | undefined {
  const partitions = intervals.flatMap(({ fault, fromNs, toNs }) =>
    fault?.kind === 'partition' ? [{ fromNs, toNs, sides: sidesOf(fault.cut, nodesOf(history, fault.cut)) }] : [],
  );
  return (node, timeNs) => {
    let side: Side | undefined;
    for (const { fromNs, toNs, sides } of partitions) {
      if (timeNs < fromNs || timeNs > toNs) continue;
      if (side !== 'minority') side = sides.get(node);
    }
    return side;
  };
}

function nodesOf(history: History, cut: readonly DirectedLink[]): readonly NodeId[] {
  return [...new Set([...history.nodes, ...cut.flatMap(({ from, to }) => [from, to])])];
}

function sidesOf(cut: readonly DirectedLink[], nodes: readonly NodeId[]): ReadonlyMap<NodeId, Side> {
  const cutLinks = new Set(cut.map(({ from, to }) => JSON.stringify([from, to])));
  const isCut = (one: NodeId, other: NodeId): boolean =>
    cutLinks.has(JSON.stringify([one, other])) || cutLinks.has(JSON.stringify([other, one]));
  return new Map(
    nodes.map((node) => {
      const reachable = nodes.filter((other) => other === node || !isCut(node, other)).length;
      return [node, reachable * 2 > nodes.length ? 'majority' : 'minority'];
    }),
  );
}
