import type { NodeSelector } from '../kernel/fault.ts';
import type { NodeId } from '../kernel/node.ts';
import type { ShapeContext } from './partition-shapes.ts';

/**
 * The nodes a selector means now, in cluster order. `minority` is the largest minority, at least one node; `primaries`
 * without any known primary is one random node, because a fault that hits nobody tests nothing. Counts are those of the
 * whole cluster; nodes in `busy` are left out as long as others can be taken instead.
 */
export function selectNodes(
  selector: NodeSelector,
  context: ShapeContext,
  busy: ReadonlySet<NodeId> = new Set(),
): readonly NodeId[] {
  const { nodes, random } = context;
  const majority = Math.floor(nodes.length / 2) + 1;
  const some = (count: number): readonly NodeId[] => {
    const shuffled = random.shuffle(nodes);
    const free = shuffled.filter((node) => !busy.has(node));
    const chosen = new Set((free.length > 0 ? free : shuffled).slice(0, count));
    return nodes.filter((node) => chosen.has(node));
  };
  if (typeof selector === 'object') return nodes.filter((node) => selector.nodes.includes(node));
  switch (selector) {
    case 'one':
      return some(1);
    case 'minority':
      return some(Math.max(1, nodes.length - majority));
    case 'majority':
      return some(majority);
    case 'all':
      return nodes;
    case 'primaries': {
      const known = nodes.filter((node) => context.primaries.includes(node));
      return known.length > 0 ? known : some(1);
    }
  }
}
