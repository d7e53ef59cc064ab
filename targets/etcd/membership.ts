import type { JsonObject } from '../../harness/kernel/json.ts';
import type { NodeId } from '../../harness/kernel/node.ts';
import type { ClockProbe, ClusterView } from '../../harness/kernel/target.ts';
import { connectGateway, textMember } from './gateway.ts';
import type { EtcdGateway } from './gateway.ts';
import { Stability } from './stability.ts';

type Readiness = { readonly ready: true } | { readonly ready: false; readonly waitingFor: string };

/** A server that is just starting accepts connections and leaves them hanging: asking again is quicker than waiting. */
const NODE_TIMEOUT_MS = 500;

/**
 * After faults a node may be about to stand for election although all still follow one leader. etcd draws election timeouts
 * between one and two times its setting of one second: who has not lost its leader after so long has a working one.
 */
const STABLE_FOR_MS = 2_000;
/** On a busy machine even a calm cluster answers late. */
const RECOVERY_NODE_TIMEOUT_MS = 1_000;

/** Ready once all nodes follow the same leader and each answers a linearizable read. */
export async function ready(view: ClusterView): Promise<Readiness> {
  const look = await lookAround(view, NODE_TIMEOUT_MS);
  return look.regime === undefined ? { ready: false, waitingFor: look.waitingFor } : { ready: true };
}

/** By the addresses of a cluster, which are one object as long as it lives. */
const stabilities = new WeakMap<ClusterView['addresses'], Stability>();

/**
 * Recovered once every look at the cluster for longer than an election timeout has found the same leader and term on all
 * nodes and a linearizable read through each of them. Asked again and again until then.
 */
export async function recovered(view: ClusterView): Promise<Readiness> {
  const stability = stabilities.get(view.addresses) ?? new Stability(STABLE_FOR_MS);
  stabilities.set(view.addresses, stability);
  const fromMs = performance.now();
  const look = await lookAround(view, RECOVERY_NODE_TIMEOUT_MS);
  if (stability.isStable(look.regime, fromMs, performance.now())) return { ready: true };
  return { ready: false, waitingFor: look.waitingFor ?? `one leader in one term for ${STABLE_FOR_MS} ms` };
}

type Look =
  { readonly regime: string; readonly waitingFor?: never } | { readonly regime?: never; readonly waitingFor: string };

/** One look at all nodes: the leader and term that they agree on, or what is missing. */
async function lookAround(view: ClusterView, nodeTimeoutMs: number): Promise<Look> {
  const nodes = await Promise.all(
    [...view.addresses].map(async ([node, address]) => {
      const signal = AbortSignal.any([view.signal, AbortSignal.timeout(nodeTimeoutMs)]);
      try {
        return { node, regime: await withGateway(address, signal, (gateway) => regimeSeenBy(gateway, signal)) };
      } catch (error) {
        return { node, trouble: error instanceof Error ? error.message : String(error) };
      }
    }),
  );
  const troubled = nodes.filter(({ trouble }) => trouble !== undefined);
  if (troubled.length > 0) {
    const troubles = troubled.map(({ node, trouble }) => `${node} to serve (${trouble})`);
    return { waitingFor: troubles.join(', ') };
  }
  const [regime, ...others] = new Set(nodes.map((node) => node.regime));
  if (regime === undefined || others.length > 0) return { waitingFor: 'all nodes to follow one leader' };
  return { regime };
}

async function regimeSeenBy(gateway: EtcdGateway, signal: AbortSignal): Promise<string> {
  const status = await statusOf(gateway, signal);
  if (status.leader === undefined) throw new Error('it has no leader');
  await gateway.post('/v3/kv/range', { key: Buffer.from('ready').toString('base64') }, signal);
  return `${status.leader} in term ${status.term}`;
}

/** Nodes that say of themselves that they lead. During a partition that may be none or, for a moment, two. */
export async function primaries(view: ClusterView): Promise<readonly NodeId[]> {
  const answers = await Promise.all(
    [...view.addresses].map(async ([node, address]) => {
      const status = await withGateway(address, view.signal, (gateway) => statusOf(gateway, view.signal)).catch(
        () => undefined,
      );
      return status !== undefined && status.leader === status.self ? [node] : [];
    }),
  );
  return answers.flat();
}

/** Version of the server binary, from the first node that tells it. */
export async function version(view: ClusterView): Promise<string> {
  const [address] = view.addresses.values();
  if (address === undefined) throw new RangeError('expected a cluster with at least one node');
  const { body } = await withGateway(address, view.signal, (gateway) => gateway.get('/version', view.signal));
  return textMember(body, 'etcdserver') ?? 'unknown';
}

/** The server's clock as its HTTP answers tell it: whole seconds, so that is what it can resolve. */
export const clockProbe: ClockProbe = {
  kind: 'coarse',
  name: 'http-date',
  resolutionMs: 1_000,
  async read(address, signal) {
    const { dateMs } = await withGateway(address, signal, (gateway) => gateway.get('/version', signal));
    if (Number.isNaN(dateMs)) throw new Error(`${address} answered without a readable Date header`);
    return dateMs;
  },
};

interface Status {
  readonly self: string;
  /** Undefined while it knows none. */
  readonly leader: string | undefined;
  readonly term: string;
}

async function statusOf(gateway: EtcdGateway, signal: AbortSignal): Promise<Status> {
  const answer = await gateway.post('/v3/maintenance/status', {}, signal);
  const self = textMember(answer['header'] as JsonObject | undefined, 'member_id');
  if (self === undefined) throw new Error('expected a status with a member id, got none');
  return { self, leader: textMember(answer, 'leader'), term: textMember(answer, 'raftTerm') ?? '0' };
}

async function withGateway<T>(
  address: string,
  signal: AbortSignal,
  ask: (gateway: EtcdGateway) => Promise<T>,
): Promise<T> {
  const gateway = await connectGateway(address, signal);
  try {
    return await ask(gateway);
  } finally {
    await gateway.close();
  }
}
