import { Worker } from 'node:worker_threads';
import { HarnessError } from '../kernel/harness-error.ts';
import { agentBundle } from './agent-bundle.ts';
import {
  encodeMessage,
  parseReply,
  PROTOCOL_VERSION,
  type AgentNode,
  type AgentRequest,
  type DesiredState,
  type ObservedState,
} from './agent-protocol.ts';
import { chooseAgentPlacement, type AgentPlacement } from './agent-placement.ts';
import type { AgentLaunch } from './agent-channel.ts';
import { cleanLeftovers } from './clean-leftovers.ts';
import { dockerEngine, dockerSocketPath, type DockerEngine } from './docker-engine.ts';
import { createHelperContainer, type HelperContainer } from './helper-container.ts';
import type { FromLeaseThread, LeaseThreadData, ToLeaseThread } from './lease-thread.ts';
import { stateDirectory } from './state-directory.ts';

export interface AgentOptions {
  readonly runId: string;
  /** Members known already; empty where the agent is started before the containers, see {@link AgentClient.attach}. */
  readonly nodes: readonly AgentNode[];
  /** Folder of journals; {@link stateDirectory} when absent. `cleanLeftovers` must be told the same one. */
  readonly journalDirectory?: string;
  /** How long the agent waits for a sign of life of this process before it heals everything. 5000 when absent. */
  readonly leaseMs?: number;
  /** Where the agent lives; what fits this machine when absent. */
  readonly placement?: AgentPlacement;
}

/**
 * The controller's hold on a running fault agent. Calls are carried out one after the other. After the agent has gone
 * every call rejects with a HarnessError `environment`.
 */
export interface AgentClient {
  /** Process id of the agent on the Docker host. */
  readonly pid: number;
  readonly placement: AgentPlacement;
  /** Tells which containers are the cluster's members, in full. Needed once before faults, where none were given at start. */
  attach(nodes: readonly AgentNode[], timeoutMs?: number): Promise<void>;
  /** Makes the desired state so and answers what probes saw afterwards. What failed is in `errors`, it does not reject. */
  apply(desired: DesiredState, timeoutMs: number): Promise<ObservedState>;
  /** Probes without changing anything. */
  observe(timeoutMs?: number): Promise<ObservedState>;
  /**
   * Heals every fault, confirms it, and ends the agent. Containers and networks are left to their owner. Rejects with
   * `heal-failed` when something could not be confirmed; the journal is then kept for `cleanLeftovers`.
   */
  close(): Promise<void>;
}

const DEFAULT_LEASE_MS = 5000;
const START_TIMEOUT_MS = 20_000;
const OBSERVE_TIMEOUT_MS = 10_000;
const CLOSE_TIMEOUT_MS = 30_000;

/**
 * Starts the fault agent of a run: a process of its own that outlives this one long enough to heal what it did. It also
 * removes the run's containers and networks, known by their labels, when this process dies before {@link AgentClient.close}.
 * Heals first what dead runs left, so that one crash does not spoil the next run; what of that fails is left to
 * `faultline clean` to report.
 *
 * @throws HarnessError `environment` where no agent can be started on this machine.
 */
export async function startAgent(options: AgentOptions): Promise<AgentClient> {
  const leaseMs = options.leaseMs ?? DEFAULT_LEASE_MS;
  const journalDirectory = options.journalDirectory ?? stateDirectory();
  const engine = dockerEngine(dockerSocketPath());
  const bundle = agentBundle();
  await cleanLeftovers({ journalDirectory });
  const placement = options.placement ?? (await chooseAgentPlacement(engine));
  const launch = await prepareLaunch(placement, engine, {
    runId: options.runId,
    journalDirectory,
    script: bundle.agent,
  });
  const connection = openConnection(bundle.leaseThread, { launch, leaseMs });
  const hello = {
    version: PROTOCOL_VERSION,
    runId: options.runId,
    journalDirectory,
    leaseMs,
    dockerSocket: engine.socketPath,
    ...(launch.kind === 'container' && { ownContainer: launch.name }),
  };
  try {
    await connection.request({ type: 'hello', hello }, START_TIMEOUT_MS);
    const client = clientOf(connection, placement);
    if (options.nodes.length > 0) await client.attach(options.nodes);
    return client;
  } catch (error) {
    connection.end();
    throw error;
  }
}

