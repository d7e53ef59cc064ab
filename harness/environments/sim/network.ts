import type { DirectedLink, NodeId } from '../../kernel/node.ts';
import type { Random } from '../../kernel/random.ts';
import { drawDelayNs, longestDelayNs, type DelayDistribution } from './latency.ts';
import type { Ratio, SimSettings } from './settings.ts';
import type { VirtualScheduler } from './virtual-scheduler.ts';

/** Streams of one kind of traffic on one link: protocol messages and probes draw from their own. */
export interface TrafficStreams {
  readonly latency: Random;
  readonly loss: Random;
  readonly duplicate: Random;
  readonly reorder: Random;
}

/** Why a packet did not arrive: drawn as lost when it was sent, or the link was cut when it would have arrived. */
export type DropReason = 'loss' | 'cut';

/**
 * One direction between two nodes. A packet is dropped when it arrives on a cut link, as a firewall at the receiver
 * does it: what was sent before a cut can be lost, what was sent shortly before it ends can arrive.
 */
export class SimLink implements DirectedLink {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly delay: DelayDistribution;
  readonly #scheduler: VirtualScheduler;
  readonly #settings: SimSettings;
  readonly #messages: TrafficStreams;
  readonly #probes: TrafficStreams;
  readonly #cuts = new Set<string>();

  constructor(link: DirectedLink, settings: SimSettings, scheduler: VirtualScheduler, random: Random) {
    this.from = link.from;
    this.to = link.to;
    this.#scheduler = scheduler;
    this.#settings = settings;
    this.#messages = trafficStreams(random.fork('message'));
    this.#probes = trafficStreams(random.fork('probe'));
    const minNs = Math.round(settings.latencyMinMs * 1e6);
    const excessNs = Math.round((settings.latencyMeanMs - settings.latencyMinMs) * 1e6);
    this.delay = { minNs, meanNs: minNs + Math.floor((excessNs * random.fork('mean').int(50, 150)) / 100) };
  }

  /** No packet is under way for longer than this. */
  get longestNs(): number {
    return longestDelayNs(this.delay) + Math.round(this.#settings.reorderDelayMaxMs * 1e6);
  }

  cut(faultId: string): void {
    this.#cuts.add(faultId);
  }

  uncut(faultId: string): void {
    this.#cuts.delete(faultId);
  }

  /** Faults that cut this link now. */
  get cutBy(): readonly string[] {
    return [...this.#cuts];
  }

  /** Carries a protocol message: `deliver` is called when and as often as it arrives, `dropped` when it does not. */
  carry(deliver: () => void, dropped?: (why: DropReason) => void): void {
    this.#transmit(this.#messages, deliver, dropped);
  }

  /** Carries a probe packet over the same wire, on draws of its own. */
  carryProbe(deliver: () => void): void {
    this.#transmit(this.#probes, deliver);
  }

  #transmit(streams: TrafficStreams, deliver: () => void, dropped?: (why: DropReason) => void): void {
    const settings = this.#settings;
    if (isDrawn(settings.loss, streams.loss)) {
      dropped?.('loss');
      return;
    }
    const arrive = (): void => {
      if (this.#cuts.size === 0) deliver();
      else dropped?.('cut');
    };
    this.#scheduler.after(this.#drawDelayNs(streams), arrive);
    if (isDrawn(settings.duplicate, streams.duplicate)) this.#scheduler.after(this.#drawDelayNs(streams), arrive);
  }

  #drawDelayNs(streams: TrafficStreams): number {
    const delayNs = drawDelayNs(this.delay, streams.latency);
    if (!isDrawn(this.#settings.reorder, streams.reorder)) return delayNs;
    return delayNs + streams.reorder.int(0, Math.round(this.#settings.reorderDelayMaxMs * 1e3)) * 1e3;
  }
}

/** All directed links of a cluster. */
export class SimNetwork {
  readonly #links = new Map<NodeId, Map<NodeId, SimLink>>();

  constructor(nodes: readonly NodeId[], settings: SimSettings, scheduler: VirtualScheduler, random: Random) {
    for (const from of nodes) {
      const others = nodes.filter((node) => node !== from);
      const outgoing = others.map((to): [NodeId, SimLink] => [
        to,
        new SimLink({ from, to }, settings, scheduler, random.fork(`${from}>${to}`)),
      ]);
      this.#links.set(from, new Map(outgoing));
    }
  }

  /** Undefined where one end is not a member, or both are the same. */
  link(from: NodeId, to: NodeId): SimLink | undefined {
    return this.#links.get(from)?.get(to);
  }

  links(): readonly SimLink[] {
    return [...this.#links.values()].flatMap((outgoing) => [...outgoing.values()]);
  }
}

function trafficStreams(random: Random): TrafficStreams {
  return {
    latency: random.fork('latency'),
    loss: random.fork('loss'),
    duplicate: random.fork('duplicate'),
    reorder: random.fork('reorder'),
  };
}

/** Draws only where the ratio is not zero: switching one disturbance on leaves the draws of the others alone. */
function isDrawn(ratio: Ratio, random: Random): boolean {
  return ratio[0] > 0 && random.chance(ratio[0], ratio[1]);
}
