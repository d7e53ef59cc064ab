import type { NodeId } from '../kernel/node.ts';
import type { AgentNode, DesiredClock, DesiredState, ObservedClock } from './agent-protocol.ts';
import { findFreezer, isFrozen, type CgroupFreezer } from './cgroup-freezer.ts';
import { inspectContainer, ipv6AddressesOf, networkNamespaceOf, type ContainerState } from './container-state.ts';
import { engineMessage, type DockerEngine } from './docker-engine.ts';
import type { LinkProber } from './link-prober.ts';
import { memberClock } from './member-clock.ts';
import type { BlockedSources } from './network-rules.ts';
import { nodeFirewall, type FirewallPlace, type FirewallPrograms, type NodeFirewall } from './node-firewall.ts';
import { readProcessStat } from './process-identity.ts';
import type { RunJournal } from './run-journal.ts';
import type { VdsoOwner } from './container-clock.ts';

/** What all members of a session share. */
export interface MemberContext {
  readonly engine: DockerEngine;
  readonly journal: RunJournal;
  /** How vDSOs are patched here, or why they cannot be. */
  readonly vdso: VdsoOwner | string;
  /** The firewall programs that work in the namespace of a process. */
  readonly firewall: (pid: number) => Promise<FirewallPrograms>;
  readonly chain: string;
}

/** One container of the cluster: what it is now, and how to change that. Every method may reject with a plain message. */
export interface Member {
  readonly node: NodeId;
  /** Addresses by which peers know it; the last ones while it does not run. */
  addresses(): readonly string[];
  /** Asks the engine anew: a restart changes process, namespace and maybe address. */
  refresh(): Promise<void>;
  thawUnless(desired: DesiredState): Promise<void>;
  setClock(clock: DesiredClock | undefined): Promise<void>;
  block(sources: BlockedSources): Promise<void>;
  /** Kills with SIGKILL and keeps it down, or starts it again if it was killed here. True when it was started. */
  killOrStart(kill: boolean): Promise<boolean>;
  pauseIf(desired: DesiredState): Promise<void>;
  openProbe(prober: LinkProber): Promise<void>;
  rescanClock(): Promise<void>;
  /** As the kernel sees it: its main process exists. */
  isRunning(): boolean;
  /** As the kernel sees it: its processes are frozen. */
  isPaused(): boolean;
  dropped(): Promise<ReadonlyMap<string, number>>;
  observeClock(): ObservedClock;
}

/** How long the engine may take to see a killed container end. */
const KILL_TIMEOUT_MS = 10_000;

export function member(spec: AgentNode, context: MemberContext): Member {
  const { engine, journal } = context;
  const { containerId } = spec;
  const clock = memberClock(spec, context);
  let state: ContainerState | undefined;
  let addresses: readonly string[] = [spec.address];
  let freezer: CgroupFreezer | undefined;
  let firewall: NodeFirewall | undefined;
  let killed = false;

  const command = (action: string, timeoutMs?: number): Promise<void> =>
    commandContainer(engine, containerId, action, timeoutMs);
  const refresh = async (): Promise<void> => {
    state = await inspectContainer(engine, containerId);
    if (!state) throw new Error(`there is no container ${containerId} any more`);
    freezer = state.running ? findFreezer(state.pid) : undefined;
    if (state.running) addresses = [...new Set([spec.address, ...state.addresses, ...ipv6AddressesOf(state.pid)])];
  };
  const place = (): FirewallPlace | undefined => placeOf(containerId, state);

  return {
    node: spec.node,
    addresses: () => addresses,
    refresh,
    async thawUnless({ paused, killed: down }) {
      if (!state?.paused || paused.includes(spec.node) || down.includes(spec.node)) return;
      await command('unpause');
      await refresh();
    },
    setClock: (wanted) => clock.set(state?.pid ?? 0, freezer, wanted),
    async block(sources) {
      const at = place();
      if (!at) return;
      if (!firewall) {
        if (sources.v4.length + sources.v6.length === 0) return;
        firewall = nodeFirewall(context.chain, await context.firewall(at.pid), journal);
      }
      await firewall.block(at, sources);
    },
    async killOrStart(kill) {
      if (kill) {
        killed = true;
        if (!state?.running) return false;
        await command('kill?signal=KILL');
        await command('wait?condition=not-running', KILL_TIMEOUT_MS);
        await refresh();
        return false;
      }
      if (!killed) return false;
      killed = false;
      if (state?.running) return false;
      await command('start');
      await refresh();
      return true;
    },
    async pauseIf({ paused }) {
      if (!state?.running || state.paused || !paused.includes(spec.node)) return;
      journal.append({ type: 'pause', containerId });
      await command('pause');
      await refresh();
    },
    async openProbe(prober) {
      const at = place();
      if (at && mainProcessRuns(state)) await prober.open(spec.node, { ...at, address: spec.address });
      else prober.close(spec.node);
    },
    rescanClock: () => clock.rescan(state?.pid ?? 0, freezer),
    isRunning: () => mainProcessRuns(state),
    isPaused: () =>
      mainProcessRuns(state) && (freezer ? isFrozen(freezer) : readProcessStat(state?.pid ?? 0)?.state === 'D'),
    async dropped() {
      const at = place();
      return at && firewall ? firewall.dropped(at) : new Map();
    },
    observeClock: () => clock.observe(state?.pid ?? 0, freezer),
  };
}

async function commandContainer(
  engine: DockerEngine,
  containerId: string,
  action: string,
  timeoutMs?: number,
): Promise<void> {
  const path = `/containers/${encodeURIComponent(containerId)}/${action}`;
  const answer = await engine.call('POST', path, timeoutMs === undefined ? {} : { timeoutMs });
  // 304: it is so already.
  if (answer.status >= 400) throw new Error(`${action.split('?')[0]}: ${engineMessage(answer)}`);
}

function placeOf(containerId: string, state: ContainerState | undefined): FirewallPlace | undefined {
  const namespace = state?.running ? networkNamespaceOf(state.pid) : undefined;
  return state && namespace !== undefined ? { containerId, pid: state.pid, namespace } : undefined;
}

function mainProcessRuns(state: ContainerState | undefined): boolean {
  const stat = state?.running ? readProcessStat(state.pid) : undefined;
  return stat !== undefined && stat.state !== 'Z' && stat.state !== 'X';
}
