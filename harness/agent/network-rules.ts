import { createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type { DirectedLink, NodeId } from '../kernel/node.ts';

/** Addresses whose packets one node must not receive, by address family. */
export interface BlockedSources {
  readonly v4: readonly string[];
  readonly v6: readonly string[];
}

export const NO_BLOCKED_SOURCES: BlockedSources = { v4: [], v6: [] };

const CHAIN_PREFIX = 'FL-';
const RUN_DIGITS = 12;

/** Name of the run's own chain. Short, because chain names are limited to 28 characters; the id is hashed. */
export function chainOf(runId: string): string {
  return `${CHAIN_PREFIX}${createHash('sha256').update(runId).digest('hex').slice(0, RUN_DIGITS)}`;
}

/**
 * What each receiver must drop so that exactly the given links are cut. Packets are dropped where they arrive, because a
 * sender whose own firewall drops gets an error and knows.
 */
export function blockedSources(
  cuts: readonly DirectedLink[],
  addressesOf: (node: NodeId) => readonly string[],
): ReadonlyMap<NodeId, BlockedSources> {
  const sources = new Map<NodeId, Set<string>>();
  for (const { from, to } of cuts) {
    const blocked = sources.get(to) ?? new Set<string>();
    for (const address of addressesOf(from)) blocked.add(address);
    sources.set(to, blocked);
  }
  return new Map([...sources].map(([node, addresses]) => [node, byFamily([...addresses].sort())]));
}

function byFamily(addresses: readonly string[]): BlockedSources {
  return { v4: addresses.filter((at) => !isIPv6(at)), v6: addresses.filter((at) => isIPv6(at)) };
}

/**
 * Input for `iptables-restore --noflush` that brings our chain from one state to another in one step. Chains and rules of
 * others are never mentioned, so they stay.
 *
 * @param hooked whether INPUT leads to our chain already
 * @returns undefined where nothing has to be done
 */
export function restoreScript(chain: string, sources: readonly string[], hooked: boolean): string | undefined {
  if (sources.length === 0) {
    return hooked ? script([`:${chain} - [0:0]`, `-D INPUT -j ${chain}`, `-X ${chain}`]) : undefined;
  }
  // Naming a chain empties it when it exists and makes it otherwise.
  return script([
    `:${chain} - [0:0]`,
    ...(hooked ? [] : [`-I INPUT 1 -j ${chain}`]),
    ...sources.map((source) => `-A ${chain} -s ${source} -j DROP`),
  ]);
}

function script(lines: readonly string[]): string {
  return `*filter\n${lines.join('\n')}\nCOMMIT\n`;
}

/** Reads `iptables -nvxL CHAIN`: packets dropped so far by source address. */
export function parseDropCounters(listing: string): ReadonlyMap<string, number> {
  const counters = new Map<string, number>();
  for (const line of listing.split('\n')) {
    const fields = line.trim().split(/\s+/);
    if (fields[2] !== 'DROP') continue;
    // IPv6 listings leave the column of options empty, so count the source from the end: SOURCE DESTINATION.
    const source = fields.at(-2)?.replace(/\/(32|128)$/, '');
    if (source !== undefined) counters.set(source, Number(fields[0]));
  }
  return counters;
}
