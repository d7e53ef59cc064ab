import type { Host, HostEvent, Protocol, ProtocolInstance } from '../../kernel/host.ts';
import type { JsonValue } from '../../kernel/json.ts';
import type { NodeId } from '../../kernel/node.ts';
import type { Random } from '../../kernel/random.ts';
import type { SimDisk } from './disk.ts';
import type { QueuedEvent } from './event-queue.ts';
import type { NodeLog } from './node-log.ts';
import type { DropReason, SimLink, SimNetwork } from './network.ts';
import type { VirtualScheduler } from './virtual-scheduler.ts';
import type { WallClock } from './wall-clock.ts';

/** Called with every event that a protocol is given, for traces and diagrams. */
export type EventObserver = (atNs: number, node: NodeId, event: HostEvent) => void;

/** How a message ended: taken up, dropped on its way, or delivered to a node on which no process ran. */
export type MessageFate = 'delivered' | DropReason | 'down';

/** One message between two nodes, once it is known how it ended. A duplicated one ends twice. */
export interface MessageEvent {
  readonly from: NodeId;
  readonly to: NodeId;
  readonly message: JsonValue;
  readonly sentNs: number;
  readonly endedNs: number;
  readonly fate: MessageFate;
}

/** Called with every message between nodes, when it ends. Must not touch the message or the simulation. */
export type MessageObserver = (event: MessageEvent) => void;

/** The machine that a process runs on, and what it needs from around it. */
export interface ProcessSurroundings {
  readonly node: NodeId;
  readonly peers: readonly NodeId[];
  readonly protocol: Protocol;
  readonly mutant: string | undefined;
  readonly random: Random;
  readonly scheduler: VirtualScheduler;
  readonly network: SimNetwork;
  readonly disk: SimDisk;
  readonly clock: WallClock;
  readonly log: NodeLog;
  readonly pausedInboxMax: number;
  readonly observer: EventObserver | undefined;
  readonly messageObserver: MessageObserver | undefined;
  /** Hands a message to the process that runs on `to` when it arrives; false where none runs. */
  readonly deliver: (from: NodeId, to: NodeId, message: JsonValue) => boolean;
  /** The protocol threw: the process is dead. */
  readonly crashed: (error: unknown) => void;
}

/** What a paused process will do when it runs again. Each source is one socket, timer or disk. */
interface HeldEvent {
  readonly source: string;
  readonly run: () => void;
}

/**
 * One running instance of a protocol and the {@link Host} it runs on. It lives from start to kill; a restart makes a new
 * one. While paused it holds its events; when it runs again they are taken up in a random order that keeps the order
 * within each socket, because a process that wakes up polls its sockets and timers in no promised order.
 */
export class SimProcess implements Host {
  readonly self: NodeId;
  readonly peers: readonly NodeId[];
  readonly random: Random;
  readonly #around: ProcessSurroundings;
  readonly #links = new Map<NodeId, SimLink>();
  readonly #instance: ProtocolInstance;
  readonly #timers = new Map<string, QueuedEvent>();
  readonly #replies = new Map<number, (response: JsonValue) => void>();
  #nextRequestId = 1;
  #alive = true;
  #held: HeldEvent[] | undefined;
  /** Probes that wait for a paused process. They are no events of its own and draw nothing. */
  #knocks: (() => void)[] = [];

  constructor(around: ProcessSurroundings) {
    this.#around = around;
    this.self = around.node;
    this.peers = around.peers;
    this.random = around.random.fork('protocol');
    for (const peer of around.peers) {
      const link = around.network.link(around.node, peer);
      if (link !== undefined) this.#links.set(peer, link);
    }
    this.#instance = around.protocol.create(this, around.mutant);
  }

  get isPaused(): boolean {
    return this.#held !== undefined;
  }

  /** Undefined where the protocol has no such notion. */
  isPrimary(): boolean | undefined {
    return this.#instance.isPrimary?.();
  }

  /** True where the protocol needs no repair. */
  isSettled(): boolean {
    return this.#instance.isSettled?.() ?? true;
  }

  start(): void {
    this.#dispatch({ kind: 'start', records: this.#around.disk.read() });
  }

