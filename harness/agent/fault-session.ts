import { createHash } from 'node:crypto';
import type { NodeId } from '../kernel/node.ts';
import type { AgentNode, DesiredState, ObservedState } from './agent-protocol.ts';
import { NO_FAULTS } from './agent-protocol.ts';
import type { DockerEngine } from './docker-engine.ts';
import { linkProber } from './link-prober.ts';
import { member, type Member, type MemberContext } from './member.ts';
import { blockedSources, chainOf, NO_BLOCKED_SOURCES } from './network-rules.ts';
import { findFirewall, type FirewallPrograms } from './node-firewall.ts';
import { observeMembers } from './observe-members.ts';
import { hostVdsoPatch } from './process-vdso.ts';
import type { RunJournal } from './run-journal.ts';

/** Makes a cluster's faults what they should be. One call at a time. */
export interface FaultSession {
  attach(nodes: readonly AgentNode[]): Promise<void>;
  apply(desired: DesiredState): Promise<ObservedState>;
  observe(): Promise<ObservedState>;
  /**
   * Opens the probes' sockets before they are needed, moves the clocks of processes that were started since, and finishes
   * what a frozen container had delayed.
   */
  rescan(): Promise<void>;
}

export interface SessionOptions {
  readonly runId: string;
  readonly engine: DockerEngine;
  readonly journal: RunJournal;
}

/** A failure that concerns one node, or none in particular. */
export interface NodeError {
  readonly node?: NodeId;
  readonly message: string;
}

/** The mark by which a run knows its own code in a process's memory. */
export function vdsoTag(runId: string): bigint {
  return createHash('sha256').update(runId).digest().readBigUInt64LE(0);
}

/** The session of one run. Nothing is changed before {@link FaultSession.apply} asks for it. */
export function faultSession({ runId, engine, journal }: SessionOptions): FaultSession {
  const patch = hostVdsoPatch();
  const vdso = typeof patch === 'string' ? patch : { patch, tag: vdsoTag(runId) };
  const context = { engine, journal, vdso, firewall: rememberedFirewall(), chain: chainOf(runId) };
  const prober = linkProber();
  let members: readonly Member[] = [];
  let desired = NO_FAULTS;

  const each = async (act: (member: Member) => Promise<void>): Promise<readonly NodeError[]> => {
    const results = await Promise.all(
      members.map(async (one) => {
        try {
          await act(one);
          return [];
        } catch (error) {
          return [{ node: one.node, message: error instanceof Error ? error.message : String(error) }];
        }
      }),
    );
    return results.flat();
  };
  const cut = (): Promise<readonly NodeError[]> => {
    const blocked = blockedSources(desired.cuts, (node) => members.find((one) => one.node === node)?.addresses() ?? []);
    return each((one) => one.block(blocked.get(one.node) ?? NO_BLOCKED_SOURCES));
  };
  const setClocks = (): Promise<readonly NodeError[]> => each((one) => one.setClock(desired.clocks[one.node]));
  const open = (): Promise<readonly NodeError[]> => each((one) => one.openProbe(prober));
  const observe = async (errors: readonly NodeError[], applyMs: number): Promise<ObservedState> => {
    const opened = await open();
    return observeMembers({ members, prober, desired, errors: [...errors, ...opened], applyMs });
  };

  return {
    async attach(nodes) {
      members = nodes.map((node) => member(node, context));
      const errors = await each((one) => one.refresh());
      if (errors.length > 0) throw new Error(errors.map(({ node, message }) => `${node}: ${message}`).join('; '));
    },
    async apply(wanted) {
      const startedMs = performance.now();
      desired = wanted;
      const errors = [
        ...unknownNodes(wanted, members),
        ...(await each((one) => one.refresh())),
        ...(await each((one) => one.thawUnless(wanted))),
        ...(await setClocks()),
        ...(await cut()),
      ];
      const restarted: NodeId[] = [];
      errors.push(
        ...(await each(async (one) => {
          if (await one.killOrStart(wanted.killed.includes(one.node))) restarted.push(one.node);
        })),
      );
      // A restarted node has a new network namespace and maybe a new address, and new processes with true clocks.
      if (restarted.length > 0) errors.push(...(await cut()), ...(await setClocks()));
      errors.push(...(await each((one) => one.pauseIf(wanted))));
      return observe(errors, performance.now() - startedMs);
    },
    async observe() {
      const errors = await each((one) => one.refresh());
      return observe(errors, 0);
    },
    async rescan() {
      await open();
      await each((one) => one.rescanClock());
    },
  };
}

/** The first working installation is remembered; all namespaces are of one kernel. */
function rememberedFirewall(): MemberContext['firewall'] {
  let found: FirewallPrograms | undefined;
  return async (pid) => {
    found ??= await findFirewall(pid);
    if (!found) throw new Error('no iptables of this host works in the container; install iptables');
    return found;
  };
}

function unknownNodes(desired: DesiredState, members: readonly Member[]): readonly NodeError[] {
  const known = new Set(members.map(({ node }) => node));
  const named = [
    ...desired.cuts.flatMap(({ from, to }) => [from, to]),
    ...Object.keys(desired.clocks),
    ...desired.paused,
    ...desired.killed,
  ];
  const unknown = new Set(named.filter((node) => !known.has(node)));
  return [...unknown].map((node) => ({ node, message: 'no such node is attached' }));
}
