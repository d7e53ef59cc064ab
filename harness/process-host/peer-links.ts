import { connect, createServer, type Server, type Socket } from 'node:net';
import type { JsonValue } from '../kernel/json.ts';
import type { NodeId } from '../kernel/node.ts';
import { onJsonLines, sendJsonLine } from './json-lines.ts';

export interface PeerAddress {
  readonly host: string;
  readonly port: number;
}

/** A line between peers: who speaks, a message of the protocol, or a question whether the other end still hears. */
type PeerLine = { readonly hello: NodeId } | { readonly message: JsonValue } | { readonly ping: number };

const PENDING_MAX_BYTES = 16 * 1024 * 1024;
const CONNECT_TIMEOUT_MS = 1_000;
const RECONNECT_MS = 200;
const PING_MS = 500;
/**
 * A connection whose other end has not answered for so long is made anew. After a partition the kernel alone would wait
 * for its next retransmission, which may be as long away again as the partition lasted.
 */
const SILENCE_MAX_MS = 2_000;
/** Peers ping twice a second: an incoming connection without any line for so long is dead. */
const INCOMING_IDLE_MS = 15_000;

/**
 * One connection to each peer for sending, one from each for receiving. Messages are sent once: while there is no
 * connection, or too much waits on it, they are dropped, as the protocols expect of a network.
 */
export class PeerLinks {
  readonly #self: NodeId;
  readonly #outgoing = new Map<NodeId, OutgoingLink>();
  readonly #server: Server;

  constructor(
    self: NodeId,
    peers: ReadonlyMap<NodeId, PeerAddress>,
    onMessage: (from: NodeId, message: JsonValue) => void,
  ) {
    this.#self = self;
    this.#server = createServer((socket) => serve(socket, peers, onMessage));
    for (const [peer, address] of peers) this.#outgoing.set(peer, new OutgoingLink(self, address));
  }

  async listen(port: number): Promise<void> {
    await listening(this.#server, port);
    for (const link of this.#outgoing.values()) link.open();
  }

  send(to: NodeId, message: JsonValue): void {
    const link = this.#outgoing.get(to);
    if (link === undefined) throw new Error(`${this.#self} sends to ${to}, which is not one of its peers`);
    link.send(message);
  }
}

/** Resolves once the server takes connections on all addresses; rejects where the port cannot be had. */
export function listening(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '0.0.0.0', () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function serve(
  socket: Socket,
  peers: ReadonlyMap<NodeId, PeerAddress>,
  onMessage: (from: NodeId, message: JsonValue) => void,
): void {
  let from: NodeId | undefined;
  socket.setNoDelay(true);
  socket.setTimeout(INCOMING_IDLE_MS, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  onJsonLines(socket, (value) => {
    // Only peers know this port, and they run the same code.
    const line = value as PeerLine;
    if ('hello' in line) from = peers.has(line.hello) ? line.hello : undefined;
    else if ('ping' in line) sendJsonLine(socket, line, PENDING_MAX_BYTES);
    else if (from !== undefined) onMessage(from, line.message);
    else socket.destroy();
  });
}

class OutgoingLink {
  readonly #self: NodeId;
  readonly #address: PeerAddress;
  #socket: Socket | undefined;
  #heardAtMs = 0;

  constructor(self: NodeId, address: PeerAddress) {
    this.#self = self;
    this.#address = address;
  }

  /** Connects, and connects again whenever the connection ends, for as long as the process lives. */
  open(): void {
    const socket = connect({ ...this.#address, noDelay: true });
    const timer = setTimeout(() => socket.destroy(), CONNECT_TIMEOUT_MS);
    socket.on('connect', () => {
      clearTimeout(timer);
      this.#socket = socket;
      this.#heardAtMs = performance.now();
      this.#sendLine({ hello: this.#self });
    });
    onJsonLines(socket, () => (this.#heardAtMs = performance.now()));
    const pings = setInterval(() => this.#ping(socket), PING_MS);
    // An error is followed by close, which is where the connection is made anew.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(timer);
      clearInterval(pings);
      if (this.#socket === socket) this.#socket = undefined;
      setTimeout(() => this.open(), RECONNECT_MS);
    });
  }

  send(message: JsonValue): void {
    this.#sendLine({ message });
  }

  #ping(socket: Socket): void {
    if (this.#socket !== socket) return;
    if (performance.now() - this.#heardAtMs > SILENCE_MAX_MS) socket.destroy();
    else this.#sendLine({ ping: 0 });
  }

  #sendLine(line: PeerLine): void {
    if (this.#socket !== undefined) sendJsonLine(this.#socket, line, PENDING_MAX_BYTES);
  }
}
