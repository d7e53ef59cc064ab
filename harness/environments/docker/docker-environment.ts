import { startAgent } from '../../agent/agent-client.ts';
import type { AgentClient, AgentOptions } from '../../agent/agent-client.ts';
import type { AgentNode } from '../../agent/agent-protocol.ts';
import type { ClusterRequest, Environment } from '../../kernel/environment.ts';
import type { ClockMechanism } from '../../kernel/fault.ts';
import { HarnessError } from '../../kernel/harness-error.ts';
import type { NodeId } from '../../kernel/node.ts';
import type { DockerTarget } from '../../kernel/target.ts';
import { RealTimeScheduler } from '../real-time.ts';
import { createClusterNetwork } from './cluster-network.ts';
import type { ClusterNetwork } from './cluster-network.ts';
import { dockerCluster } from './docker-cluster.ts';
import { parseDockerRequest } from './docker-request.ts';
import { connectDocker } from './dockerode-engine.ts';
import type { DockerEngine, EngineVersion } from './engine.ts';
import { faultCapability } from './fault-capability.ts';
import { resolveImage } from './image-resolution.ts';
import type { ResolvedImage } from './image-resolution.ts';
import { awaitReady, startNodes } from './start-nodes.ts';
import type { NodeContainers } from './start-nodes.ts';
import { takeDown } from './take-down.ts';

/** What the environment reaches the outside through. */
export interface DockerSurroundings {
  readonly connect: () => Promise<DockerEngine>;
  readonly startAgent: (options: AgentOptions) => Promise<AgentClient>;
}

/** Clusters of containers on a Docker engine. Nothing is connected or loaded before the first `up`. */
export function dockerEnvironment(
  surroundings: DockerSurroundings = { connect: connectDocker, startAgent },
): Environment {
  return {
    kind: 'docker',
    capability: faultCapability,
    async up(request, signal) {
      const docker = parseDockerRequest(request);
      const prepared = await prepare(surroundings, request, docker.target, signal).catch((error: unknown) => {
        throw signal.aborted ? interruptedWhileStarting(error) : error;
      });
      const { engine, agent } = prepared;
      try {
        const started = await startCluster({ ...prepared, ...docker, request, signal });
        const time = new RealTimeScheduler();
        return await dockerCluster({
          ...prepared,
          ...docker,
          ...started,
          request,
          time,
          closing: new AbortController(),
        });
      } catch (error) {
        await takeDown(engine, request.runId, agent, request.progress).catch((cleaning: unknown) => {
          request.progress(cleaning instanceof Error ? cleaning.message : String(cleaning));
        });
        throw signal.aborted ? interruptedWhileStarting(error) : error;
      }
    },
  };
}

function interruptedWhileStarting(cause: unknown): HarnessError {
  return new HarnessError('interrupted', 'interrupted while the cluster was starting; everything was removed', {
    cause,
  });
}

/** What has to be there before anything of the run is made at the engine. */
interface Prepared {
  readonly engine: DockerEngine;
  readonly version: EngineVersion;
  readonly image: ResolvedImage;
  /** Names of the images by node, where a node does not run the one above. */
  readonly nodeImages: ReadonlyMap<NodeId, string>;
  /** From here on it cleans up should this process die. */
  readonly agent: AgentClient;
}

/** Finds the engine and the image while the agent starts, because both take half a second. */
async function prepare(
  surroundings: DockerSurroundings,
  request: ClusterRequest,
  target: DockerTarget,
  signal: AbortSignal,
): Promise<Prepared> {
  const findImage = async (): Promise<Omit<Prepared, 'agent'>> => {
    const engine = await surroundings.connect();
    const version = await engine.version();
    const image = await resolveImage(engine, target, request.image, { progress: request.progress, signal });
    const nodeImages = new Map<NodeId, string>();
    for (const [node, wanted] of request.image === undefined ? (target.nodeImages ?? []) : []) {
      const found = await resolveImage(engine, wanted, undefined, { progress: request.progress, signal });
      nodeImages.set(node, found.name);
    }
    signal.throwIfAborted();
    return { engine, version, image, nodeImages };
  };
  const [found, agent] = await Promise.allSettled([
    findImage(),
    surroundings.startAgent({ runId: request.runId, nodes: [] }),
  ]);
  if (found.status === 'fulfilled' && agent.status === 'fulfilled') return { ...found.value, agent: agent.value };
  // There is nothing to heal yet, so that its failing to confirm it concerns nobody.
  if (agent.status === 'fulfilled') await agent.value.close().catch(() => undefined);
  throw found.status === 'rejected' ? found.reason : (agent as PromiseRejectedResult).reason;
}

interface Start extends Prepared {
  readonly request: ClusterRequest;
  readonly target: DockerTarget;
  readonly clockMechanism: ClockMechanism;
  readonly signal: AbortSignal;
}

async function startCluster({
  engine,
  agent,
  image,
  nodeImages,
  request,
  target,
  clockMechanism,
  signal,
}: Start): Promise<{ readonly network: ClusterNetwork; readonly containers: NodeContainers }> {
  request.progress(`starting ${request.nodes.length} containers of ${image.name}`);
  const network = await createClusterNetwork(engine, request.runId, request.nodes);
  signal.throwIfAborted();
  const images = new Map(request.nodes.map((node) => [node, nodeImages.get(node) ?? image.name]));
  const containers = await startNodes(engine, request, target, { images, network, clockMechanism }, signal);
  signal.throwIfAborted();
  await Promise.all([
    agent.attach(agentNodes(target, network, containers)),
    awaitReady(engine, request, target, { containers, network, signal }),
  ]);
  return { network, containers };
}

function agentNodes(target: DockerTarget, network: ClusterNetwork, containers: NodeContainers): readonly AgentNode[] {
  return [...containers].map(([node, containerId]) => ({
    node,
    containerId,
    address: network.addresses.get(node) ?? '',
    processes: target.clockedProcesses ?? [],
  }));
}
