import type { DirectedLink, NodeId } from '../../harness/kernel/node.ts';

/** Where a node stands during a partition. */
export type PartitionSide = 'majority' | 'minority';

/**
 * The side of each node while the given directed links are cut: `majority` when it and the nodes with which it can talk
 * in both directions are more than half of the cluster, else `minority`.
 *
 * Deciding this per node, from direct links only, gives the usual sides for a cluster cut in two, and the right answer
 * for rings and bridges, where every node may sit in a majority of its own. Half of an even cluster is a minority.
 */
export function sidesOfPartition(
  cut: readonly DirectedLink[],
  nodes: readonly NodeId[],
): ReadonlyMap<NodeId, PartitionSide> {
  const severed = new Set(cut.map(({ from, to }) => linkName(from, to)));
  const connected = (left: NodeId, right: NodeId): boolean =>
    !severed.has(linkName(left, right)) && !severed.has(linkName(right, left));
  return new Map(
    nodes.map((node) => {
      const group = nodes.filter((other) => other === node || connected(node, other)).length;
      return [node, 2 * group > nodes.length ? 'majority' : 'minority'];
    }),
  );
}

function linkName(from: NodeId, to: NodeId): string {
  return `${from}\u0000${to}`;
}
