import { faketimeContainerSpec } from '../../agent/faketime.ts';
import { runLabels } from '../../agent/run-labels.ts';
import type { ClusterRequest } from '../../kernel/environment.ts';
import type { ClockMechanism } from '../../kernel/fault.ts';
import { HarnessError } from '../../kernel/harness-error.ts';
import type { NodeId } from '../../kernel/node.ts';
import type { DockerTarget } from '../../kernel/target.ts';
import type { ClusterNetwork } from './cluster-network.ts';
import { NODE_LABEL } from './engine.ts';
import type { DockerEngine } from './engine.ts';
import { pause, pollCluster } from '../poll-cluster.ts';
import { resourceName } from './resource-name.ts';

const LOG_LINES_SHOWN = 15;
const HEALTH_INTERVAL_MS = 200;

/** Container of every node, by its engine id. */
export type NodeContainers = ReadonlyMap<NodeId, string>;

/** What all containers of a run share. */
export interface Place {
  /** Image of every node. */
  readonly images: ReadonlyMap<NodeId, string>;
  readonly network: ClusterNetwork;
  readonly clockMechanism: ClockMechanism;
}

/**
 * Creates the containers of all nodes, with their files in place, and starts them: all of them at once, or in the order
 * that the target wants.
 */
export async function startNodes(
  engine: DockerEngine,
  request: ClusterRequest,
  target: DockerTarget,
  place: Place,
  signal: AbortSignal,
): Promise<NodeContainers> {
  const containers = await settleAll(
    request.nodes.map(async (node) => [node, await createNode(engine, request, target, { ...place, node })] as const),
  );
  const ids = new Map(containers);
  for (const { nodes, afterHealthy } of target.startOrder ?? [{ nodes: request.nodes, afterHealthy: [] }]) {
    await settleAll(afterHealthy.map((node) => awaitHealthy(engine, request, node, ids, signal)));
    await settleAll(nodes.map((node) => engine.startContainer(idOf(ids, node))));
  }
  return ids;
}

/** Waits until a node's own healthcheck says that it is well; gives up as soon as it says the opposite, as Compose does. */
async function awaitHealthy(
  engine: DockerEngine,
  request: ClusterRequest,
  node: NodeId,
  ids: NodeContainers,
  signal: AbortSignal,
): Promise<void> {
  const container = idOf(ids, node);
  const deadlineMs = performance.now() + request.readyTimeoutMs;
  for (;;) {
    signal.throwIfAborted();
    const { health, running } = await engine.containerState(container);
    if (health === 'healthy') return;
    if (!running || health === 'unhealthy' || performance.now() > deadlineMs) {
      const lasting = health === 'unhealthy' ? 'is unhealthy' : `was ${health ?? 'without healthcheck'} for too long`;
      const why = running ? lasting : 'ended';
      throw new HarnessError('not-ready', `node ${node}, which others wait for, ${why}`, {
        detail: await logTails(engine, new Map([[node, container]])),
      });
    }
    await pause(HEALTH_INTERVAL_MS, signal);
  }
}

function idOf(ids: NodeContainers, node: NodeId): string {
  const id = ids.get(node);
  if (id === undefined) throw new HarnessError('internal', `node ${node} has no container`);
  return id;
}

async function createNode(
  engine: DockerEngine,
  request: ClusterRequest,
  target: DockerTarget,
  place: Place & { readonly node: NodeId },
): Promise<string> {
  const { node, network, images } = place;
  const address = network.addresses.get(node);
  const image = images.get(node);
  if (image === undefined) throw new HarnessError('internal', `node ${node} has no image`);
  if (address === undefined) throw new HarnessError('internal', `node ${node} has no address on ${network.name}`);
  const spec = target.container({
    node,
    addresses: network.addresses,
    runId: request.runId,
    ...(request.variant !== undefined && { variant: request.variant }),
    ...(request.mutant !== undefined && { mutant: request.mutant }),
  });
  const preparation = place.clockMechanism === 'faketime' ? faketimeContainerSpec() : { environment: {}, files: [] };
  const container = await engine.createContainer({
    name: resourceName(request.runId, node),
    image,
    hostname: node,
    command: spec.command,
    environment: { ...spec.environment, ...preparation.environment },
    labels: { ...runLabels(request.runId), [NODE_LABEL]: node },
    network: network.name,
    address,
    hosts: network.addresses,
    volumes: spec.volumes ?? target.dataPaths,
    ...(spec.keepsEntrypoint !== undefined && { keepsEntrypoint: spec.keepsEntrypoint }),
    ...(spec.tmpfs !== undefined && { tmpfs: spec.tmpfs }),
    ...(spec.healthcheck !== undefined && { healthcheck: spec.healthcheck }),
  });
  const files = [...spec.files, ...preparation.files];
  if (files.length > 0) await engine.putFiles(container, files);
  return container;
}

/**
 * Waits until the target says that it serves. Rejects as soon as a container ends (HarnessError `image`), or when the
 * time is up (`not-ready`), with the last log lines of the nodes as detail.
 */
export async function awaitReady(
  engine: DockerEngine,
  request: ClusterRequest,
  target: DockerTarget,
  started: { readonly containers: NodeContainers; readonly network: ClusterNetwork; readonly signal: AbortSignal },
): Promise<void> {
  const { containers, network, signal } = started;
  const startedNs = process.hrtime.bigint();
  const watch = new AbortController();
  const polling = AbortSignal.any([signal, watch.signal]);
  let ended: HarnessError | undefined;
  const answer = await pollCluster(
    async (view) => {
      ended = await endedNode(engine, request.target.name, containers);
      if (ended !== undefined) watch.abort();
      return target.ready(view);
    },
    network.addresses,
    request.readyTimeoutMs,
    polling,
  ).catch((error: unknown) => {
    throw ended ?? error;
  });
  if (answer.ready) return;
  const waitedS = Number(process.hrtime.bigint() - startedNs) / 1e9;
  throw new HarnessError(
    'not-ready',
    `${request.target.name} was not ready after ${waitedS.toFixed(1)} s: still waiting for ${answer.waitingFor}`,
    { detail: await logTails(engine, containers) },
  );
}

async function endedNode(
  engine: DockerEngine,
  targetName: string,
  containers: NodeContainers,
): Promise<HarnessError | undefined> {
  const states = await settleAll(
    [...containers].map(async ([node, container]) => ({
      node,
      container,
      ...(await engine.containerState(container)),
    })),
  );
  const ended = states.find((state) => !state.running);
  if (ended === undefined) return undefined;
  return new HarnessError(
    'image',
    `node ${ended.node} of ${targetName} ended with exit code ${ended.exitCode} before the cluster was ready`,
    { detail: await logTails(engine, new Map([[ended.node, ended.container]])) },
  );
}

async function logTails(engine: DockerEngine, containers: NodeContainers): Promise<string> {
  const tails = await Promise.all(
    [...containers].map(async ([node, container]) => {
      const text = await engine.containerLogs(container, LOG_LINES_SHOWN).catch((error: unknown) => String(error));
      const lines = text.trimEnd() === '' ? ['(nothing logged)'] : text.trimEnd().split('\n');
      return lines.map((line) => `${node}: ${line}`).join('\n');
    }),
  );
  return tails.join('\n');
}

/** Like Promise.all, but rejects only once all have ended, so that nothing is still being made when cleaning starts. */
export async function settleAll<T>(promises: readonly Promise<T>[]): Promise<readonly T[]> {
  const settled = await Promise.allSettled(promises);
  const failed = settled.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return settled.map((result) => (result as PromiseFulfilledResult<T>).value);
}
