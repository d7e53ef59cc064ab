import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ClusterRequest, Environment } from '../../kernel/environment.ts';
import type { FaultCapability, FaultKind } from '../../kernel/fault.ts';
import { HarnessError } from '../../kernel/harness-error.ts';
import type { NodeId } from '../../kernel/node.ts';
import type { ProcessAddress, ProcessTarget } from '../../kernel/target.ts';
import { pollCluster } from '../poll-cluster.ts';
import { RealTimeScheduler } from '../real-time.ts';
import { freePorts } from './free-ports.ts';
import { LocalNode } from './local-node.ts';
import { processCluster, takeDown, type ProcessClusterParts } from './process-cluster.ts';
import { parseProcessRequest } from './process-request.ts';
import { startWatchdog } from './watchdog.ts';

const HOST = '127.0.0.1';
const LOG_LINES_SHOWN = 15;

/** What takes a fault's place here, and why. */
const CAPABILITIES: Readonly<Record<FaultKind, FaultCapability>> = {
  kill: { available: true, mechanism: 'SIGKILL to the process group', probe: 'process-state' },
  pause: { available: true, mechanism: 'SIGSTOP to the process group', probe: 'process-state' },
  partition: {
    available: false,
    reason: 'local processes talk over one loopback interface, which has no links to cut; use --env docker',
  },
  clock: {
    available: false,
    reason: 'local processes share the clock of this machine; use --env docker',
  },
};

/**
 * Clusters of processes of this machine, one per node, on loopback ports: needs nothing but the program itself. Kill and
 * pause are real; there are no partitions and no clock faults. A watchdog removes everything when the controller dies.
 */
export function processEnvironment(): Environment {
  return {
    kind: 'process',
    capability: (kind) => CAPABILITIES[kind],
    async up(request, signal) {
      const target = parseProcessRequest(request);
      signal.throwIfAborted();
      const parts = await prepare(request, target);
      try {
        request.progress(`starting ${request.nodes.length} processes of ${request.target.name}`);
        await Promise.all([...parts.nodes.values()].map((node) => node.start()));
        await awaitReady(parts, signal);
        return await processCluster(parts);
      } catch (error) {
        await takeDown(parts);
        if (!signal.aborted) throw error;
        throw new HarnessError('interrupted', 'interrupted while the cluster was starting; everything was removed', {
          cause: error,
        });
      }
    },
  };
}

/** Everything that processes need before the first is started. */
async function prepare(request: ClusterRequest, target: ProcessTarget): Promise<ProcessClusterParts> {
  const directory = mkdtempSync(path.join(tmpdir(), `faultline-process-${request.runId}-`));
  // Run ids repeat across stores; a folder's name does not.
  const mark = path.basename(directory);
  try {
    const addresses = await addressesOf(request.nodes);
    const watchdog = await startWatchdog(mark, directory);
    const nodes = request.nodes.map((node): [NodeId, LocalNode] => {
      const dataDirectory = path.join(directory, node);
      mkdirSync(dataDirectory);
      const spec = target.process({
        node,
        addresses,
        dataDirectory,
        runId: request.runId,
        ...(request.variant !== undefined && { variant: request.variant }),
        ...(request.mutant !== undefined && { mutant: request.mutant }),
      });
      const logFile = path.join(directory, `${node}.log`);
      return [node, new LocalNode({ node, spec, logFile, mark, watchdog })];
    });
    return {
      request,
      target,
      directory,
      addresses,
      watchdog,
      nodes: new Map(nodes),
      time: new RealTimeScheduler(),
      closing: new AbortController(),
    };
  } catch (error) {
    rmSync(directory, { recursive: true, force: true });
    throw error;
  }
}

async function addressesOf(nodes: readonly NodeId[]): Promise<ReadonlyMap<NodeId, ProcessAddress>> {
  const ports = await freePorts(HOST, 2 * nodes.length);
  return new Map(
    nodes.map((node, index) => [
      node,
      { host: HOST, clientPort: ports[2 * index] ?? 0, peerPort: ports[2 * index + 1] ?? 0 },
    ]),
  );
}

/** Waits until the target says that it serves; gives up as soon as a process ends. */
async function awaitReady(parts: ProcessClusterParts, signal: AbortSignal): Promise<void> {
  const { request, target, nodes, addresses } = parts;
  const { name } = request.target;
  const watch = new AbortController();
  const ended = (): LocalNode | undefined => [...nodes.values()].find((node) => !node.isRunning);
  const answer = await pollCluster(
    async (view) => {
      if (ended() !== undefined) watch.abort();
      return target.ready(view);
    },
    addresses,
    request.readyTimeoutMs,
    AbortSignal.any([signal, watch.signal]),
  ).catch((error: unknown) => {
    if (!watch.signal.aborted) throw error;
    return undefined;
  });
  const dead = ended();
  if (dead !== undefined) {
    throw new HarnessError(
      'not-ready',
      `node ${dead.name} of ${name} ${dead.ending ?? 'ended'} before the cluster was ready`,
      { detail: dead.logTail(LOG_LINES_SHOWN) },
    );
  }
  if (answer?.ready === true) return;
  throw new HarnessError(
    'not-ready',
    `${name} was not ready after ${request.readyTimeoutMs / 1000} s: still waiting for ${answer?.waitingFor ?? 'it'}`,
    { detail: [...nodes.values()].map((node) => node.logTail(LOG_LINES_SHOWN)).join('\n') },
  );
}