async function prepareLaunch(
  placement: AgentPlacement,
  engine: DockerEngine,
  helper: HelperContainer,
): Promise<AgentLaunch> {
  if (placement === 'child') return { kind: 'child', script: helper.script };
  return { kind: 'container', dockerSocket: engine.socketPath, name: await createHelperContainer(engine, helper) };
}

function clientOf(connection: Connection, placement: AgentPlacement): AgentClient {
  return {
    placement,
    get pid() {
      return connection.pid();
    },
    async attach(nodes, timeoutMs = START_TIMEOUT_MS) {
      await connection.request({ type: 'attach', nodes }, timeoutMs);
    },
    async apply(desired, timeoutMs) {
      return expectState(await connection.request({ type: 'apply', desired }, timeoutMs));
    },
    async observe(timeoutMs = OBSERVE_TIMEOUT_MS) {
      return expectState(await connection.request({ type: 'observe' }, timeoutMs));
    },
    async close() {
      try {
        await connection.request({ type: 'close' }, CLOSE_TIMEOUT_MS, 'heal-failed');
      } finally {
        connection.end();
      }
      await connection.gone;
    },
  };
}

function expectState(state: ObservedState | undefined): ObservedState {
  if (!state) throw new HarnessError('internal', 'the fault agent answered without the state it observed');
  return state;
}

type WithoutId<R> = R extends unknown ? Omit<R, 'id'> : never;
type RequestBody = WithoutId<AgentRequest>;

/** Requests and replies over the thread that owns the agent. */
interface Connection {
  request(
    body: RequestBody,
    timeoutMs: number,
    failure?: 'environment' | 'heal-failed',
  ): Promise<ObservedState | undefined>;
  end(): void;
  pid(): number;
  readonly gone: Promise<void>;
}

interface Waiting {
  readonly resolve: (state: ObservedState | undefined) => void;
  readonly reject: (message: string) => void;
}

function openConnection(leaseThread: string, workerData: LeaseThreadData): Connection {
  const worker = new Worker(leaseThread, { workerData, name: 'faultline-lease' });
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  let pid = 0;
  let goneBecause: string | undefined;
  const { promise: gone, resolve: markGone } = withResolvers();
  const fail = (why: string): void => {
    goneBecause ??= why;
    for (const { reject } of waiting.values()) reject(`the fault agent is gone (${goneBecause})`);
    markGone();
  };
  worker.on('message', (message: FromLeaseThread) => {
    if ('line' in message) settle(waiting, message.line);
    else if ('gone' in message) fail(message.gone);
    else pid = message.pid;
  });
  worker.on('error', (error) => fail(error.message));
  worker.on('exit', () => fail('its lease thread ended'));
  // An idle agent does not keep the controller alive; its end closes the agent's input, and the agent heals.
  worker.unref();
  const post = (message: ToLeaseThread): void => worker.postMessage(message);
  return {
    request(body, timeoutMs, failure = 'environment') {
      const id = ++lastId;
      return new Promise((resolve, reject) => {
        const finish = (): void => {
          clearTimeout(timer);
          waiting.delete(id);
          if (waiting.size === 0) worker.unref();
        };
        const rejectWith = (message: string): void => {
          finish();
          reject(new HarnessError(failure, `${body.type}: ${message}`));
        };
        const timer = setTimeout(() => rejectWith(`the fault agent did not answer within ${timeoutMs} ms`), timeoutMs);
        waiting.set(id, {
          reject: rejectWith,
          resolve: (state) => {
            finish();
            resolve(state);
          },
        });
        worker.ref();
        if (goneBecause !== undefined) rejectWith(`the fault agent is gone (${goneBecause})`);
        else post({ line: encodeMessage({ ...body, id }) });
      });
    },
    end() {
      // Whoever ends it waits for its end, and must stay alive for that long.
      worker.ref();
      post({ end: true });
    },
    pid: () => pid,
    gone,
  };
}

function settle(waiting: ReadonlyMap<number, Waiting>, line: string): void {
  const reply = parseReply(line);
  if (typeof reply === 'string') return;
  const request = waiting.get(reply.id);
  if (reply.ok) request?.resolve(reply.state);
  else request?.reject(reply.message);
}

function withResolvers(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((settled) => {
    resolve = settled;
  });
  return { promise, resolve };
}
