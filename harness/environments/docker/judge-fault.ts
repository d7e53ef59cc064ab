import type { DesiredState, ObservedState } from '../../agent/agent-protocol.ts';
import type { FaultObservation, ResolvedFault } from '../../kernel/fault.ts';
import type { DirectedLink, NodeId } from '../../kernel/node.ts';
import type { ClockReadings } from './clock-readings.ts';

/** Names of what looks at each kind of fault from outside its mechanism. */
export const PROBES = {
  partition: 'datagram',
  kill: 'process-state',
  pause: 'process-state',
} as const;

/** What was seen after a change. `desired` is what should hold now, with everything that is still active. */
export interface Evidence {
  readonly state: ObservedState;
  /** Present for clock faults. */
  readonly clocks: ClockReadings | undefined;
  readonly desired: DesiredState;
  /** The cluster's members. A fault on anybody else cannot be seen, and leaves nothing to heal. */
  readonly nodes: readonly NodeId[];
  readonly firstSeenNs: number;
  readonly lastSeenNs: number;
}

/** What one node or link showed: the wanted state, another one, or nothing that decides. */
interface Sighting {
  readonly what: string;
  readonly seen: boolean | undefined;
  readonly note?: string;
}

/** Says from the evidence whether a fault took effect: on all, on some or on none of its nodes and links. */
export function judgeInjection(fault: ResolvedFault, evidence: Evidence): FaultObservation {
  const sightings = sightingsOf(fault, evidence, true);
  const seen = sightings.filter((sighting) => sighting.seen === true).length;
  const absent = sightings.filter((sighting) => sighting.seen === false).length;
  const phase = ((): FaultObservation['phase'] => {
    if (seen > 0) return seen === sightings.length ? 'effective' : 'partial';
    return absent > 0 ? 'ineffective' : 'unverified';
  })();
  return observation(fault, evidence, phase, sightings);
}

/**
 * Says from the evidence whether a fault is gone. `healed` only where every node and link was seen without it; what
 * another active fault still does to them is not this fault's matter.
 */
export function judgeHealing(fault: ResolvedFault, evidence: Evidence): FaultObservation {
  const sightings = sightingsOf(ofMembers(fault, evidence.nodes), evidence, false);
  const stillThere = sightings.some((sighting) => sighting.seen === false);
  const isUnclear = sightings.some((sighting) => sighting.seen === undefined);
  const phase = stillThere ? 'heal-failed' : isUnclear ? 'unverified' : 'healed';
  return observation(fault, evidence, phase, sightings);
}

function ofMembers(fault: ResolvedFault, members: readonly NodeId[]): ResolvedFault {
  if (fault.kind !== 'partition') return { ...fault, nodes: fault.nodes.filter((node) => members.includes(node)) };
  return { ...fault, cut: fault.cut.filter(({ from, to }) => members.includes(from) && members.includes(to)) };
}

/** Looks at everything the fault touches; `on` says whether it should be there. */
function sightingsOf(fault: ResolvedFault, evidence: Evidence, on: boolean): readonly Sighting[] {
  const { state, desired } = evidence;
  switch (fault.kind) {
    case 'partition':
      return fault.cut
        .filter((link) => on || !includesLink(desired.cuts, link))
        .map((link) => linkSighting(link, state, on));
    case 'kill':
      return fault.nodes
        .filter((node) => on || !desired.killed.includes(node))
        .flatMap((node) => [
          stateSighting(node, state.running[node], on ? 'down' : 'running', !on),
          ...(on ? [] : strayCuts(node, state, desired)),
        ]);
    case 'pause':
      return fault.nodes
        .filter((node) => on || !desired.paused.includes(node))
        .map((node) => stateSighting(node, state.paused[node], on ? 'frozen' : 'thawed', on));
    case 'clock':
      return fault.nodes.map((node) => clockSighting(node, fault.offsetMs, evidence, on));
  }
}

