import { connect } from 'node:net';
import type { AsyncClientSession } from '../kernel/client.ts';
import { HarnessError } from '../kernel/harness-error.ts';
import type { NodeId } from '../kernel/node.ts';
import type { Invocation } from '../kernel/op.ts';
import type { Outcome } from '../kernel/outcome.ts';
import type {
  ClockProbe,
  ContainerContext,
  ContainerFile,
  ContainerSpec,
  DockerTarget,
  FaultModel,
  ProcessContext,
  ProcessSpec,
  ProcessTarget,
  Target,
  TargetPromise,
} from '../kernel/target.ts';
import { defineTarget } from './define.ts';
import { outcomeOf } from './http-client.ts';

/** Where a node is reached. */
export interface Endpoint {
  readonly host: string;
  /** Port of clients. */
  readonly port: number;
  /** Port of other nodes; the same as `port` where the service says no other. */
  readonly peerPort: number;
}

/** The nodes of a cluster by name, running and stopped ones alike. */
export type Endpoints = ReadonlyMap<NodeId, Endpoint>;

/** What a node is told about itself and the others when its command is made. */
export interface ServiceNode extends Endpoint {
  readonly name: NodeId;
  /** All other nodes. */
  readonly peers: Endpoints;
  /** A folder that is empty at first, kept over kill and restart, and removed with the cluster. */
  readonly dataDirectory: string;
  readonly runId: string;
  readonly variant: string | undefined;
}

/** What a client is opened for. */
export interface ClientRequest extends Endpoint {
  readonly workload: string;
  readonly node: NodeId;
  /** Bounds opening; operations have signals of their own. */
  readonly signal: AbortSignal;
}

/** A connection of one process to one node. */
export interface ServiceClient {
  /**
   * Carries out one operation: one attempt, on this node, no retry. `ok(value)` for an answer, `fail(code)` only where the
   * operation definitely did not happen. A rejection becomes `info`; `fail` only where a client of `connectHttp` got no connection and none had sent
   * anything for this operation before.
   */
  invoke(operation: Invocation, signal: AbortSignal): Promise<Outcome>;
  close?(): void | Promise<void>;
}

/** How nodes run as local processes. */
export interface ServiceProcess {
  /** Program and arguments; no shell in between. It must stay in the foreground. */
  command(node: ServiceNode): readonly string[];
  environment?(node: ServiceNode): Readonly<Record<string, string>>;
  /** Working directory. */
  readonly directory?: string;
}

/** How nodes run as containers. */
export interface ServiceContainer {
  /** Image that is present or can be pulled; with `dockerfile` the name that the built image gets. */
  readonly image: string;
  readonly dockerfile?: string;
  /** Files of the build context, beside the Dockerfile. */
  readonly context?: () => Promise<readonly ContainerFile[]>;
  command(node: ServiceNode): readonly string[];
  environment?(node: ServiceNode): Readonly<Record<string, string>>;
  /** Files that are put into the container before it starts. */
  files?(node: ServiceNode): readonly ContainerFile[];
  readonly port: number;
  readonly peerPort?: number;
  /** Folder of the node's data, a volume. Default `/data`. */
  readonly dataPath?: string;
  /** Process names whose clocks are moved; all of the container when absent. */
  readonly clockedProcesses?: readonly string[];
  readonly clockProbe?: ClockProbe;
}

/** How a cluster is asked things, wherever it runs. */
export interface ServiceQuestions {
  openClient(request: ClientRequest): Promise<ServiceClient>;
  /**
   * True once the cluster serves, else what is still missing, in words. Asked again and again before the run and after
   * healing. Default: every node takes TCP connections on its client port.
   */
  ready?(nodes: Endpoints, signal: AbortSignal): Promise<true | string>;
  /** Nodes that believe to be primary now, for faults on primaries. */
  primaries?(nodes: Endpoints, signal: AbortSignal): Promise<readonly NodeId[]>;
  version?(nodes: Endpoints, signal: AbortSignal): Promise<string>;
}

/** What a service is asked and promises: all of it that does not depend on where it runs. */
export interface ServicePromises {
  /** Operations by workload: `{ register: ['read', 'write'] }`. */
  readonly offers: Readonly<Record<string, readonly string[]>>;
  /** What it promises, by workload; without it `toKeepItsPromise` and `compare` have nothing to hold it to. */
  readonly promises?: Readonly<Record<string, TargetPromise>>;
  /** What it must survive; default everything, clock steps (of up to an hour) where there is a clock probe. `--faults all` means these. */
  readonly faultModel?: Partial<FaultModel>;
}

/** A service to be tested, in as few words as it takes. What is left out gets the default that is said here. */
export interface ServiceDefinition extends ServiceQuestions, ServicePromises {
  readonly name: string;
  readonly description?: string;
  /** Default 3, of 1 to 9. */
  readonly nodes?: number | { readonly min: number; readonly max: number; readonly default: number };
  readonly variants?: Readonly<Record<string, string>>;
  readonly process?: ServiceProcess;
  readonly docker?: ServiceContainer;
}

/**
 * What a service says that it survives, over the default: everything; clock steps only where a probe can see them, because a
 * fault that nobody can see makes a run `unknown`.
 */
export function faultModelOf(own: Partial<FaultModel> | undefined, hasClockProbe: boolean): FaultModel {
  const kinds = EVERYTHING.kinds.filter((kind) => kind !== 'clock' || hasClockProbe);
  return { ...EVERYTHING, kinds, ...own };
}

const EVERYTHING: FaultModel = {
  kinds: ['partition', 'kill', 'pause', 'clock'],
  clockOffsetMsMax: 3_600_000,
  survivesKillOfAll: true,
};

