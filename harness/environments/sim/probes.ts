import type { DirectedLink, NodeId } from '../../kernel/node.ts';
import type { SimMachine } from './machine.ts';
import type { SimLink, SimNetwork } from './network.ts';
import type { SimSettings } from './settings.ts';
import type { VirtualScheduler } from './virtual-scheduler.ts';
import { ORIGIN_WALL_MS } from './wall-clock.ts';

/** No probe waits longer than this for an effect or its end. */
const PROBE_TIMEOUT_NS = 10e9;
/** A process that has not taken up a knock after this long is silent. It takes it up at once unless it is paused. */
const SILENCE_NS = 20e6;
const RETRY_NS = 10e6;
const WIRE_NS = 1e6;

/** What a probe packet showed: it came through, it did not, or the link is too slow or lossy to say. */
export type LinkSight = 'open' | 'cut' | 'unknown' | 'no such link';
/** What a knock at a node's process showed. */
export type ProcessSight = 'running' | 'silent' | 'down' | 'no such node';

/**
 * Looks at the cluster from outside the fault port: sends packets over the simulated wires, knocks at processes, reads
 * the clocks that protocols read. Knows nothing of what faults were asked for.
 */
export class SimProbes {
  readonly #scheduler: VirtualScheduler;
  readonly #network: SimNetwork;
  readonly #machines: ReadonlyMap<NodeId, SimMachine>;
  readonly #packetCount: number;

  constructor(
    scheduler: VirtualScheduler,
    network: SimNetwork,
    machines: ReadonlyMap<NodeId, SimMachine>,
    settings: SimSettings,
  ) {
    this.#scheduler = scheduler;
    this.#network = network;
    this.#machines = machines;
    this.#packetCount = packetsNeeded(settings.loss);
  }

  /**
   * Sends packets over each link until all look as wanted or the timeout passes. An open link is seen as soon as a packet
   * arrives, a cut one when none can be under way any more. Sights are in the order of `links`.
   */
  links(
    links: readonly DirectedLink[],
    isWanted: (sight: LinkSight, link: DirectedLink) => boolean,
    done: (sights: readonly LinkSight[]) => void,
  ): void {
    const deadlineNs = this.#scheduler.nowNs() + PROBE_TIMEOUT_NS;
    const look = (): void => {
      this.#sendAll(links, deadlineNs - this.#scheduler.nowNs(), (sights) => {
        const isDone = sights.every((sight, index) => isWanted(sight, links[index] ?? { from: '', to: '' }));
        if (isDone || this.#scheduler.nowNs() >= deadlineNs) done(sights);
        else this.#scheduler.after(RETRY_NS, look);
      });
    };
    look();
  }

  /** Knocks at each node until all look as wanted or the timeout passes. Sights are in the order of `nodes`. */
  processes(
    nodes: readonly NodeId[],
    isWanted: (sight: ProcessSight, node: NodeId) => boolean,
    done: (sights: readonly ProcessSight[]) => void,
  ): void {
    const deadlineNs = this.#scheduler.nowNs() + PROBE_TIMEOUT_NS;
    const look = (): void => {
      this.#knockAll(nodes, (sights) => {
        const isDone = sights.every((sight, index) => isWanted(sight, nodes[index] ?? ''));
        if (isDone || this.#scheduler.nowNs() >= deadlineNs) done(sights);
        else this.#scheduler.after(RETRY_NS, look);
      });
    };
    look();
  }

  /** How far a node's wall clock is from the controller's, in milliseconds; undefined for an unknown node. */
  clockOffsetMs(node: NodeId): number | undefined {
    const clock = this.#machines.get(node)?.clock;
    return clock === undefined
      ? undefined
      : clock.readMs() - Math.floor(ORIGIN_WALL_MS + this.#scheduler.nowNs() / 1e6);
  }

  #sendAll(links: readonly DirectedLink[], waitMaxNs: number, done: (sights: readonly LinkSight[]) => void): void {
    const wires = links.map(({ from, to }) => this.#network.link(from, to));
    const arrived = new Set<SimLink>();
    const known = new Set(wires.filter((wire) => wire !== undefined));
    const longestNs = Math.max(0, ...[...known].map((wire) => wire.longestNs));
    let isDone = false;
    const finish = (): void => {
      if (isDone) return;
      isDone = true;
      const silence: LinkSight = longestNs > waitMaxNs ? 'unknown' : 'cut';
      const sightOf = (wire: SimLink): LinkSight => (arrived.has(wire) ? 'open' : silence);
      done(wires.map((wire) => (wire === undefined ? 'no such link' : sightOf(wire))));
    };
    for (const wire of known) {
      for (let count = 0; count < this.#packetCount; count++) {
        wire.carryProbe(() => {
          arrived.add(wire);
          if (arrived.size === known.size) finish();
        });
      }
    }
    this.#scheduler.after(Math.min(longestNs, waitMaxNs) + 1, finish);
  }

  #knockAll(nodes: readonly NodeId[], done: (sights: readonly ProcessSight[]) => void): void {
    const sights: ProcessSight[] = nodes.map((node) => (this.#machines.has(node) ? 'silent' : 'no such node'));
    this.#scheduler.after(WIRE_NS, () => {
      nodes.forEach((node, index) => {
        this.#machines.get(node)?.knock((reach) => {
          sights[index] = reach === 'refused' ? 'down' : 'running';
        });
      });
    });
    // A copy: a knock that is taken up later, after a resume, must not change what was seen now.
    // A nanosecond more: plans and protocols count in milliseconds, so what follows from an answer ties with none of their
    // events, and an exact replay, which asks nobody, has the same order of events.
    this.#scheduler.after(WIRE_NS + SILENCE_NS + 1, () => done([...sights]));
  }
}

/** So many packets that all being lost by chance happens less than once in a million. */
function packetsNeeded(loss: readonly [number, number]): number {
  const share = loss[0] / loss[1];
  if (share === 0) return 1;
  if (share >= 1) return 1;
  return Math.min(200, Math.ceil(-6 / Math.log10(share)));
}
