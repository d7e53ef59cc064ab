import type { FaultPort } from '../../kernel/environment.ts';
import type { FaultObservation, ResolvedFault } from '../../kernel/fault.ts';
import type { NodeId } from '../../kernel/node.ts';
import { boundedView } from '../poll-cluster.ts';
import type { LocalNode, NodeState } from './local-node.ts';
import type { ProcessClusterParts } from './process-cluster.ts';

const PRIMARIES_TIMEOUT_MS = 2_000;
const PROBE = 'process-state';

/** The faults that signals can make. */
type SignalFault = Extract<ResolvedFault, { readonly kind: 'kill' | 'pause' }>;

/**
 * Kill and pause by signals to process groups, observed in the operating system's process table. A node is what all
 * active faults together want it to be: dead while one of them kills it, else frozen while one of them pauses it.
 */
export function processFaults(parts: ProcessClusterParts): FaultPort {
  const { nodes, target, addresses, time, closing } = parts;
  const active = new Map<string, ResolvedFault>();
  /** Nodes that were killed here and not started again. Whatever else is dead has died by itself, and stays dead. */
  const killed = new Set<NodeId>();
  const queues = new Map<NodeId, Promise<unknown>>();
  /** Makes a node what is wanted of it when its turn comes; one change of a node at a time. */
  const settle = (name: NodeId): Promise<Settled> => {
    const node = nodes.get(name);
    if (node === undefined) return Promise.reject(new RangeError(`there is no node ${name}`));
    const turn = (queues.get(name) ?? Promise.resolve()).then(async () => {
      // Other faults may come and go before what is seen now is judged.
      const wanted = wantedState(active, name);
      return { wanted, ...(await makeSo(node, wanted, killed)) };
    });
    queues.set(
      name,
      turn.catch(() => undefined),
    );
    return turn;
  };
  // Told on the scheduler: whoever drives it is woken, and gets what a callback throws (a history that cannot be written).
  const answer = <T>(done: (result: T) => void, result: T): void => void time.at(time.nowNs(), () => done(result));
  const observe = async (fault: SignalFault, isHealing: boolean): Promise<FaultObservation> => {
    const firstSeenNs = time.nowNs();
    const seen = await Promise.all(fault.nodes.map((node) => look(node, fault, settle)));
    const phase = isHealing ? healingPhase(seen) : injectionPhase(seen, fault);
    const detail = seen.map(describe).join(', ');
    return { phase, probe: PROBE, firstSeenNs, lastSeenNs: time.nowNs(), detail };
  };
  const carryOut = (fault: SignalFault, isHealing: boolean, done: (observation: FaultObservation) => void): void => {
    observe(fault, isHealing).then(
      (observation) => answer(done, observation),
      (error: unknown) =>
        answer(done, unseen(isHealing ? 'heal-failed' : 'unverified', messageOf(error), time.nowNs())),
    );
  };
  return {
    inject(fault, done) {
      active.set(fault.id, fault);
      if (isSignalFault(fault)) return carryOut(fault, false, done);
      answer(done, unseen('ineffective', `${fault.kind} cannot be made here`, time.nowNs()));
    },
    heal(faultId, done) {
      const fault = active.get(faultId);
      active.delete(faultId);
      if (fault !== undefined && isSignalFault(fault)) return carryOut(fault, true, done);
      const observation: FaultObservation =
        fault === undefined
          ? unseen('heal-failed', `expected an active fault, got ${faultId}`, time.nowNs())
          : unseen('healed', 'nothing had been changed', time.nowNs());
      answer(done, observation);
    },
    primaries(done) {
      const ask = target.primaries?.bind(target);
      const asked = ask === undefined ? [] : boundedView(addresses, PRIMARIES_TIMEOUT_MS, closing.signal, ask);
      Promise.resolve(asked).then(
        (found) => answer(done, found),
        () => answer(done, []),
      );
    },
    clockOffsetsMs(done) {
      answer(done, {});
    },
  };
}

function isSignalFault(fault: ResolvedFault): fault is SignalFault {
  return fault.kind === 'kill' || fault.kind === 'pause';
}

function wantedState(active: ReadonlyMap<string, ResolvedFault>, node: NodeId): NodeState {
  const hits = [...active.values()].filter((fault) => isSignalFault(fault) && fault.nodes.includes(node));
  if (hits.some(({ kind }) => kind === 'kill')) return 'dead';
  return hits.length > 0 ? 'paused' : 'running';
}

/** Makes a node what is wanted of it, unless it died by itself: that is an event of the run, which no fault undoes. */
async function makeSo(node: LocalNode, wanted: NodeState, killed: Set<NodeId>): Promise<Omit<Settled, 'wanted'>> {
  const restart = async (): Promise<void> => {
    if (!killed.has(node.name)) return;
    await node.start();
    killed.delete(node.name);
  };
  if (!killed.has(node.name) && (await node.state()) === 'dead') {
    return { state: 'dead', diedItself: node.ending ?? 'how is not known' };
  }
  switch (wanted) {
    case 'dead':
      killed.add(node.name);
      return { state: await node.kill() };
    case 'paused':
      await restart();
      return { state: await node.freeze() };
    case 'running':
      await node.thaw();
      await restart();
      return { state: await node.state() };
  }
}

/** What was wanted of a node when its turn came, and what it was then. */
interface Settled {
  readonly wanted: NodeState;
  readonly state: NodeState;
  /** It was dead before, and nobody here had killed it: how it ended. */
  readonly diedItself?: string;
}

type Sighting = { readonly node: NodeId } & (
  Settled | { readonly wanted: undefined; readonly state: 'unknown'; readonly diedItself?: undefined }
);

async function look(node: NodeId, fault: SignalFault, settle: (node: NodeId) => Promise<Settled>): Promise<Sighting> {
  try {
    return { node, ...(await settle(node)) };
  } catch (error) {
    if (error instanceof RangeError) return { node, wanted: undefined, state: 'unknown' };
    throw new Error(`${fault.kind} of ${node}: ${messageOf(error)}`, { cause: error });
  }
}

function describe({ node, state, diedItself }: Sighting): string {
  return `${node} ${state}${diedItself === undefined ? '' : ` by itself (${diedItself})`}`;
}

function injectionPhase(seen: readonly Sighting[], fault: SignalFault): FaultObservation['phase'] {
  // A node that another fault has killed does not answer either.
  const isSeen = ({ state, diedItself }: Sighting): boolean =>
    diedItself === undefined && (state === 'dead' || (fault.kind === 'pause' && state === 'paused'));
  const count = seen.filter(isSeen).length;
  if (count === 0) return 'ineffective';
  return count === seen.length ? 'effective' : 'partial';
}

/** Healed is what is as the faults that remained wanted it; nodes that never were or died by themselves were not broken. */
function healingPhase(seen: readonly Sighting[]): FaultObservation['phase'] {
  return seen.every(
    ({ wanted, state, diedItself }) => wanted === undefined || diedItself !== undefined || state === wanted,
  )
    ? 'healed'
    : 'heal-failed';
}

function unseen(phase: FaultObservation['phase'], detail: string, nowNs: number): FaultObservation {
  return { phase, probe: 'none', firstSeenNs: nowNs, lastSeenNs: nowNs, detail };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
