import type { AgentClient } from '../../agent/agent-client.ts';
import type { DesiredClock, DesiredState, ObservedState } from '../../agent/agent-protocol.ts';
import type { FaultPort } from '../../kernel/environment.ts';
import type { ClockMechanism, FaultObservation, ResolvedFault } from '../../kernel/fault.ts';
import type { NodeId } from '../../kernel/node.ts';
import type { Scheduler } from '../../kernel/scheduler.ts';
import type { DockerTarget } from '../../kernel/target.ts';
import { readClocks } from './clock-readings.ts';
import type { ClockReadings } from './clock-readings.ts';
import { judgeHealing, judgeInjection } from './judge-fault.ts';
import type { Evidence } from './judge-fault.ts';
import { boundedView } from '../poll-cluster.ts';

/** A change may have to wait for the one before it: both together, and the clock reading, stay under the port's 15 s. */
const APPLY_TIMEOUT_MS = 6_000;
const CLOCK_TIMEOUT_MS = 2_500;
const ANSWER_TIMEOUT_MS = 14_500;
const PRIMARIES_TIMEOUT_MS = 2_000;
const NS_PER_MS = 1e6;

/** What the faults of a docker cluster are carried out and observed with. */
export interface DockerFaultParts {
  readonly agent: Pick<AgentClient, 'apply'>;
  readonly target: Pick<DockerTarget, 'clockProbe' | 'primaries'>;
  /** For clock faults that do not say. */
  readonly clockMechanism: ClockMechanism;
  readonly addresses: ReadonlyMap<NodeId, string>;
  readonly time: Scheduler;
  /** Aborted when the cluster goes down. */
  readonly signal: AbortSignal;
  /** The controller's wall clock, against which the nodes' clocks are measured. */
  readonly wallNowMs: () => number;
}

/** What the agent was asked for, and what it saw then. */
interface Applied {
  readonly wanted: DesiredState;
  readonly state: ObservedState;
}

/**
 * Faults by way of the fault agent: whatever is active is merged into one desired state, the agent makes it so, and what
 * its probes and the target's own clock say decides how the fault is recorded.
 *
 * Changes that are asked for while another one is under way are made together afterwards.
 */
export function dockerFaults(parts: DockerFaultParts): FaultPort {
  const active = new Map<string, ResolvedFault>();
  const { target, addresses, time, signal } = parts;
  const nodes = [...addresses.keys()];
  const desired = (): DesiredState => desiredState([...active.values()], parts.clockMechanism);
  // What was wanted when the agent was asked: other faults may come and go before its answer is judged.
  const applySoon = coalesced(async () => {
    const wanted = desired();
    return { wanted, state: await parts.agent.apply(wanted, APPLY_TIMEOUT_MS) };
  });
  // Told on the scheduler: whoever drives it is woken, and gets what a callback throws (a history that cannot be written).
  const answer = <T>(done: (result: T) => void, asked: Promise<T>, otherwise: (error: unknown) => T): void => {
    const tell = (result: T): void => void time.at(time.nowNs(), () => done(result));
    asked.then(tell, (error: unknown) => tell(otherwise(error)));
  };
  const readings = (wanted: readonly NodeId[], timeoutMs: number): Promise<ClockReadings> =>
    readClocks(target.clockProbe, pick(addresses, wanted), { timeoutMs, wallNowMs: parts.wallNowMs });
  const evidenceOf = async (fault: ResolvedFault, applied: Applied, clockTimeoutMs: number): Promise<Evidence> => {
    const { state, wanted } = applied;
    const lastSeenNs = time.nowNs();
    const firstSeenNs = Math.max(0, Math.floor(lastSeenNs - state.timings.probeMs * NS_PER_MS));
    const running = (node: NodeId): boolean => state.running[node] === true;
    const clocks = fault.kind === 'clock' ? await readings(fault.nodes.filter(running), clockTimeoutMs) : undefined;
    return { state, clocks, desired: wanted, nodes, firstSeenNs, lastSeenNs: time.nowNs() };
  };
  return {
    inject(fault, done) {
      active.set(fault.id, fault);
      const observed = applySoon().then(async (applied) =>
        judgeInjection(fault, await evidenceOf(fault, applied, CLOCK_TIMEOUT_MS)),
      );
      answer(done, observed, (error) => unknownEffect('unverified', error, time.nowNs()));
    },
    heal(faultId, done) {
      const fault = active.get(faultId);
      active.delete(faultId);
      const lastCallMs = time.nowNs() / NS_PER_MS + ANSWER_TIMEOUT_MS;
      const observed =
        fault === undefined
          ? Promise.reject(new Error(`expected an active fault, got ${faultId}`))
          : applySoon().then(async (applied) =>
              // A node that another fault has frozen shows its clock once it thaws: wait as long as the port may.
              judgeHealing(fault, await evidenceOf(fault, applied, lastCallMs - time.nowNs() / NS_PER_MS)),
            );
      answer(done, observed, (error) => unknownEffect('heal-failed', error, time.nowNs()));
    },
    primaries(done) {
      const ask = target.primaries?.bind(target);
      const asked = ask === undefined ? [] : boundedView(addresses, PRIMARIES_TIMEOUT_MS, signal, ask);
      answer(done, Promise.resolve(asked), () => []);
    },
    clockOffsetsMs(done) {
      const asked = readings(nodes, CLOCK_TIMEOUT_MS).then(({ offsetsMs }) => offsetsMs);
      answer(done, asked, () => ({}));
    },
  };
}

