import type { AgentClient } from '../../agent/agent-client.ts';
import type { Cluster, ClusterRequest } from '../../kernel/environment.ts';
import type { ClockMechanism } from '../../kernel/fault.ts';
import { HarnessError } from '../../kernel/harness-error.ts';
import type { JsonValue } from '../../kernel/json.ts';
import type { DockerTarget } from '../../kernel/target.ts';
import { adaptAsyncClients } from '../async-sessions.ts';
import type { RealTimeScheduler } from '../real-time.ts';
import type { ClusterNetwork } from './cluster-network.ts';
import { dockerFaults } from './docker-faults.ts';
import type { DockerEngine, EngineVersion } from './engine.ts';
import type { ResolvedImage } from './image-resolution.ts';
import { boundedView, pollCluster } from '../poll-cluster.ts';
import { takeDown } from './take-down.ts';
import type { NodeContainers } from './start-nodes.ts';

const LOG_LINES_KEPT = 20_000;
const QUESTION_TIMEOUT_MS = 3_000;

/** What a running cluster is made of. */
export interface DockerClusterParts {
  readonly engine: DockerEngine;
  readonly request: ClusterRequest;
  readonly target: DockerTarget;
  readonly clockMechanism: ClockMechanism;
  readonly network: ClusterNetwork;
  readonly containers: NodeContainers;
  readonly time: RealTimeScheduler;
  readonly image: ResolvedImage;
  readonly version: EngineVersion;
  readonly agent: AgentClient;
  /** Aborted by `down`: ends whatever is still being asked of the nodes. */
  readonly closing: AbortController;
}

/** The face of a running cluster. Its `down` aborts whatever is still being asked of the nodes. */
export async function dockerCluster(parts: DockerClusterParts): Promise<Cluster> {
  const { engine, request, target, network, containers, time } = parts;
  const { addresses } = network;
  return {
    nodes: request.nodes,
    time,
    openClient: adaptAsyncClients(
      ({ node }, signal) => target.openClient(request.workload, node, { addresses, signal }),
      () => time.wake(),
    ),
    faults: dockerFaults({
      agent: parts.agent,
      target,
      clockMechanism: parts.clockMechanism,
      addresses,
      time,
      signal: parts.closing.signal,
      wallNowMs: Date.now,
    }),
    facts: await factsOf(parts, parts.closing.signal),
    awaitRecovery(timeoutMs, done) {
      // Told on the scheduler: whoever drives it gets what the callback throws.
      const tell = (answer: Parameters<typeof done>[0]): void => void time.at(time.nowNs(), () => done(answer));
      pollCluster(
        (view) => target.recovered?.(view) ?? target.ready(view),
        addresses,
        timeoutMs,
        parts.closing.signal,
      ).then(
        (answer) => tell(answer.ready ? { recovered: true } : { recovered: false, reason: answer.waitingFor }),
        () => tell({ recovered: false, reason: 'the cluster was taken down' }),
      );
    },
    async logs() {
      const texts = await Promise.all(
        [...containers].map(async ([node, id]) => {
          // A log that cannot be read must not cost the run its verdict.
          const text = await engine
            .containerLogs(id, LOG_LINES_KEPT)
            .catch((error: unknown) => `(this log could not be read: ${String(error)})`);
          return [node, text] as const;
        }),
      );
      return new Map(texts);
    },
    async down() {
      parts.closing.abort();
      time.stop();
      await takeDown(engine, request.runId, parts.agent, request.progress);
    },
  };
}

async function factsOf(parts: DockerClusterParts, signal: AbortSignal): Promise<Readonly<Record<string, JsonValue>>> {
  const { target, network, image, version, request } = parts;
  const targetVersion = await boundedView(network.addresses, QUESTION_TIMEOUT_MS, signal, async (view) =>
    target.version?.(view),
  ).catch((error: unknown) => {
    throw new HarnessError('not-ready', `${request.target.name} serves but does not tell its version`, {
      cause: error,
    });
  });
  return {
    image: image.name,
    imageId: image.id,
    engineVersion: version.version,
    engineApiVersion: version.apiVersion,
    arch: version.arch,
    ...(targetVersion !== undefined && { targetVersion }),
    clockMechanism: parts.clockMechanism,
    ...(request.variant !== undefined && { variant: request.variant }),
    ...(request.mutant !== undefined && { mutant: request.mutant }),
  };
}
