import type { NodeId } from '../../harness/kernel/node.ts';
import type { ClockProbe, ClusterView } from '../../harness/kernel/target.ts';
import { askOnce } from './connection.ts';
import type { Reply } from './reply.ts';
import { parseInfo, parsePairs, parsePrimaryAddress, PRIMARY_NAME, SENTINEL_PORT, SERVER_PORT } from './sentinel.ts';

type Readiness = { readonly ready: true } | { readonly ready: false; readonly waitingFor: string };

/**
 * Ready once the first node has all others as replicas, and every Sentinel knows all replicas and all other Sentinels.
 * Before that there is no failover.
 */
export async function ready(view: ClusterView): Promise<Readiness> {
  const others = view.addresses.size - 1;
  const [first] = view.addresses;
  if (first === undefined) throw new RangeError('expected a cluster with at least one node');
  const replication = parseInfo(await askServer(first[1], ['INFO', 'replication'], view.signal));
  if (Number(replication.get('connected_slaves')) !== others) {
    return { ready: false, waitingFor: `${first[0]} to have ${others} replicas` };
  }
  const views = await eachNode(view, async (address) =>
    parsePairs(await askSentinel(address, ['SENTINEL', 'MASTER', PRIMARY_NAME], view.signal)),
  );
  for (const [node, primary] of views) {
    const [replicas, sentinels] = [Number(primary.get('num-slaves')), Number(primary.get('num-other-sentinels'))];
    if (replicas === others && sentinels === others) continue;
    const known = `${replicas} replicas and ${sentinels} other Sentinels`;
    return { ready: false, waitingFor: `the Sentinel of ${node} to know all ${others} others (knows ${known})` };
  }
  return { ready: true };
}

/** Recovered once all Sentinels name one primary, it agrees, and every other node replicates from it. */
export async function recovered(view: ClusterView): Promise<Readiness> {
  const named = await eachNode(view, async (address) => {
    const words = ['SENTINEL', 'GET-MASTER-ADDR-BY-NAME', PRIMARY_NAME];
    return parsePrimaryAddress(await askSentinel(address, words, view.signal)).address;
  });
  const primaryAddress = named[0]?.[1];
  if (named.some(([, address]) => address !== primaryAddress)) {
    const opinions = named.map(([node, address]) => `${node}: ${address}`).join(', ');
    return { ready: false, waitingFor: `all Sentinels to name one primary (${opinions})` };
  }
  const servers = await eachNode(view, async (address) => ({
    address,
    info: parseInfo(await askServer(address, ['INFO', 'replication'], view.signal)),
  }));
  const astray = servers.find(([, { address, info }]) => !followsOrLeads(info, address, primaryAddress));
  if (astray === undefined) return { ready: true };
  return { ready: false, waitingFor: `${astray[0]} to replicate from ${primaryAddress}` };
}

function followsOrLeads(
  info: ReadonlyMap<string, string>,
  address: string,
  primaryAddress: string | undefined,
): boolean {
  if (address === primaryAddress) return info.get('role') === 'master';
  return (
    info.get('role') === 'slave' &&
    info.get('master_host') === primaryAddress &&
    info.get('master_link_status') === 'up' &&
    info.get('master_sync_in_progress') === '0'
  );
}

/** Nodes whose servers take writes. An isolated old primary goes on believing that it is one. */
export async function primaries(view: ClusterView): Promise<readonly NodeId[]> {
  const roles = await Promise.all(
    [...view.addresses].map(async ([node, address]) => {
      const info = await askServer(address, ['INFO', 'replication'], view.signal).then(parseInfo, () => undefined);
      return info?.get('role') === 'master' ? [node] : [];
    }),
  );
  return roles.flat();
}

/** Version of the servers, from the first node. */
export async function version(view: ClusterView): Promise<string> {
  const [address] = view.addresses.values();
  if (address === undefined) throw new RangeError('expected a cluster with at least one node');
  const info = parseInfo(await askServer(address, ['INFO', 'server'], view.signal));
  return info.get('redis_version') ?? 'unknown';
}

/** The server's own clock, in microseconds, by the command TIME. */
export const clockProbe: ClockProbe = {
  kind: 'self-report',
  name: 'self-report',
  resolutionMs: 1,
  async read(address, signal) {
    const reply = await askServer(address, ['TIME'], signal);
    const [seconds, microseconds] = (Array.isArray(reply) ? (reply as readonly Reply[]) : []).map(Number);
    if (seconds === undefined || microseconds === undefined) throw new Error('expected two numbers from TIME');
    return seconds * 1_000 + microseconds / 1_000;
  },
};

function askServer(address: string, words: readonly string[], signal: AbortSignal): Promise<Reply> {
  return askOnce(address, SERVER_PORT, words, signal);
}

function askSentinel(address: string, words: readonly string[], signal: AbortSignal): Promise<Reply> {
  return askOnce(address, SENTINEL_PORT, words, signal);
}

/** Asks all nodes at once; a node that does not answer makes the whole answer an error that names it. */
function eachNode<T>(
  view: ClusterView,
  ask: (address: string) => Promise<T>,
): Promise<readonly (readonly [NodeId, T])[]> {
  return Promise.all(
    [...view.addresses].map(async ([node, address]) => {
      try {
        return [node, await ask(address)] as const;
      } catch (error) {
        throw new Error(`${node}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
      }
    }),
  );
}
