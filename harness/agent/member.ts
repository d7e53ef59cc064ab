import type { NodeId } from '../kernel/node.ts';
import type { AgentNode, DesiredClock, DesiredState, ObservedClock } from './agent-protocol.ts';
import type { VdsoOwner } from './container-clock.ts';
import { containerLifecycle } from './container-lifecycle.ts';
import { ipv6AddressesOf } from './container-state.ts';
import type { DockerEngine } from './docker-engine.ts';
import type { LinkProber } from './link-prober.ts';
import { memberClock } from './member-clock.ts';
import type { BlockedSources } from './network-rules.ts';
import { nodeFirewall, type FirewallPlace, type FirewallPrograms, type NodeFirewall } from './node-firewall.ts';
import type { RunJournal } from './run-journal.ts';

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

/** One node of the cluster: its faults, and what is seen of them. Every method may reject with a plain message. */
export interface Member {
  readonly node: NodeId;
  /** Addresses by which peers know it; the last ones while it does not run. */
  addresses(): readonly string[];
  refresh(): Promise<void>;
  thawUnless(desired: DesiredState): Promise<void>;
  setClock(clock: DesiredClock | undefined): Promise<void>;
  block(sources: BlockedSources): Promise<void>;
  /** Kills it, or starts it again if it was killed here. True when it was started. */
  killOrStart(kill: boolean): Promise<boolean>;
  pauseIf(desired: DesiredState): Promise<void>;
  openProbe(prober: LinkProber): Promise<void>;
  rescanClock(): Promise<void>;
  /** As the kernel sees it: its main process exists. */
  isRunning(): boolean;
  /** As the kernel sees it: its processes are frozen. */
  isPaused(): boolean;
  /** Packets dropped here, by source address. */
  dropped(): Promise<ReadonlyMap<string, number>>;
  observeClock(): ObservedClock;
}

export function member(spec: AgentNode, context: MemberContext): Member {
  const { node, containerId } = spec;
  const container = containerLifecycle(context.engine, context.journal, containerId);
  const clock = memberClock(spec, context);
  let firewall: NodeFirewall | undefined;
  let addresses: readonly string[] = [spec.address];

  const place = (): FirewallPlace | undefined => {
    const inside = container.mainProcess;
    return inside && { containerId, inside };
  };
  const pid = (): number => container.mainProcess?.pid ?? 0;

  return {
    node,
    addresses: () => addresses,
    async refresh() {
      await container.refresh();
      if (pid() !== 0) addresses = [...new Set([spec.address, ...container.addresses, ...ipv6AddressesOf(pid())])];
    },
    async thawUnless({ paused, killed }) {
      if (!paused.includes(node) && !killed.includes(node)) await container.setPaused(false);
    },
    setClock: (wanted) => clock.set(pid(), container.freezer, wanted),
    async block(sources) {
      const at = place();
      if (!at) return;
      if (!firewall) {
        if (sources.v4.length + sources.v6.length === 0) return;
        firewall = nodeFirewall(context.chain, await context.firewall(at.inside.pid), context.journal);
      }
      await firewall.block(at, sources);
    },
    async killOrStart(kill) {
      if (!kill) return container.startIfKilled();
      await container.kill();
      return false;
    },
    async pauseIf({ paused }) {
      if (paused.includes(node)) await container.setPaused(true);
    },
    async openProbe(prober) {
      const inside = container.mainProcess;
      if (inside) await prober.open(node, inside, spec.address);
      else prober.close(node);
    },
    rescanClock: () => clock.rescan(pid(), container.freezer),
    isRunning: () => container.mainProcess !== undefined,
    isPaused: () => container.isFrozen,
    async dropped() {
      const at = place();
      return at && firewall ? firewall.dropped(at) : new Map();
    },
    observeClock: () => clock.observe(pid(), container.freezer),
  };
}