  receive(from: NodeId, message: JsonValue): void {
    if (this.#held === undefined) this.#dispatch({ kind: 'message', from, message });
    else if (this.#held.length < this.#around.pausedInboxMax) {
      this.#hold(`peer ${from}`, () => this.#dispatch({ kind: 'message', from, message }));
    }
  }

  /** A client's request; `answer` is called at most once. Returns a function that forgets it: the client is gone. */
  request(request: JsonValue, answer: (response: JsonValue) => void): () => void {
    const requestId = this.#nextRequestId++;
    this.#replies.set(requestId, answer);
    this.#whenRunning(`client ${requestId}`, () => this.#dispatch({ kind: 'request', requestId, request }));
    return () => this.#replies.delete(requestId);
  }

  /**
   * Calls `answer` when the process next takes up an event: at once while it runs, never again once it is dead. Looking
   * changes nothing: whether and how often somebody knocked has no influence on what the process does when it resumes.
   */
  ping(answer: () => void): void {
    if (this.#held === undefined) answer();
    else this.#knocks.push(answer);
  }

  pause(): void {
    this.#held ??= [];
  }

  resume(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const event of interleave(held, this.#around.random.fork(`resume ${this.#around.scheduler.nowNs()}`))) {
      event.run();
    }
    const knocks = this.#knocks;
    this.#knocks = [];
    if (this.#alive) for (const answer of knocks) answer();
  }

  /** The process is gone at once, with its memory; the disk keeps what it keeps. */
  kill(): void {
    this.#alive = false;
    this.#held = undefined;
    this.#knocks = [];
    for (const timer of this.#timers.values()) this.#around.scheduler.drop(timer);
    this.#timers.clear();
    this.#replies.clear();
  }

  monotonicNs(): number {
    return this.#around.scheduler.nowNs();
  }

  wallMs(): number {
    return this.#around.clock.readMs();
  }

  send(to: NodeId, message: JsonValue): void {
    const link = this.#links.get(to);
    if (link === undefined) throw new Error(`${this.self} sends to ${to}, which is not one of its peers`);
    if (!this.#alive) return;
    const { deliver, messageObserver } = this.#around;
    if (messageObserver === undefined) link.carry(() => deliver(this.self, to, message));
    else this.#sendObserved(link, message, messageObserver);
  }

  #sendObserved(link: SimLink, message: JsonValue, observe: MessageObserver): void {
    const { deliver, scheduler } = this.#around;
    const sentNs = scheduler.nowNs();
    const ended = (fate: MessageFate): void =>
      observe({ from: this.self, to: link.to, message, sentNs, endedNs: scheduler.nowNs(), fate });
    link.carry(() => ended(deliver(this.self, link.to, message) ? 'delivered' : 'down'), ended);
  }

  setTimer(name: string, delayMs: number): void {
    this.cancelTimer(name);
    if (!this.#alive) return;
    const timer = this.#around.scheduler.after(Math.round(delayMs * 1e6), () =>
      this.#whenRunning('timers', () => {
        if (this.#timers.get(name) !== timer) return;
        this.#timers.delete(name);
        this.#dispatch({ kind: 'timer', name });
      }),
    );
    this.#timers.set(name, timer);
  }

  cancelTimer(name: string): void {
    const timer = this.#timers.get(name);
    if (timer === undefined) return;
    this.#timers.delete(name);
    this.#around.scheduler.drop(timer);
  }

  append(record: JsonValue): void {
    if (this.#alive) this.#around.disk.append(record);
  }

  rewrite(records: readonly JsonValue[]): void {
    if (this.#alive) this.#around.disk.rewrite(records);
  }

  sync(): number {
    if (!this.#alive) return 0;
    return this.#around.disk.sync((token) =>
      this.#whenRunning('disk', () => this.#dispatch({ kind: 'synced', token })),
    );
  }

  reply(requestId: number, response: JsonValue): void {
    const answer = this.#replies.get(requestId);
    this.#replies.delete(requestId);
    answer?.(response);
  }

  trace(event: string, detail?: JsonValue): void {
    this.#around.log.add(this.#around.scheduler.nowNs(), event, detail);
  }

  #whenRunning(source: string, run: () => void): void {
    if (this.#held === undefined) run();
    else this.#hold(source, run);
  }

  #hold(source: string, run: () => void): void {
    this.#held?.push({ source, run });
  }

  #dispatch(event: HostEvent): void {
    if (!this.#alive) return;
    this.#around.observer?.(this.#around.scheduler.nowNs(), this.self, event);
    try {
      this.#instance.on(event);
    } catch (error) {
      this.#around.crashed(error);
    }
  }
}

/** A random merge of the events' sources; each source keeps its order. */
function interleave(events: readonly HeldEvent[], random: Random): HeldEvent[] {
  const bySource = new Map<string, HeldEvent[]>();
  for (const event of events) {
    const queue = bySource.get(event.source);
    if (queue === undefined) bySource.set(event.source, [event]);
    else queue.push(event);
  }
  // Drawing a shuffled list of the sources' names and serving each name's next event merges them fairly.
  const turns = random.shuffle(events.map((event) => event.source));
  const nextIndex = new Map<string, number>();
  return turns.flatMap((source) => {
    const index = nextIndex.get(source) ?? 0;
    nextIndex.set(source, index + 1);
    const event = bySource.get(source)?.[index];
    return event === undefined ? [] : [event];
  });
}