/**
 * All active faults as one state. Links cut twice are cut once; steps of the same clock add up, as steps do, by the
 * mechanism of the last one; a node that is to be killed is not paused.
 */
export function desiredState(faults: readonly ResolvedFault[], clockMechanism: ClockMechanism): DesiredState {
  const cuts = new Map<string, { from: NodeId; to: NodeId }>();
  const clocks = new Map<NodeId, DesiredClock>();
  const paused = new Set<NodeId>();
  const killed = new Set<NodeId>();
  for (const fault of faults) {
    switch (fault.kind) {
      case 'partition':
        for (const link of fault.cut) cuts.set(`${link.from}>${link.to}`, link);
        break;
      case 'pause':
        for (const node of fault.nodes) paused.add(node);
        break;
      case 'kill':
        for (const node of fault.nodes) killed.add(node);
        break;
      case 'clock':
        for (const node of fault.nodes) {
          const offsetMs = (clocks.get(node)?.offsetMs ?? 0) + fault.offsetMs;
          clocks.set(node, { offsetMs, mechanism: fault.mechanism ?? clockMechanism });
        }
        break;
    }
  }
  return {
    cuts: [...cuts.values()],
    clocks: Object.fromEntries(clocks),
    paused: [...paused].filter((node) => !killed.has(node)),
    killed: [...killed],
  };
}

/**
 * Runs `action` once for all calls of the same moment, and never twice at a time: calls that come while it runs share
 * the next run, which therefore sees everything that was asked for before it.
 */
function coalesced<T>(action: () => Promise<T>): () => Promise<T> {
  let running: Promise<unknown> = Promise.resolve();
  let next: Promise<T> | undefined;
  return () => {
    next ??= running.then(() => {
      next = undefined;
      const run = action();
      running = run.catch(() => undefined);
      return run;
    });
    return next;
  };
}

function unknownEffect(phase: 'unverified' | 'heal-failed', error: unknown, nowNs: number): FaultObservation {
  const detail = error instanceof Error ? error.message : String(error);
  return { phase, probe: 'none', firstSeenNs: nowNs, lastSeenNs: nowNs, detail };
}

function pick<V>(map: ReadonlyMap<string, V>, keys: readonly string[]): ReadonlyMap<string, V> {
  const wanted = new Set(keys);
  return new Map([...map].filter(([key]) => wanted.has(key)));
}
