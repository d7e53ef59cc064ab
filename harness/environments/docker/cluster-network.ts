import { createHash } from 'node:crypto';
import { networkInterfaces } from 'node:os';

import { runLabels } from '../../agent/run-labels.ts';
import { HarnessError } from '../../kernel/harness-error.ts';
import type { NodeId } from '../../kernel/node.ts';
import type { DockerEngine } from './engine.ts';
import { resourceName } from './resource-name.ts';

/** Clusters live in 10.213.0.0/16, one /24 each: away from the engine's own pools and from common private networks. */
const PREFIX = '10.213';
const SUBNET_COUNT = 256;
/** Leaves room for the gateway, which is the first address. */
const FIRST_HOST = 11;

/** The network of one run: fixed addresses, so that a node is the same peer after a restart. */
export interface ClusterNetwork {
  readonly name: string;
  readonly subnet: string;
  readonly addresses: ReadonlyMap<NodeId, string>;
}

/**
 * Creates the bridge network of a run on a subnet that neither the engine nor the host uses, and deals an address to
 * every node. Where the search starts depends on the run's id, so that runs which start at once do not compete.
 */
export async function createClusterNetwork(
  engine: DockerEngine,
  runId: string,
  nodes: readonly NodeId[],
): Promise<ClusterNetwork> {
  const name = resourceName(runId);
  const taken = takenThirds([...(await engine.subnets()), ...hostAddresses()]);
  const start = createHash('sha256').update(runId).digest().readUInt8(0);
  for (let step = 0; step < SUBNET_COUNT; step++) {
    const third = (start + step) % SUBNET_COUNT;
    if (taken.has(third)) continue;
    const subnet = `${PREFIX}.${third}.0/24`;
    if (!(await engine.createNetwork({ name, subnet, labels: runLabels(runId) }))) continue;
    const addresses = new Map(nodes.map((node, index) => [node, `${PREFIX}.${third}.${FIRST_HOST + index}`]));
    return { name, subnet, addresses };
  }
  throw new HarnessError(
    'environment',
    `expected a free subnet in ${PREFIX}.0.0/16, but all are in use: remove networks of old runs with faultline clean`,
  );
}

/** Third octets in use; a block wider than /24 inside the range takes all of it. */
function takenThirds(blocks: readonly string[]): ReadonlySet<number> {
  const taken = new Set<number>();
  for (const block of blocks) {
    const match = /^(\d+\.\d+)\.(\d+)\.\d+(?:\/(\d+))?$/.exec(block);
    if (match?.[1] !== PREFIX) continue;
    const first = Number(match[2]);
    const width = Math.max(0, 24 - Number(match[3] ?? 24));
    for (let third = first; third < Math.min(SUBNET_COUNT, first + 2 ** width); third++) taken.add(third);
  }
  return taken;
}

function hostAddresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((entries) => (entries ?? []).flatMap(({ cidr }) => cidr ?? []));
}