/** Makes a target of a service. Throws a HarnessError of one line where the definition is wrong. */
export function defineService(service: ServiceDefinition): Target {
  const { name, nodes = 3, process: local, docker } = service;
  const faultModel = faultModelOf(service.faultModel, docker?.clockProbe !== undefined);
  if (typeof service.openClient !== 'function') {
    throw new HarnessError('usage', `service ${name}: openClient: expected a function; see docs/own-service.md`);
  }
  return defineTarget({
    name,
    description: service.description ?? `the service ${name}`,
    offers: service.offers,
    promises: service.promises ?? {},
    faultModel,
    nodeCounts: typeof nodes === 'number' ? { min: 1, max: Math.max(9, nodes), default: nodes } : nodes,
    ...(service.variants === undefined ? {} : { variants: service.variants }),
    ...(local === undefined ? {} : { process: processTarget(service, local) }),
    ...(docker === undefined ? {} : { docker: dockerTarget(service, docker) }),
  });
}

/** The questions to a cluster, which are the same wherever it runs. */
export type Questions<View> = Pick<AllQuestions<View>, 'ready' | 'openClient'> & Partial<AllQuestions<View>>;
interface AllQuestions<View> {
  ready(view: View): Promise<{ readonly ready: true } | { readonly ready: false; readonly waitingFor: string }>;
  openClient(workload: string, node: NodeId, view: View): Promise<AsyncClientSession>;
  primaries(view: View): Promise<readonly NodeId[]>;
  version(view: View): Promise<string>;
}

export function questionsOf<View extends { readonly signal: AbortSignal }>(
  service: ServiceQuestions,
  endpointsOf: (view: View) => Endpoints,
): Questions<View> {
  return {
    async ready(view) {
      const nodes = endpointsOf(view);
      const answer = await (service.ready?.(nodes, view.signal) ?? allListen(nodes, view.signal));
      return answer === true ? { ready: true } : { ready: false, waitingFor: String(answer) };
    },
    async openClient(workload, node, view) {
      const endpoint = endpointsOf(view).get(node);
      if (endpoint === undefined) throw new RangeError(`there is no node ${node}`);
      return sessionOf(await service.openClient({ ...endpoint, workload, node, signal: view.signal }));
    },
    ...(service.primaries === undefined
      ? {}
      : { primaries: async (view) => (await service.primaries?.(endpointsOf(view), view.signal)) ?? [] }),
    ...(service.version === undefined
      ? {}
      : { version: async (view) => (await service.version?.(endpointsOf(view), view.signal)) ?? 'unknown' }),
  };
}

function sessionOf(client: ServiceClient): AsyncClientSession {
  return {
    invoke: (operation, signal) => outcomeOf(() => client.invoke(operation, signal)),
    close: async () => client.close?.(),
  };
}

function processTarget(service: ServiceDefinition, local: ServiceProcess): ProcessTarget {
  const endpointsOf = (addresses: ProcessContext['addresses']): Endpoints =>
    new Map(
      [...addresses].map(([node, { host, clientPort, peerPort }]) => [node, { host, port: clientPort, peerPort }]),
    );
  return {
    process(context): ProcessSpec {
      const node = nodeOf(context, endpointsOf(context.addresses), context.dataDirectory);
      return {
        command: local.command(node),
        ...(local.environment === undefined ? {} : { environment: local.environment(node) }),
        ...(local.directory === undefined ? {} : { directory: local.directory }),
      };
    },
    ...questionsOf(service, (view) => endpointsOf(view.addresses)),
  };
}

function dockerTarget(service: ServiceDefinition, docker: ServiceContainer): DockerTarget {
  const { port, peerPort = port, dataPath = '/data' } = docker;
  const endpointsOf = (addresses: ReadonlyMap<NodeId, string>): Endpoints =>
    new Map([...addresses].map(([node, host]) => [node, { host, port, peerPort }]));
  return {
    image: docker.image,
    ...(docker.dockerfile === undefined ? {} : { dockerfile: docker.dockerfile }),
    ...(docker.context === undefined ? {} : { context: docker.context }),
    container(context): ContainerSpec {
      const node = nodeOf(context, endpointsOf(context.addresses), dataPath);
      return {
        command: docker.command(node),
        environment: docker.environment?.(node) ?? {},
        files: docker.files?.(node) ?? [],
      };
    },
    clientPort: port,
    peerPort,
    dataPaths: [dataPath],
    ...(docker.clockedProcesses === undefined ? {} : { clockedProcesses: docker.clockedProcesses }),
    ...(docker.clockProbe === undefined ? {} : { clockProbe: docker.clockProbe }),
    ...questionsOf(service, (view) => endpointsOf(view.addresses)),
  };
}

function nodeOf(
  { node, runId, variant }: Pick<ContainerContext, 'node' | 'runId' | 'variant'>,
  endpoints: Endpoints,
  dataDirectory: string,
): ServiceNode {
  const own = endpoints.get(node);
  if (own === undefined) throw new RangeError(`there is no node ${node}`);
  const peers = new Map([...endpoints].filter(([name]) => name !== node));
  return { name: node, ...own, peers, dataDirectory, runId, variant };
}

/** Ready once every node takes connections. */
async function allListen(nodes: Endpoints, signal: AbortSignal): Promise<true | string> {
  const silent = await Promise.all(
    [...nodes].map(async ([node, endpoint]) => ((await listens(endpoint, signal)) ? [] : [node])),
  );
  const names = silent.flat();
  return names.length === 0 ? true : `${names.join(', ')} to take connections`;
}

function listens({ host, port }: Endpoint, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, signal });
    const end = (isOpen: boolean): void => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}
