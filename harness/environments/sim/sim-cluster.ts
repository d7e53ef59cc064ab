import type { ClientBinding, OpenResult } from '../../kernel/client.ts';
import type { Cluster, ClusterRequest, Recovery } from '../../kernel/environment.ts';
import type { JsonValue } from '../../kernel/json.ts';
import type { NodeId } from '../../kernel/node.ts';
import type { RequestCodec, SimTarget } from '../../kernel/target.ts';
import { openSimSession } from './client.ts';
import { EventQueue } from './event-queue.ts';
import { SimFaultPort } from './fault-port.ts';
import type { DelayDistribution } from './latency.ts';
import { SimMachine, type MachineSurroundings } from './machine.ts';
import { SimNetwork } from './network.ts';
import { SimProbes } from './probes.ts';
import type { SimSettings } from './settings.ts';
import type { EventObserver, MessageObserver } from './sim-process.ts';
import { VirtualScheduler } from './virtual-scheduler.ts';

const RECOVERY_POLL_NS = 20e6;
/** Recovery must hold for longer than a node may go on believing in what is gone. */
const RECOVERED_FOR_NS = 1e9;

/** What a simulated cluster is made from, all of it checked. */
export interface SimClusterOptions {
  readonly request: ClusterRequest;
  readonly target: SimTarget;
  readonly codec: RequestCodec;
  readonly settings: SimSettings;
  readonly yieldToHost: () => Promise<void>;
  readonly observer: EventObserver | undefined;
  readonly messageObserver: MessageObserver | undefined;
}

/** A cluster in virtual time. Everything in it hangs on one event queue; `down` empties it. */
export class SimCluster implements Cluster {
  readonly nodes: readonly NodeId[];
  readonly time: VirtualScheduler;
  readonly faults: SimFaultPort;
  readonly facts: Readonly<Record<string, JsonValue>>;
  readonly #queue = new EventQueue();
  readonly #machines: ReadonlyMap<NodeId, SimMachine>;
  readonly #options: SimClusterOptions;
  readonly #clientDelay: DelayDistribution;
  #sessionCount = 0;

  constructor(options: SimClusterOptions) {
    const { request, settings, target } = options;
    this.#options = options;
    this.nodes = request.nodes;
    this.time = new VirtualScheduler(this.#queue, options.yieldToHost);
    const network = new SimNetwork(request.nodes, settings, this.time, request.random.fork('network'));
    const machines = new Map<NodeId, SimMachine>();
    const around: MachineSurroundings = {
      protocol: target.protocol,
      mutant: request.mutant,
      scheduler: this.time,
      network,
      observer: options.observer,
      messageObserver: options.messageObserver,
      deliver: (from, to, message) => machines.get(to)?.receive(from, message) ?? false,
      settings,
    };
    for (const node of request.nodes) {
      const peers = request.nodes.filter((other) => other !== node);
      machines.set(node, new SimMachine(node, peers, around, request.random.fork(`node ${node}`)));
    }
    this.#machines = machines;
    this.faults = new SimFaultPort(this.time, network, machines, new SimProbes(this.time, network, machines, settings));
    this.#clientDelay = {
      minNs: Math.round(settings.clientLatencyMinMs * 1e6),
      meanNs: Math.round(settings.clientLatencyMeanMs * 1e6),
    };
    this.facts = factsOf(settings, network, [...machines.values()]);
  }

  readonly openClient = (binding: ClientBinding, deadlineMs: number, opened: (result: OpenResult) => void): void => {
    const machine = this.#machines.get(binding.node);
    if (machine === undefined) {
      const error = { code: 'not-sent', message: `there is no node ${binding.node}` };
      this.time.after(0, () => opened({ error }));
      return;
    }
    const random = this.#options.request.random.fork(`client ${binding.process} ${this.#sessionCount++}`);
    const link = { machine, codec: this.#options.codec, scheduler: this.time, delay: this.#clientDelay, random };
    openSimSession(link, binding, deadlineMs, opened);
  };

  /** Switches the machines on and resolves once every node is up and has nothing left to repair. */
  async boot(signal: AbortSignal): Promise<Recovery> {
    for (const machine of this.#machines.values()) machine.boot();
    let result: Recovery | undefined;
    this.#awaitSettled(0, this.#options.request.readyTimeoutMs, (outcome) => (result = outcome));
    await this.time.drive(() => result !== undefined, signal);
    return result ?? { recovered: false, reason: 'the simulation stopped early' };
  }

  awaitRecovery(timeoutMs: number, done: (result: Recovery) => void): void {
    this.#awaitSettled(RECOVERED_FOR_NS, timeoutMs, done);
  }

  async logs(): Promise<ReadonlyMap<NodeId, string>> {
    return new Map([...this.#machines].map(([node, machine]) => [node, machine.log.text()]));
  }

  async down(): Promise<void> {
    for (const machine of this.#machines.values()) machine.shutDown();
    this.#queue.clear();
  }

  /** Asks again and again; `holdNs` is how long the answer must have stayed the same. */
  #awaitSettled(holdNs: number, timeoutMs: number, done: (result: Recovery) => void): void {
    const deadlineNs = this.time.nowNs() + timeoutMs * 1e6;
    let settledSinceNs: number | undefined;
    const look = (): void => {
      const nowNs = this.time.nowNs();
      const missing = this.#missing();
      settledSinceNs = missing === undefined ? (settledSinceNs ?? nowNs) : undefined;
      if (settledSinceNs !== undefined && nowNs - settledSinceNs >= holdNs) done({ recovered: true });
      else if (nowNs >= deadlineNs) {
        const reason = missing ?? 'the cluster has not been settled for long enough';
        done({ recovered: false, reason: `${reason}, ${timeoutMs} ms after it was asked to recover` });
      } else this.time.after(RECOVERY_POLL_NS, look);
    };
    this.time.after(0, look);
  }

  /** What keeps the cluster from being settled, in words; undefined when nothing does. */
  #missing(): string | undefined {
    let primaryCount = 0;
    let knowsPrimaries = false;
    for (const { node, process, crashReason } of this.#machines.values()) {
      if (process === undefined)
        return crashReason === undefined ? `${node} is down` : `${node} crashed: ${crashReason}`;
      if (process.isPaused) return `${node} is paused`;
      if (!process.isSettled()) return `${node} is still catching up`;
      const isPrimary = process.isPrimary();
      if (isPrimary !== undefined) knowsPrimaries = true;
      if (isPrimary === true) primaryCount++;
    }
    if (knowsPrimaries && primaryCount !== 1) return `${primaryCount} nodes believe to be primary`;
    return undefined;
  }
}

function factsOf(
  settings: SimSettings,
  network: SimNetwork,
  machines: readonly SimMachine[],
): Readonly<Record<string, JsonValue>> {
  return {
    simulation: { ...settings },
    linkLatencyMeanMs: Object.fromEntries(
      network.links().map((link) => [`${link.from}>${link.to}`, link.delay.meanNs / 1e6]),
    ),
    clockErrors: Object.fromEntries(machines.map(({ node, clock }) => [node, { ...clock.error }])),
  };
}
