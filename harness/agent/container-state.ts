import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { engineMessage, type DockerEngine } from './docker-engine.ts';

/** What is known of a container that runs or could run. */
export interface ContainerState {
  readonly running: boolean;
  readonly paused: boolean;
  /** Main process as the host numbers it; 0 where it does not run. */
  readonly pid: number;
  /** IPv4 and IPv6 addresses on all its networks, as the engine gave them. Empty while it does not run. */
  readonly addresses: readonly string[];
}

interface InspectBody {
  readonly State?: { readonly Running?: boolean; readonly Paused?: boolean; readonly Pid?: number };
  readonly NetworkSettings?: {
    readonly Networks?: Readonly<Record<string, { readonly IPAddress?: string; readonly GlobalIPv6Address?: string }>>;
  };
}

/** Asks the engine. Undefined where there is no such container (any more). Rejects where the engine does not answer. */
export async function inspectContainer(engine: DockerEngine, containerId: string): Promise<ContainerState | undefined> {
  const answer = await engine.call('GET', `/containers/${encodeURIComponent(containerId)}/json`);
  if (answer.status === 404) return undefined;
  if (answer.status !== 200) throw new Error(`container ${containerId}: ${engineMessage(answer)}`);
  const { State: state, NetworkSettings: settings } = answer.body as InspectBody;
  const running = state?.Running === true && (state.Pid ?? 0) > 0;
  const networks = Object.values(settings?.Networks ?? {});
  return {
    running,
    paused: running && state?.Paused === true,
    pid: running ? (state?.Pid ?? 0) : 0,
    addresses: networks.flatMap(({ IPAddress, GlobalIPv6Address }) => [IPAddress, GlobalIPv6Address]).filter(isAddress),
  };
}

/**
 * Every IPv6 address of a process's network namespace but loopback. The kernel gives interfaces link-local ones of its
 * own accord, by which peers on one bridge reach each other as well.
 */
export function ipv6AddressesOf(pid: number): readonly string[] {
  let table: string;
  try {
    table = readFileSync(`/proc/${pid}/net/if_inet6`, 'utf8');
  } catch {
    return [];
  }
  return table
    .split('\n')
    .map((line) => line.split(/\s+/))
    .filter((fields) => fields.length >= 6 && fields[5] !== 'lo')
    .map(([hex = '']) => (hex.match(/.{4}/g) ?? []).join(':'));
}

function isAddress(text: string | undefined): text is string {
  return text !== undefined && isIP(text) !== 0;
}
