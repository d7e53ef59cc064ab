import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Cluster, ClusterRequest, Environment } from '../../kernel/environment.ts';
import type { FaultCapability, FaultKind } from '../../kernel/fault.ts';
import { HarnessError } from '../../kernel/harness-error.ts';
import type { NodeId } from '../../kernel/node.ts';
import type { ProcessAddress, ProcessTarget } from '../../kernel/target.ts';
import { pollCluster } from '../poll-cluster.ts';
import { RealTimeScheduler } from '../real-time.ts';
import { freePorts, takenPorts } from './free-ports.ts';
import { LocalNode } from './local-node.ts';
import { processCluster, takeDown, type ProcessClusterParts } from './process-cluster.ts';
import { parseProcessRequest } from './process-request.ts';
import { startWatchdog, type Watchdog } from './watchdog.ts';

const HOST = '127.0.0.1';
const LOG_LINES_SHOWN = 15;
/** The end of a log in which an error is looked for: longer than the trace that a program may add to it. */
const LOG_LINES_SEARCHED = 100;
const LAST_WORDS_CHARS = 200;
/** How often a cluster is started before ports that others take in between are an error. */
const STARTS_MAX = 3;

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

/** What a test may put in place. */
export interface ProcessEnvironmentParts {
  readonly choosePorts?: (host: string, count: number) => Promise<readonly number[]>;
}

/**
 * Clusters of processes of this machine, one per node, on loopback ports: needs nothing but the program itself. Kill and
 * pause are real; there are no partitions and no clock faults. A watchdog removes everything when the controller dies.
 * Where another program takes a port before its node does, everything is started again on other ports.
 */
export function processEnvironment({ choosePorts = freePorts }: ProcessEnvironmentParts = {}): Environment {
  return {
    kind: 'process',
    capability: (kind) => CAPABILITIES[kind],
    async up(request, signal) {
      const target = parseProcessRequest(request);
      for (let start = 1; ; start++) {
        signal.throwIfAborted();
        const addresses = await addressesOf(request.nodes, choosePorts);
        try {
          return await bringUp(request, target, addresses, signal);
        } catch (error) {
          if (!(error instanceof NodeEnded) || start === STARTS_MAX) throw error;
          const taken = await takenBy(error, addresses);
          if (taken === undefined) throw error;
          request.progress(`${taken}; starting over on other ports (${start + 1} of ${STARTS_MAX})`);
        }
      }
    },
  };
}

/** A node whose process ended before the cluster was ready. */
class NodeEnded extends HarnessError {
  /** The end of what it logged. */
  readonly log: string;

  constructor(node: LocalNode, targetName: string) {
    const log = node.log(LOG_LINES_SEARCHED);
    const how = `node ${node.name} of ${targetName} ${node.ending ?? 'ended'} before the cluster was ready`;
    super('not-ready', `${how}: ${lastWords(log)}`, { detail: node.logTail(LOG_LINES_SHOWN) });
    this.log = log;
  }
}

/** The last line that names an error, as programs add traces and versions below it; else the last line. */
function lastWords(log: string): string {
  const lines = log.split('\n').map((line) => line.trim());
  const line =
    lines.findLast((text) => /(error|exception|fatal|panic)[^:]*: \S/i.test(text)) ??
    lines.findLast((text) => text !== '');
  if (line === undefined) return 'it logged nothing';
  return line.length > LAST_WORDS_CHARS ? `${line.slice(0, LAST_WORDS_CHARS)}...` : line;
}

/**
 * Says which port somebody else has, once nothing of the cluster runs any more; undefined where none is taken. Somebody
 * who is gone again is known by what the node said of it.
 */
async function takenBy(
  { log }: NodeEnded,
  addresses: ReadonlyMap<NodeId, ProcessAddress>,
): Promise<string | undefined> {
  const ports = [...addresses.values()].flatMap(({ clientPort, peerPort }) => [clientPort, peerPort]);
  const [port] = await takenPorts(HOST, ports);
  if (port !== undefined) return `another program took port ${port} before its node did`;
  return /EADDRINUSE|address (is )?already in use/i.test(log) ? 'a node found its port taken' : undefined;
}

/** Starts the processes and waits until they serve. Leaves nothing behind where it rejects. */
async function bringUp(
  request: ClusterRequest,
  target: ProcessTarget,
  addresses: ReadonlyMap<NodeId, ProcessAddress>,
  signal: AbortSignal,
): Promise<Cluster> {
  const parts = await prepare(request, target, addresses);
  try {
    request.progress(`starting ${request.nodes.length} processes of ${request.target.name}`);
    // All of them are waited for: one that starts while everything is taken down would be left behind.
    const started = await Promise.allSettled([...parts.nodes.values()].map((node) => node.start()));
    const refused = started.find((start) => start.status === 'rejected');
    if (refused !== undefined) throw refused.reason;
    await awaitReady(parts, signal);
    return await processCluster(parts);
  } catch (error) {
    await takeDown(parts);
    if (!signal.aborted) throw error;
    throw new HarnessError('interrupted', 'interrupted while the cluster was starting; everything was removed', {
      cause: error,
    });
  }
}

/** Everything that processes need before the first is started. */
async function prepare(
  request: ClusterRequest,
  target: ProcessTarget,
  addresses: ReadonlyMap<NodeId, ProcessAddress>,
): Promise<ProcessClusterParts> {
  const directory = mkdtempSync(path.join(tmpdir(), `faultline-process-${request.runId}-`));
  // Run ids repeat across stores; a folder's name does not.
  const mark = path.basename(directory);
  let watchdog: Watchdog | undefined;
  try {
    const watching = (watchdog = await startWatchdog(mark, directory));
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
      return [node, new LocalNode({ node, spec, logFile, mark, watchdog: watching })];
    });
    return {
      request,
      target,
      directory,
      addresses,
      watchdog: watching,
      nodes: new Map(nodes),
      time: new RealTimeScheduler(),
      closing: new AbortController(),
    };
  } catch (error) {
    // The error is what the user is to hear of, not that the watchdog is slow.
    await watchdog?.release().catch(() => undefined);
    rmSync(directory, { recursive: true, force: true });
    throw error;
  }
}

async function addressesOf(
  nodes: readonly NodeId[],
  choosePorts: typeof freePorts,
): Promise<ReadonlyMap<NodeId, ProcessAddress>> {
  const ports = await choosePorts(HOST, 2 * nodes.length);
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
  if (dead !== undefined) throw new NodeEnded(dead, request.target.name);
  if (answer?.ready === true) return;
  throw new HarnessError(
    'not-ready',
    `${request.target.name} was not ready after ${request.readyTimeoutMs / 1000} s: still waiting for ${answer?.waitingFor ?? 'it'}`,
    { detail: [...nodes.values()].map((node) => node.logTail(LOG_LINES_SHOWN)).join('\n') },
  );
}
