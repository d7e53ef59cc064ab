import { rmSync } from 'node:fs';
import type { Cluster, ClusterRequest } from '../../kernel/environment.ts';
import { HarnessError } from '../../kernel/harness-error.ts';
import type { JsonValue } from '../../kernel/json.ts';
import type { NodeId } from '../../kernel/node.ts';
import type { ProcessAddress, ProcessTarget } from '../../kernel/target.ts';
import { adaptAsyncClients } from '../async-sessions.ts';
import { boundedView, pollCluster } from '../poll-cluster.ts';
import type { RealTimeScheduler } from '../real-time.ts';
import type { LocalNode } from './local-node.ts';
import { processFaults } from './process-faults.ts';
import type { Watchdog } from './watchdog.ts';

const LOG_LINES_KEPT = 20_000;
const QUESTION_TIMEOUT_MS = 3_000;

/** What a running cluster is made of. */
export interface ProcessClusterParts {
  readonly request: ClusterRequest;
  readonly target: ProcessTarget;
  /** Holds the nodes' data and logs while the cluster lives. */
  readonly directory: string;
  readonly addresses: ReadonlyMap<NodeId, ProcessAddress>;
  readonly nodes: ReadonlyMap<NodeId, LocalNode>;
  readonly watchdog: Watchdog;
  readonly time: RealTimeScheduler;
  /** Aborted by `down`: ends whatever is still being asked of the nodes. */
  readonly closing: AbortController;
}

/** The face of a running cluster of local processes. */
export async function processCluster(parts: ProcessClusterParts): Promise<Cluster> {
  const { request, target, addresses, nodes, time, closing } = parts;
  return {
    nodes: request.nodes,
    time,
    openClient: adaptAsyncClients(
      ({ node }, signal) => target.openClient(request.workload, node, { addresses, signal }),
      () => time.wake(),
    ),
    faults: processFaults(parts),
    facts: await factsOf(parts),
    awaitRecovery(timeoutMs, done) {
      // Told on the scheduler: whoever drives it gets what the callback throws.
      const tell = (answer: Parameters<typeof done>[0]): void => void time.at(time.nowNs(), () => done(answer));
      pollCluster((view) => target.recovered?.(view) ?? target.ready(view), addresses, timeoutMs, closing.signal).then(
        (answer) =>
          tell(
            answer.ready ? { recovered: true } : { recovered: false, reason: withEndings(answer.waitingFor, nodes) },
          ),
        () => tell({ recovered: false, reason: 'the cluster was taken down' }),
      );
    },
    logs: async () => new Map([...nodes].map(([node, local]) => [node, local.log(LOG_LINES_KEPT)])),
    async down() {
      closing.abort();
      time.stop();
      await takeDown(parts);
    },
  };
}

/** What is being waited for, and which nodes ended without being told to. */
function withEndings(waitingFor: string, nodes: ReadonlyMap<NodeId, LocalNode>): string {
  const ended = [...nodes.values()].filter((node) => !node.isRunning);
  return [waitingFor, ...ended.map((node) => `${node.name} ${node.ending ?? 'is not running'}`)].join('; ');
}

/** Ends all processes and removes their folder. Rejects when one is still there afterwards. */
export async function takeDown(parts: Pick<ProcessClusterParts, 'nodes' | 'watchdog' | 'directory'>): Promise<void> {
  const states = await Promise.all(
    [...parts.nodes.values()].map(async (node) => [node.name, await node.kill()] as const),
  );
  await parts.watchdog.release();
  rmSync(parts.directory, { recursive: true, force: true });
  const left = states.filter(([, state]) => state !== 'dead').map(([name]) => name);
  if (left.length > 0) throw new HarnessError('environment', `processes of ${left.join(', ')} cannot be ended`);
}

async function factsOf({
  request,
  target,
  addresses,
  closing,
}: ProcessClusterParts): Promise<Record<string, JsonValue>> {
  const version = await boundedView(addresses, QUESTION_TIMEOUT_MS, closing.signal, async (view) =>
    target.version?.(view),
  ).catch((error: unknown) => {
    throw new HarnessError('not-ready', `${request.target.name} serves but does not tell its version`, {
      cause: error,
    });
  });
  return {
    ...(version !== undefined && { targetVersion: version }),
    ...(request.variant !== undefined && { variant: request.variant }),
    ...(request.mutant !== undefined && { mutant: request.mutant }),
  };
}
