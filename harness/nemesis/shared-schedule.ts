import type { FaultSchedule, PlannedFault } from '../kernel/fault.ts';
import type { NodeId } from '../kernel/node.ts';
import type { Random } from '../kernel/random.ts';
import { resolveFault } from './resolve-fault.ts';

/**
 * A schedule that names nodes instead of roles, so that different systems can be taken through exactly the same faults.
 * Every selector is resolved now, from the fault's own stream; nodes that another fault keeps down at that time are left
 * out where others can be taken.
 */
export function resolveSchedule(schedule: FaultSchedule, nodes: readonly NodeId[], random: Random): FaultSchedule {
  const resolved: PlannedFault[] = [];
  for (const fault of schedule) {
    const context = { nodes, primaries: [], random: random.fork(fault.id) };
    resolved.push({ ...fault, resolved: resolveFault(fault, context, nodesDownAt(resolved, fault.startNs)) });
  }
  return resolved;
}

function nodesDownAt(schedule: FaultSchedule, atNs: number): ReadonlySet<NodeId> {
  const down = new Set<NodeId>();
  for (const { startNs, durationNs, resolved } of schedule) {
    if (atNs < startNs || atNs >= startNs + durationNs) continue;
    if (resolved?.kind === 'kill' || resolved?.kind === 'pause') for (const node of resolved.nodes) down.add(node);
  }
  return down;
}
