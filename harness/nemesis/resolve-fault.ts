import type { PlannedFault, ResolvedFault } from '../kernel/fault.ts';
import type { NodeId } from '../kernel/node.ts';
import { cutLinks, type ShapeContext } from './partition-shapes.ts';
import { selectNodes } from './select-nodes.ts';

/**
 * Fixes a planned fault to exact nodes and links. Pure given the context. `down` are nodes that other faults have killed or
 * paused: killing or pausing them once more would do nothing.
 */
export function resolveFault(fault: PlannedFault, context: ShapeContext, down: ReadonlySet<NodeId>): ResolvedFault {
  const { id, spec } = fault;
  switch (spec.kind) {
    case 'partition': {
      const nodes = spec.nodes;
      const cut = nodes === undefined ? cutLinks(spec.shape, context) : isolate(nodes, context.nodes);
      return { id, kind: 'partition', cut };
    }
    case 'kill':
    case 'pause':
      return { id, kind: spec.kind, nodes: selectNodes(spec.select, context, down) };
    case 'clock': {
      const nodes = selectNodes(spec.select, context);
      const { offsetMs, mechanism } = spec;
      return { id, kind: 'clock', nodes, offsetMs, ...(mechanism === undefined ? {} : { mechanism }) };
    }
  }
}

/** True when resolving needs to know who is primary. */
export function needsPrimaries(fault: PlannedFault): boolean {
  const { spec } = fault;
  return spec.kind === 'partition' ? spec.shape === 'primaries' : spec.select === 'primaries';
}

/** The named nodes together on one side, everyone else on the other. */
function isolate(side: readonly NodeId[], nodes: readonly NodeId[]): ReturnType<typeof cutLinks> {
  const inside = nodes.filter((node) => side.includes(node));
  const outside = nodes.filter((node) => !side.includes(node));
  return inside.flatMap((node) =>
    outside.flatMap((other) => [
      { from: node, to: other },
      { from: other, to: node },
    ]),
  );
}
