import { runInNetwork } from './network-namespace.ts';
import { NO_BLOCKED_SOURCES, parseDropCounters, restoreScript, type BlockedSources } from './network-rules.ts';
import type { RunJournal } from './run-journal.ts';
import { processIdentity } from './process-identity.ts';

/** Where rules go: into the network namespace of a container's main process. */
export interface FirewallPlace {
  readonly containerId: string;
  readonly pid: number;
  readonly namespace: string;
}

/** Our chain in one node's network namespace. Forgets what it knew as soon as the node gets another namespace. */
export interface NodeFirewall {
  /** Makes exactly these sources blocked. Rejects with the firewall's complaint. */
  block(place: FirewallPlace, sources: BlockedSources): Promise<void>;
  /** Packets dropped since the node's rules last changed, by source address. */
  dropped(place: FirewallPlace): Promise<ReadonlyMap<string, number>>;
}

/** Names of one installation of iptables. */
export interface FirewallPrograms {
  readonly v4: string;
  readonly v6: string;
}

const CANDIDATES: readonly FirewallPrograms[] = [
  { v4: 'iptables', v6: 'ip6tables' },
  { v4: 'iptables-nft', v6: 'ip6tables-nft' },
  { v4: 'iptables-legacy', v6: 'ip6tables-legacy' },
];

/** The first installation that works in the namespace of a process; undefined where none does. */
export async function findFirewall(pid: number): Promise<FirewallPrograms | undefined> {
  for (const programs of CANDIDATES) {
    const { ok } = await runInNetwork(pid, [programs.v4, '-w', '-S', 'INPUT']);
    if (ok) return programs;
  }
  return undefined;
}

export function nodeFirewall(chain: string, programs: FirewallPrograms, journal: RunJournal): NodeFirewall {
  let namespace = '';
  let applied: BlockedSources = NO_BLOCKED_SOURCES;
  const enter = (place: FirewallPlace): void => {
    if (place.namespace === namespace) return;
    namespace = place.namespace;
    applied = NO_BLOCKED_SOURCES;
  };
  const restore = async (place: FirewallPlace, family: 'v4' | 'v6', sources: readonly string[]): Promise<void> => {
    if (sameList(applied[family], sources)) return;
    const script = restoreScript(chain, sources, applied[family].length > 0);
    if (script === undefined) return;
    const inside = processIdentity(place.pid);
    if (!inside) throw new Error('the container has just ended');
    journal.append({ type: 'rules', containerId: place.containerId, inside, chain, command: programs[family] });
    const result = await runInNetwork(place.pid, [`${programs[family]}-restore`, '-w', '--noflush'], script);
    if (!result.ok) throw new Error(`${programs[family]}: ${result.complaint}`);
    applied = { ...applied, [family]: sources };
  };
  return {
    async block(place, sources) {
      enter(place);
      await restore(place, 'v4', sources.v4);
      await restore(place, 'v6', sources.v6);
    },
    async dropped(place) {
      enter(place);
      const families = (['v4', 'v6'] as const).filter((family) => applied[family].length > 0);
      const listings = await Promise.all(
        families.map((family) => runInNetwork(place.pid, [programs[family], '-w', '-nvxL', chain])),
      );
      return new Map(listings.flatMap(({ stdout }) => [...parseDropCounters(stdout)]));
    },
  };
}

/** Takes the run's chain out of a namespace where it may or may not be. Answers a complaint, or undefined when it is gone. */
export async function removeChain(pid: number, command: string, chain: string): Promise<string | undefined> {
  await runInNetwork(pid, [command, '-w', '-D', 'INPUT', '-j', chain]);
  await runInNetwork(pid, [command, '-w', '-F', chain]);
  await runInNetwork(pid, [command, '-w', '-X', chain]);
  const { ok, stdout, complaint } = await runInNetwork(pid, [command, '-w', '-S']);
  if (!ok) return complaint;
  return stdout.includes(chain) ? `the chain ${chain} could not be removed` : undefined;
}

function sameList(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((item, index) => item === right[index]);
}
