import { createServer, type Server, type Socket } from 'node:net';
import type { JsonValue } from '../kernel/json.ts';
import { onJsonLines, sendJsonLine } from './json-lines.ts';
import { listening } from './peer-links.ts';

/** What a node says of itself. */
export interface NodeStatus {
  readonly node: string;
  readonly protocol: string;
  /** Absent where the protocol has no such notion. */
  readonly isPrimary?: boolean;
  readonly isSettled: boolean;
  /** Version of the runtime it runs on. */
  readonly runtime: string;
  /** The node's wall clock, in milliseconds since 1970. */
  readonly wallMs: number;
}

/** A line from a client: a request to the protocol, or a question about the node itself. */
type ClientLine =
  | { readonly id: number; readonly request: JsonValue; readonly status?: never }
  | { readonly id: number; readonly status: true; readonly request?: never };

/** Requests that may be open at a time, over all clients. */
const OPEN_MAX = 10_000;
const PENDING_MAX_BYTES = 64 * 1024 * 1024;

/**
 * Where clients ask: lines `{id, request}` are answered by `{id, response}`, or by `{id, refused}` where the request was
 * not even handed to the protocol; `{id, status: true}` is answered by `{id, status}`.
 */
export class ClientPort {
  readonly #server: Server;
  readonly #open = new Map<number, { readonly socket: Socket; readonly id: number }>();
  readonly #onRequest: (requestId: number, request: JsonValue) => void;
  readonly #status: () => NodeStatus;
  #nextRequestId = 1;

  constructor(onRequest: (requestId: number, request: JsonValue) => void, status: () => NodeStatus) {
    this.#onRequest = onRequest;
    this.#status = status;
    this.#server = createServer((socket) => this.#serve(socket));
  }

  async listen(port: number): Promise<void> {
    await listening(this.#server, port);
  }

  /** Answers a request; a client that is gone is ignored. */
  reply(requestId: number, response: JsonValue): void {
    const waiting = this.#open.get(requestId);
    if (waiting === undefined) return;
    this.#open.delete(requestId);
    const { socket, id } = waiting;
    // A client that does not read its answers is cut off, so that they do not pile up.
    if (!sendJsonLine(socket, { id, response }, PENDING_MAX_BYTES)) socket.destroy();
  }

  #serve(socket: Socket): void {
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      for (const [requestId, waiting] of this.#open) if (waiting.socket === socket) this.#open.delete(requestId);
    });
    onJsonLines(socket, (value) => {
      const line = value as ClientLine;
      if (typeof line === 'object' && line !== null && typeof line.id === 'number') this.#take(socket, line);
      else socket.destroy(new Error('expected a line with an id'));
    });
  }

  #take(socket: Socket, line: ClientLine): void {
    const { id } = line;
    const refuse = (refused: string): boolean => sendJsonLine(socket, { id, refused }, PENDING_MAX_BYTES);
    if (line.status === true) sendJsonLine(socket, { id, status: this.#status() }, PENDING_MAX_BYTES);
    else if (line.request === undefined) refuse('no-request');
    else if (this.#open.size >= OPEN_MAX) refuse('overloaded');
    else {
      const requestId = this.#nextRequestId++;
      this.#open.set(requestId, { socket, id });
      this.#onRequest(requestId, line.request);
    }
  }
}
