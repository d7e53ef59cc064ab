import { setTimeout as sleep } from 'node:timers/promises';
import {
  NO_FAULTS,
  parseRequest,
  PROTOCOL_VERSION,
  type AgentHello,
  type AgentReply,
  type AgentRequest,
  type ObservedState,
} from './agent-protocol.ts';
import { dockerEngine } from './docker-engine.ts';
import { faultSession, type FaultSession } from './fault-session.ts';
import { healRun } from './heal-run.ts';
import { processIdentity } from './process-identity.ts';
import { openJournal, type RunJournal } from './run-journal.ts';

/** The outside world of an agent. */
export interface AgentSurroundings {
  /** Resolves once the reply has left this process, or cannot. */
  reply(reply: AgentReply): Promise<void>;
  exit(code: number): void;
  complain(line: string): void;
}

export interface AgentServer {
  /** One line of the controller. */
  receive(line: string): void;
  /** The controller is gone: heals everything, removes what carries the run's label, and exits. */
  controllerLost(why: string): void;
}

interface ServedRun {
  readonly hello: AgentHello;
  readonly journal: RunJournal;
  readonly session: FaultSession;
}

const RESCAN_MS = 250;
const LEASE_CHECKS = 20;
/** After the lease has run out: time to read what the controller may have sent while this process was held up itself. */
const GRACE_MS = 100;
/** How long work in progress may delay healing. */
const DRAIN_TIMEOUT_MS = 1500;

/** Serves one run: requests one after the other, renewals at once. */
export function agentServer(surroundings: AgentSurroundings): AgentServer {
  let run: ServedRun | undefined;
  let queue: Promise<void> = Promise.resolve();
  let busy = 0;
  let ending = false;
  let lastSignMs = performance.now();

  const enqueue = (work: () => Promise<void>): Promise<void> => {
    busy++;
    queue = queue.then(work).finally(() => busy--);
    return queue;
  };
  const controllerLost = (why: string): void => {
    if (ending) return;
    ending = true;
    void deadManHeal(run, why, Promise.race([queue, sleep(DRAIN_TIMEOUT_MS)]), surroundings);
  };
  const watch = (hello: AgentHello): void => {
    const overdue = (): boolean => performance.now() - lastSignMs > hello.leaseMs;
    setInterval(() => {
      if (overdue()) setTimeout(() => overdue() && controllerLost('the lease ran out'), GRACE_MS);
    }, hello.leaseMs / LEASE_CHECKS);
    setInterval(() => {
      if (busy === 0 && !ending) void enqueue(() => run?.session.rescan() ?? Promise.resolve());
    }, RESCAN_MS);
  };
  const answer = async (request: AgentRequest): Promise<ObservedState | undefined> => {
    if (request.type === 'hello') {
      run = openRun(request.hello);
      watch(request.hello);
      return undefined;
    }
    if (!run) throw new Error('expected hello first');
    switch (request.type) {
      case 'attach':
        await run.session.attach(request.nodes);
        return undefined;
      case 'apply':
        return run.session.apply(request.desired);
      case 'observe':
        return run.session.observe();
      case 'close':
        return closeRun(run);
      case 'renew':
        return undefined;
    }
  };
  const serve = async (request: AgentRequest): Promise<void> => {
    if (ending) return;
    try {
      const state = await answer(request);
      if (request.type === 'close') ending = true;
      await surroundings.reply({ id: request.id, ok: true, ...(state && { state }) });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      await surroundings.reply({ id: request.id, ok: false, message });
    }
    if (request.type === 'close') surroundings.exit(0);
  };
  return {
    receive(line) {
      lastSignMs = performance.now();
      const request = parseRequest(line);
      if (typeof request === 'string') surroundings.complain(request);
      else if (request.type !== 'renew') void enqueue(() => serve(request));
    },
    controllerLost,
  };
}

function openRun(hello: AgentHello): ServedRun {
  if (hello.version !== PROTOCOL_VERSION) {
    throw new Error(`expected protocol version ${PROTOCOL_VERSION}, got ${hello.version}; build again`);
  }
  const agent = processIdentity(process.pid);
  if (!agent) throw new Error('the agent needs Linux with /proc');
  const engine = dockerEngine(hello.dockerSocket);
  const journal = openJournal(hello.journalDirectory, hello.runId);
  journal.append({ type: 'run', runId: hello.runId, dockerSocket: hello.dockerSocket, agent });
  return { hello, journal, session: faultSession({ runId: hello.runId, engine, journal }) };
}

/** Heals and confirms. The journal stays where anything could not be confirmed. */
async function closeRun({ session, journal }: ServedRun): Promise<ObservedState> {
  const state = await session.apply(NO_FAULTS);
  const doubts = [
    ...state.errors.map(({ node, message }) => (node === undefined ? message : `${node}: ${message}`)),
    ...state.cuts.filter(({ cut }) => cut).map(({ from, to }) => `${from} > ${to} is still cut`),
    ...Object.entries(state.paused)
      .filter(([, paused]) => paused)
      .map(([node]) => `${node} is still paused`),
  ];
  if (doubts.length > 0) throw new Error(doubts.join('; '));
  journal.remove();
  return state;
}

async function deadManHeal(
  run: ServedRun | undefined,
  why: string,
  drained: Promise<void>,
  surroundings: AgentSurroundings,
): Promise<void> {
  if (!run) return surroundings.exit(0);
  surroundings.complain(`healing everything of run ${run.hello.runId}: ${why}`);
  await drained;
  const { runId, dockerSocket, ownContainer } = run.hello;
  const { errors } = await healRun({
    runId,
    engine: dockerEngine(dockerSocket),
    records: run.journal.records,
    ...(ownContainer !== undefined && { spare: ownContainer }),
  });
  for (const error of errors) surroundings.complain(error);
  if (errors.length === 0) run.journal.remove();
  surroundings.exit(errors.length === 0 ? 0 : 1);
}
