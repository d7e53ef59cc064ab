import type { NodeId } from '../../kernel/node.ts';

/** Name of the run's network, or of a node's container, in the alphabet that the engine allows. */
export function resourceName(runId: string, node?: NodeId): string {
  const name = node === undefined ? `faultline-${runId}` : `faultline-${runId}-${node}`;
  return name.replace(/[^a-zA-Z0-9_.-]/g, '-');
}
