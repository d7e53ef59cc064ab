import type { NodeId } from '../kernel/node.ts';
import type { DesiredState, ObservedLink, ObservedState } from './agent-protocol.ts';
import type { LinkProber, ProbedLink } from './link-prober.ts';
import type { Member } from './member.ts';

export interface Observation {
  readonly members: readonly Member[];
  readonly prober: LinkProber;
  readonly desired: DesiredState;
  readonly errors: ObservedState['errors'];
  readonly applyMs: number;
}

/** Probes everything from outside the mechanisms: links by datagrams, processes by what the kernel says of them. */
export async function observeMembers(observation: Observation): Promise<ObservedState> {
  const { members, prober, desired, errors, applyMs } = observation;
  const startedMs = performance.now();
  const [links, counters] = await Promise.all([prober.probe(desired.cuts), dropCounters(members)]);
  const cuts = links.map((link) => observedLink(link, members, counters));
  const byNode = <T>(read: (one: Member) => T): Readonly<Record<NodeId, T>> =>
    Object.fromEntries(members.map((one) => [one.node, read(one)]));
  return {
    cuts,
    clocks: byNode((one) => one.observeClock()),
    paused: byNode((one) => one.isPaused()),
    running: byNode((one) => one.isRunning()),
    errors,
    timings: { applyMs, probeMs: performance.now() - startedMs },
  };
}

type Counters = ReadonlyMap<NodeId, ReadonlyMap<string, number>>;

/** Counters are extra evidence: where they cannot be read there are none. */
async function dropCounters(members: readonly Member[]): Promise<Counters> {
  const entries = members.map(async (one) => {
    try {
      return [one.node, await one.dropped()] as const;
    } catch {
      return [one.node, new Map<string, number>()] as const;
    }
  });
  return new Map(await Promise.all(entries));
}

function observedLink({ from, to, open }: ProbedLink, members: readonly Member[], counters: Counters): ObservedLink {
  const addresses = members.find((one) => one.node === from)?.addresses() ?? [];
  const counts = addresses.flatMap((address) => counters.get(to)?.get(address) ?? []);
  const link = { from, to, cut: !open };
  return counts.length === 0 ? link : { ...link, packetsDropped: counts.reduce((sum, count) => sum + count, 0) };
}
