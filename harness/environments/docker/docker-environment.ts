import { startAgent } from '../../agent/agent-client.ts';
import type { AgentClient, AgentOptions } from '../../agent/agent-client.ts';
import type { AgentNode } from '../../agent/agent-protocol.ts';
import type { ClusterRequest, Environment } from '../../kernel/environment.ts';
import type { ClockMechanism } from '../../kernel/fault.ts';
import { HarnessError } from '../../kernel/harness-error.ts';
import type { DockerTarget } from '../../kernel/target.ts';
import { RealTimeScheduler } from '../real-time.ts';
import { createClusterNetwork } from './cluster-network.ts';
import type { ClusterNetwork } from './cluster-network.ts';
import { dockerCluster } from './docker-cluster.ts';
import { parseDockerRequest } from './docker-request.ts';
import { connectDocker } from './dockerode-engine.ts';
import type { DockerEngine } from './engine.ts';
import { faultCapability } from './fault-capability.ts';
import { resolveImage } from './image-resolution.ts';
import { resourceName } from './resource-name.ts';
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
      const { target, clockMechanism } = parseDockerRequest(request);
      const engine = await surroundings.connect();
      // Before anything is made at the engine: from here on the agent cleans up should this process die.
      const version = await engine.version();
      const image = await resolveImage(engine, target, request.image, { progress: request.progress, signal });
      const start: Start = { engine, request, target, clockMechanism, signal, imageName: image.name };
      const agent = await surroundings.startAgent({
        runId: request.runId,
        nodes: [],
        networkName: resourceName(request.runId),
      });
      try {
        const { network, containers } = await startCluster(start, agent);
        const time = new RealTimeScheduler();
        return await dockerCluster({
          engine,
          request,
          target,
          network,
          clockMechanism,
          containers,
          agent,
          time,
          image,
          version,
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

interface Start {
  readonly engine: DockerEngine;
  readonly request: ClusterRequest;
  readonly target: DockerTarget;
  readonly clockMechanism: ClockMechanism;
  readonly signal: AbortSignal;
  readonly imageName: string;
}

async function startCluster(
  { engine, request, target, clockMechanism, signal, imageName }: Start,
  agent: AgentClient,
): Promise<{ readonly network: ClusterNetwork; readonly containers: NodeContainers }> {
  request.progress(`starting ${request.nodes.length} containers of ${imageName}`);
  const network = await createClusterNetwork(engine, request.runId, request.nodes);
  signal.throwIfAborted();
  const containers = await startNodes(engine, request, target, { image: imageName, network, clockMechanism });
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
    peerPort: target.peerPort,
    processes: target.clockedProcesses ?? [],
  }));
}
