/** Name of a cluster member, for example `n1`. Names are stable for the whole run and the same in every environment. */
export type NodeId = string;

/** One direction of a link between two nodes: packets that travel `from` → `to`. */
export interface DirectedLink {
  readonly from: NodeId;
  readonly to: NodeId;
}

/** The names Faultline gives to the nodes of a cluster of `count` members: `n1` … `nN`. */
export function nodeNames(count: number): readonly NodeId[] {
  return Array.from({ length: count }, (_, index) => `n${index + 1}`);
}
