import type { FaultPort } from '../../kernel/environment.ts';
import type { FaultObservation, ResolvedFault } from '../../kernel/fault.ts';
import type { DirectedLink, NodeId } from '../../kernel/node.ts';
import type { SimMachine } from './machine.ts';
import type { SimNetwork } from './network.ts';
import type { LinkSight, ProcessSight, SimProbes } from './probes.ts';
import type { VirtualScheduler } from './virtual-scheduler.ts';

type Done = (observation: FaultObservation) => void;
type FaultOf<Kind extends ResolvedFault['kind']> = Extract<ResolvedFault, { readonly kind: Kind }>;

/** One node or link as a probe saw it: as the fault (or its end) wants it, not so, or not to be told. */
interface Finding {
  readonly as: 'wanted' | 'not wanted' | 'unknown';
  readonly text: string;
}

const LINK_PROBE = { probe: 'sim-packet', resolution: '1 packet' } as const;
const PROCESS_PROBE = { probe: 'sim-process', resolution: '20 ms' } as const;
const CLOCK_PROBE = { probe: 'sim-clock', resolution: '1 ms' } as const;
const CLOCK_RESOLUTION_MS = 1;

/** Carries out faults on the simulated network, processes and clocks, and says what the probes saw of them. */
export class SimFaultPort implements FaultPort {
  readonly #scheduler: VirtualScheduler;
  readonly #network: SimNetwork;
  readonly #machines: ReadonlyMap<NodeId, SimMachine>;
  readonly #probes: SimProbes;
  readonly #active = new Map<string, ResolvedFault>();

  constructor(
    scheduler: VirtualScheduler,
    network: SimNetwork,
    machines: ReadonlyMap<NodeId, SimMachine>,
    probes: SimProbes,
  ) {
    this.#scheduler = scheduler;
    this.#network = network;
    this.#machines = machines;
    this.#probes = probes;
  }

  inject(fault: ResolvedFault, done: Done): void {
    this.#active.set(fault.id, fault);
    switch (fault.kind) {
      case 'partition':
        return this.#cut(fault, done);
      case 'kill':
        return this.#kill(fault, done);
      case 'pause':
        return this.#pause(fault, done);
      case 'clock':
        return this.#stepClocks(fault, done);
    }
  }

