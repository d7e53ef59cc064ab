import { runInNetwork } from './network-namespace.ts';
import { parseDropCounters, restoreScript, type BlockedSources } from './network-rules.ts';
import type { RunJournal } from './run-journal.ts';
import { formatIdentity, type ProcessIdentity } from './process-identity.ts';

/** Where rules go: into the network namespace of a container's main process. */
export interface FirewallPlace {
  readonly containerId: string;
  readonly inside: ProcessIdentity;
}

/** Our chain in one node's network namespace. */
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

/** What is known of our chain in the place where it was last looked at. */
interface ChainState {
  readonly hooked: boolean;
  /** Undefined: someone else wrote it, an earlier agent of this run. */
  readonly sources: readonly string[] | undefined;
}

type Family = keyof BlockedSources;

export function nodeFirewall(chain: string, programs: FirewallPrograms, journal: RunJournal): NodeFirewall {
  let at = '';
  const known = new Map<Family, ChainState>();
  const enter = ({ inside }: FirewallPlace): void => {
    // The number of a namespace is used again by the next one, so a restart is told by the process.
    if (at !== formatIdentity(inside)) known.clear();
    at = formatIdentity(inside);
  };
  const restore = async (place: FirewallPlace, family: Family, sources: readonly string[]): Promise<void> => {
    const { pid } = place.inside;
    const state = known.get(family) ?? (await findChain(pid, programs[family], chain, sources));
    if (!state) return;
    const script = isSame(state.sources, sources) ? undefined : restoreScript(chain, sources, state.hooked);
    if (script !== undefined) {
      journal.append({ type: 'rules', ...place, chain, command: programs[family] });
      const result = await runInNetwork(pid, [`${programs[family]}-restore`, '-w', '--noflush'], script);
      if (!result.ok) throw new Error(`${programs[family]}: ${result.complaint}`);
    }
    known.set(family, { hooked: sources.length > 0, sources });
  };
  return {
    async block(place, sources) {
      enter(place);
      await restore(place, 'v4', sources.v4);
      await restore(place, 'v6', sources.v6);
    },
    async dropped(place) {
      enter(place);
      const families = [...known].filter(([, { hooked }]) => hooked).map(([family]) => family);
      const listings = await Promise.all(
        families.map((family) => runInNetwork(place.inside.pid, [programs[family], '-w', '-nvxL', chain])),
      );
      return new Map(listings.flatMap(({ stdout }) => [...parseDropCounters(stdout)]));
    },
  };
}

/** Looks whether the chain is there. Undefined where it is not, and nothing is to be blocked. */
async function findChain(
  pid: number,
  command: string,
  chain: string,
  sources: readonly string[],
): Promise<ChainState | undefined> {
  if (sources.length === 0) return undefined;
  const { ok } = await runInNetwork(pid, [command, '-w', '-C', 'INPUT', '-j', chain]);
  return { hooked: ok, sources: undefined };
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

function isSame(left: readonly string[] | undefined, right: readonly string[]): boolean {
  return left?.length === right.length && left.every((item, index) => item === right[index]);
}
