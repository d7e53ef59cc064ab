import type { ResolvedFault } from '../kernel/fault.ts';
import type { DirectedLink, NodeId } from '../kernel/node.ts';

/** A resolved fault in one plain line: `n1 | n2, n3`, `n2 killed`, `n1 wall clock +3,600,000 ms`. */
export function describeFault(fault: ResolvedFault): string {
  switch (fault.kind) {
    case 'partition':
      return describeCut(fault.cut);
    case 'kill':
      return `${fault.nodes.join(', ')} killed`;
    case 'pause':
      return `${fault.nodes.join(', ')} paused`;
    case 'clock': {
      const sign = fault.offsetMs < 0 ? '' : '+';
      return `${fault.nodes.join(', ')} wall clock ${sign}${fault.offsetMs.toLocaleString('en-US')} ms`;
    }
  }
}

/** Names the groups when the cut separates groups completely, else lists who is not heard by whom. */
function describeCut(cut: readonly DirectedLink[]): string {
  const nodes = [...new Set(cut.flatMap((link) => [link.from, link.to]))].sort();
  const isCut = (from: NodeId, to: NodeId): boolean => cut.some((link) => link.from === from && link.to === to);
  const groups: NodeId[][] = [];
  for (const node of nodes) {
    const group = groups.find((members) => members.every((member) => !isCut(member, node) && !isCut(node, member)));
    if (group === undefined) groups.push([node]);
    else group.push(node);
  }
  const complete = groups.every((group, index) =>
    groups.every(
      (other, at) => at === index || group.every((from) => other.every((to) => isCut(from, to) && isCut(to, from))),
    ),
  );
  if (complete && groups.length > 1) return groups.map((group) => group.join(', ')).join(' | ');
  const bySender = new Map<NodeId, NodeId[]>();
  for (const { from, to } of cut) bySender.set(from, [...(bySender.get(from) ?? []), to]);
  return [...bySender].map(([from, to]) => `${from} -/-> ${to.join(', ')}`).join('; ');
}