  heal(faultId: string, done: Done): void {
    const fault = this.#active.get(faultId);
    if (fault === undefined) {
      const nowNs = this.#scheduler.nowNs();
      const detail = `no fault ${faultId} is active`;
      this.#scheduler.after(0, () =>
        done({ phase: 'heal-failed', probe: 'none', firstSeenNs: nowNs, lastSeenNs: nowNs, detail }),
      );
      return;
    }
    this.#active.delete(faultId);
    switch (fault.kind) {
      case 'partition':
        return this.#uncut(fault, done);
      case 'kill':
        return this.#restart(fault, done);
      case 'pause':
        return this.#resume(fault, done);
      case 'clock':
        return this.#unstepClocks(fault, done);
    }
  }

  primaries(done: (nodes: readonly NodeId[]) => void): void {
    this.#probes.processes(
      [...this.#machines.keys()],
      () => true,
      (sights) => {
        const machines = [...this.#machines.values()];
        const running = machines.filter((_, index) => sights[index] === 'running');
        done(running.filter(({ process }) => process?.isPrimary() === true).map(({ node }) => node));
      },
    );
  }

  clockOffsetsMs(done: (offsets: Readonly<Record<NodeId, number>>) => void): void {
    this.#scheduler.after(0, () => done(this.#offsetsMs([...this.#machines.keys()])));
  }

  #cut(fault: FaultOf<'partition'>, done: Done): void {
    const sinceNs = this.#scheduler.nowNs();
    for (const { from, to } of fault.cut) this.#network.link(from, to)?.cut(fault.id);
    this.#probes.links(fault.cut, isEnough, (sights) => {
      const findings = sights.map((sight, index): Finding => {
        const { from, to } = fault.cut[index] ?? { from: '?', to: '?' };
        return { as: sight === 'unknown' ? 'unknown' : judge(sight === 'cut'), text: `${from}>${to} ${sight}` };
      });
      done(this.#observation('injected', findings, sinceNs, LINK_PROBE));
    });
  }

  #uncut(fault: FaultOf<'partition'>, done: Done): void {
    const sinceNs = this.#scheduler.nowNs();
    for (const { from, to } of fault.cut) this.#network.link(from, to)?.uncut(fault.id);
    const others = ({ from, to }: DirectedLink): readonly string[] => this.#network.link(from, to)?.cutBy ?? [];
    // A link that never existed was never cut, and one that another fault still cuts is not this fault's any more.
    const isOver = (sight: LinkSight, link: DirectedLink): boolean =>
      sight === 'open' || sight === 'no such link' || others(link).length > 0;
    this.#probes.links(fault.cut, isOver, (sights) => {
      const findings = sights.map((sight, index): Finding => {
        const link = fault.cut[index] ?? { from: '?', to: '?' };
        const note = others(link).length > 0 ? `, still cut by ${others(link).join(', ')}` : '';
        return {
          as: judge(isOver(sight, link)),
          text: `${link.from}>${link.to} ${sight}${note}`,
        };
      });
      done(this.#observation('healed', findings, sinceNs, LINK_PROBE));
    });
  }

  #kill(fault: FaultOf<'kill'>, done: Done): void {
    const sinceNs = this.#scheduler.nowNs();
    for (const node of fault.nodes) this.#machines.get(node)?.kill(fault.id);
    this.#watch(fault.nodes, 'down', (findings) =>
      done(this.#observation('injected', findings, sinceNs, PROCESS_PROBE)),
    );
  }

  #restart(fault: FaultOf<'kill'>, done: Done): void {
    for (const node of fault.nodes) this.#machines.get(node)?.restart(fault.id);
    this.#watchEnd(fault, (sight) => sight === 'running', done);
  }

  #pause(fault: FaultOf<'pause'>, done: Done): void {
    const sinceNs = this.#scheduler.nowNs();
    for (const node of fault.nodes) this.#machines.get(node)?.pause(fault.id);
    this.#watch(fault.nodes, 'silent', (findings) =>
      done(this.#observation('injected', findings, sinceNs, PROCESS_PROBE)),
    );
  }

  #resume(fault: FaultOf<'pause'>, done: Done): void {
    for (const node of fault.nodes) this.#machines.get(node)?.resume(fault.id);
    // A process that died meanwhile is not paused any more; that it is down is another fault's business.
    this.#watchEnd(fault, (sight) => sight === 'running' || sight === 'down', done);
  }

  #watch(nodes: readonly NodeId[], wanted: ProcessSight, done: (findings: readonly Finding[]) => void): void {
    this.#probes.processes(nodes, isEnough, (sights) => {
      done(
        sights.map((sight, index) => ({
          as: judge(sight === wanted),
          text: `${nodes[index] ?? '?'} ${sight}`,
        })),
      );
    });
  }

  #watchEnd(fault: FaultOf<'kill' | 'pause'>, isGone: (sight: ProcessSight) => boolean, done: Done): void {
    const sinceNs = this.#scheduler.nowNs();
    const holders = (node: NodeId): readonly string[] => this.#machines.get(node)?.heldBy ?? [];
    const isOver = (sight: ProcessSight, node: NodeId): boolean =>
      isGone(sight) || sight === 'no such node' || holders(node).length > 0;
    this.#probes.processes(fault.nodes, isOver, (sights) => {
      const findings = sights.map((sight, index): Finding => {
        const node = fault.nodes[index] ?? '?';
        const others = holders(node);
        const crash = sight === 'down' ? this.#machines.get(node)?.crashReason : undefined;
        const notes = [
          ...(others.length > 0 ? [`still held by ${others.join(', ')}`] : []),
          ...(crash === undefined ? [] : [`crashed: ${crash}`]),
        ];
        const text = [`${node} ${sight}`, ...notes].join(', ');
        return { as: judge(isOver(sight, node)), text };
      });
      done(this.#observation('healed', findings, sinceNs, PROCESS_PROBE));
    });
  }

  #stepClocks(fault: FaultOf<'clock'>, done: Done): void {
    this.#moveClocks(
      fault,
      'injected',
      fault.offsetMs,
      (node) => this.#machines.get(node)?.clock.step(fault.id, fault.offsetMs),
      done,
    );
  }

  #unstepClocks(fault: FaultOf<'clock'>, done: Done): void {
    this.#moveClocks(
      fault,
      'healed',
      -fault.offsetMs,
      (node) => this.#machines.get(node)?.clock.unstep(fault.id),
      done,
    );
  }

  #moveClocks(
    fault: FaultOf<'clock'>,
    change: 'injected' | 'healed',
    expectedMs: number,
    move: (node: NodeId) => void,
    done: Done,
  ): void {
    const sinceNs = this.#scheduler.nowNs();
    const beforeMs = fault.nodes.map((node) => this.#probes.clockOffsetMs(node));
    for (const node of fault.nodes) move(node);
    this.#scheduler.after(0, () => {
      const findings = fault.nodes.map((node, index): Finding => {
        const before = beforeMs[index];
        const after = this.#probes.clockOffsetMs(node);
        if (before === undefined || after === undefined) {
          return { as: judge(change === 'healed'), text: `${node} no such node` };
        }
        const text = `${node} off by ${after} ms (before ${before} ms)`;
        if (Math.abs(expectedMs) <= CLOCK_RESOLUTION_MS) {
          return { as: change === 'healed' ? 'wanted' : 'unknown', text };
        }
        const hasMoved = Math.abs(after - before - expectedMs) <= CLOCK_RESOLUTION_MS;
        return { as: judge(hasMoved), text };
      });
      const observation = this.#observation(change, findings, sinceNs, CLOCK_PROBE);
      done({ ...observation, clockOffsetsMs: this.#offsetsMs(fault.nodes) });
    });
  }

  #offsetsMs(nodes: readonly NodeId[]): Readonly<Record<NodeId, number>> {
    const offsets = nodes.map((node): [NodeId, number | undefined] => [node, this.#probes.clockOffsetMs(node)]);
    return Object.fromEntries(offsets.filter((entry): entry is [NodeId, number] => entry[1] !== undefined));
  }

  #observation(
    change: 'injected' | 'healed',
    findings: readonly Finding[],
    sinceNs: number,
    probe: { readonly probe: string; readonly resolution: string },
  ): FaultObservation {
    return {
      phase: change === 'injected' ? injectedPhase(findings) : healedPhase(findings),
      ...probe,
      firstSeenNs: sinceNs,
      lastSeenNs: this.#scheduler.nowNs(),
      detail: findings.map(({ text }) => text).join('; '),
    };
  }
}

/** One look at an injected fault: its effect is there at once or not at all, and a later look would see what came after. */
function isEnough(): boolean {
  return true;
}

function judge(isAsWanted: boolean): Finding['as'] {
  return isAsWanted ? 'wanted' : 'not wanted';
}

function injectedPhase(findings: readonly Finding[]): 'effective' | 'partial' | 'ineffective' | 'unverified' {
  const wantedCount = findings.filter(({ as }) => as === 'wanted').length;
  if (findings.length > 0 && wantedCount === findings.length) return 'effective';
  if (wantedCount > 0) return 'partial';
  return findings.some(({ as }) => as === 'unknown') ? 'unverified' : 'ineffective';
}

function healedPhase(findings: readonly Finding[]): 'healed' | 'heal-failed' {
  return findings.every(({ as }) => as === 'wanted') ? 'healed' : 'heal-failed';
}