function linkSighting(link: DirectedLink, state: ObservedState, on: boolean): Sighting {
  const what = `${link.from}→${link.to}`;
  const probed = state.cuts.find(({ from, to }) => from === link.from && to === link.to);
  if (probed === undefined) {
    const down = [link.from, link.to].find((node) => state.running[node] === false);
    // A link ends with its node. Should the node come back cut off, the healing of what killed it says so.
    if (!on && down !== undefined) return { what, seen: true, note: `gone, ${down} is down` };
    return { what, seen: undefined, note: 'not probed' };
  }
  return { what, seen: probed.cut === on, note: probed.cut ? 'cut' : 'open' };
}

/** Links of a node that came back which are cut though nobody wants them to be. */
function strayCuts(node: NodeId, state: ObservedState, desired: DesiredState): readonly Sighting[] {
  return state.cuts
    .filter((link) => link.cut && (link.from === node || link.to === node) && !includesLink(desired.cuts, link))
    .map(({ from, to }) => ({ what: `${from}→${to}`, seen: false, note: 'cut' }));
}

function stateSighting(node: NodeId, actual: boolean | undefined, wanted: string, wantedValue: boolean): Sighting {
  if (actual === undefined) return { what: node, seen: undefined, note: 'state unknown' };
  return { what: node, seen: actual === wantedValue, note: actual === wantedValue ? wanted : `not ${wanted}` };
}

/**
 * A clock shows the offset that should hold now when the reading agrees with it and disagrees with what held before, both
 * within the probe's error. A step smaller than the probe's resolution cannot be told from none.
 */
function clockSighting(node: NodeId, stepMs: number, { clocks, desired, state }: Evidence, on: boolean): Sighting {
  const wantedMs = desired.clocks[node]?.offsetMs ?? 0;
  const { probe, offsetsMs, errorMs } = clocks ?? { probe: undefined, offsetsMs: {}, errorMs: {} };
  const measuredMs = offsetsMs[node];
  const allowedMs = errorMs[node];
  const mechanism = state.clocks[node]?.written;
  // The clock that was moved belonged to processes; those that come next start with a true one.
  if (!on && state.running[node] === false) return { what: node, seen: true, note: 'gone, it is down' };
  if (probe === undefined || measuredMs === undefined || allowedMs === undefined) {
    const written = mechanism === undefined ? '' : `, ${mechanism.mechanism} holds ${mechanism.offsetMs} ms`;
    return { what: node, seen: undefined, note: `no reading${written}` };
  }
  const note = `${measuredMs} ms, expected ${wantedMs} ms`;
  const agrees = Math.abs(measuredMs - wantedMs) <= allowedMs;
  if (!on) return { what: node, seen: agrees, note };
  if (Math.abs(stepMs) < probe.resolutionMs) {
    return { what: node, seen: undefined, note: `${note}, below the resolution of ${probe.name}` };
  }
  const beforeMs = wantedMs - stepMs;
  if (agrees && Math.abs(measuredMs - beforeMs) <= allowedMs) {
    return { what: node, seen: undefined, note: `${note}, too close to ${beforeMs} ms before` };
  }
  return { what: node, seen: agrees, note };
}

function observation(
  fault: ResolvedFault,
  { state, clocks, firstSeenNs, lastSeenNs }: Evidence,
  phase: FaultObservation['phase'],
  sightings: readonly Sighting[],
): FaultObservation {
  const seen = sightings.map(({ what, note }) => (note === undefined ? what : `${what} ${note}`));
  const errors = state.errors.map(({ node, message }) => (node === undefined ? message : `${node}: ${message}`));
  const resolutionMs = clocks?.probe?.resolutionMs;
  return {
    phase,
    probe: fault.kind === 'clock' ? (clocks?.probe?.name ?? 'none') : PROBES[fault.kind],
    ...(resolutionMs !== undefined && { resolution: `${resolutionMs} ms` }),
    firstSeenNs,
    lastSeenNs,
    detail: [...seen, ...errors].join('; '),
    ...(clocks !== undefined && { clockOffsetsMs: clocks.offsetsMs }),
  };
}

function includesLink(links: readonly DirectedLink[], wanted: DirectedLink): boolean {
  return links.some(({ from, to }) => from === wanted.from && to === wanted.to);
}
