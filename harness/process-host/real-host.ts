import { randomUUID } from 'node:crypto';
import type { Host, HostEvent, Protocol, ProtocolInstance } from '../kernel/host.ts';
import type { JsonValue } from '../kernel/json.ts';
import type { NodeId } from '../kernel/node.ts';
import { randomOf, type Random } from '../kernel/random.ts';
import type { LogFile } from './log-file.ts';

/** What a {@link RealHost} hands on to. */
export interface RealHostParts {
  readonly node: NodeId;
  readonly peers: readonly NodeId[];
  readonly log: LogFile;
  readonly send: (to: NodeId, message: JsonValue) => void;
  readonly reply: (requestId: number, response: JsonValue) => void;
  /** Something that cannot be gone on from: a bug of the protocol, a disk that fails. Does not return. */
  readonly fatal: (error: unknown) => never;
}

/** The {@link Host} of a real process: kernel clocks, a log file, sockets. */
export class RealHost implements Host {
  readonly self: NodeId;
  readonly peers: readonly NodeId[];
  readonly random: Random = randomOf(randomUUID());
  readonly #parts: RealHostParts;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  #instance: ProtocolInstance | undefined;
  #nextToken = 1;
  /** Syncs run one after the other; each covers what was written before it was asked for. */
  #syncs: Promise<void> = Promise.resolve();

  constructor(parts: RealHostParts) {
    this.self = parts.node;
    this.peers = parts.peers;
    this.#parts = parts;
  }

  start(protocol: Protocol, mutant: string | undefined, records: readonly JsonValue[]): ProtocolInstance {
    this.#instance = protocol.create(this, mutant);
    this.dispatch({ kind: 'start', records });
    return this.#instance;
  }

  /** Gives an event to the protocol. Before the start there is nobody to give it to. */
  dispatch(event: HostEvent): void {
    try {
      this.#instance?.on(event);
    } catch (error) {
      this.#parts.fatal(error);
    }
  }

  monotonicNs(): number {
    return Number(process.hrtime.bigint());
  }

  wallMs(): number {
    return Date.now();
  }

  send(to: NodeId, message: JsonValue): void {
    this.#parts.send(to, message);
  }

  setTimer(name: string, delayMs: number): void {
    this.cancelTimer(name);
    const timer = setTimeout(() => {
      this.#timers.delete(name);
      this.dispatch({ kind: 'timer', name });
    }, delayMs);
    this.#timers.set(name, timer);
  }

  cancelTimer(name: string): void {
    clearTimeout(this.#timers.get(name));
    this.#timers.delete(name);
  }

  append(record: JsonValue): void {
    this.#parts.log.append(record);
  }

  rewrite(records: readonly JsonValue[]): void {
    this.#parts.log.rewrite(records);
  }

  sync(): number {
    const token = this.#nextToken++;
    this.#syncs = this.#syncs
      .then(() => this.#parts.log.flush())
      .then(() => this.dispatch({ kind: 'synced', token }))
      .catch((error: unknown) => this.#parts.fatal(error));
    return token;
  }

  reply(requestId: number, response: JsonValue): void {
    this.#parts.reply(requestId, response);
  }

  trace(event: string, detail?: JsonValue): void {
    const time = new Date().toISOString();
    process.stdout.write(detail === undefined ? `${time} ${event}\n` : `${time} ${event} ${JSON.stringify(detail)}\n`);
  }
}
