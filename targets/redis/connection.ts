import { connect } from 'node:net';
import type { Socket } from 'node:net';

import { encodeCommand, ErrorReply, ReplyReader } from './reply.ts';
import type { Reply } from './reply.ts';

/** No command of the caller's has left this machine. */
export class ConnectFailure extends Error {
  constructor(where: string, cause: unknown) {
    super(`no connection to ${where}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = 'ConnectFailure';
  }
}

/** The connection broke after a command was sent and before its reply came. */
export class ConnectionLost extends Error {
  constructor(where: string, cause: unknown) {
    super(`connection to ${where} lost: ${cause instanceof Error ? cause.message : 'closed by the server'}`, { cause });
    this.name = 'ConnectionLost';
  }
}

/** One connection to one server. Nothing is queued, retried or reconnected. */
export interface RedisConnection {
  /** False once it broke or was closed; it does not come back. */
  isUsable(): boolean;
  /**
   * One command, one reply; one at a time. Rejects with {@link ErrorReply}, {@link ConnectFailure}, {@link ConnectionLost}
   * or the reason of `signal`. Aborting closes the connection, because the reply may still come.
   */
  command(words: readonly string[], signal: AbortSignal): Promise<Reply>;
  close(): void;
}

/**
 * Connects within the time that `signal` leaves; rejects with {@link ConnectFailure}. Own code instead of a driver: only
 * who writes to the socket knows whether a command was sent, and drivers reconnect, queue and greet on their own.
 */
export function connectRedis(address: string, port: number, signal: AbortSignal): Promise<RedisConnection> {
  const where = `${address}:${port}`;
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address, port, noDelay: true });
    const settle = (act: () => void): void => {
      signal.removeEventListener('abort', onAbort);
      socket.off('error', onError);
      act();
    };
    const onError = (error: unknown): void => {
      settle(() => {
        socket.on('error', () => undefined).destroy();
        reject(new ConnectFailure(where, error));
      });
    };
    const onAbort = (): void => onError(signal.reason);
    socket.once('error', onError);
    socket.once('connect', () => settle(() => resolve(new Connection(socket, where))));
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
}

/** Connects, asks, and closes again. */
export async function askOnce(
  address: string,
  port: number,
  words: readonly string[],
  signal: AbortSignal,
): Promise<Reply> {
  const connection = await connectRedis(address, port, signal);
  try {
    return await connection.command(words, signal);
  } finally {
    connection.close();
  }
}

interface Waiting {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
}

class Connection implements RedisConnection {
  readonly #socket: Socket;
  readonly #where: string;
  readonly #reader = new ReplyReader();
  #waiting: Waiting | undefined;

  constructor(socket: Socket, where: string) {
    this.#socket = socket;
    this.#where = where;
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('error', (error) => this.#lose(error));
    socket.on('close', () => this.#lose(undefined));
    // A server that ends its side answers nothing any more.
    socket.on('end', () => socket.destroy());
  }

  isUsable(): boolean {
    return this.#socket.writable && !this.#socket.destroyed && this.#waiting === undefined;
  }

  command(words: readonly string[], signal: AbortSignal): Promise<Reply> {
    if (!this.isUsable()) return Promise.reject(new ConnectFailure(this.#where, new Error('the connection is closed')));
    if (signal.aborted) return Promise.reject(new ConnectFailure(this.#where, signal.reason));
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        this.#settle()?.reject(signal.reason as Error);
        this.close();
      };
      const leave = (): void => signal.removeEventListener('abort', onAbort);
      this.#waiting = {
        resolve: (reply) => (leave(), resolve(reply)),
        reject: (error) => (leave(), reject(error)),
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#socket.write(encodeCommand(words));
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    try {
      this.#reader.push(chunk);
      const reply = this.#reader.read();
      if (reply === undefined) return;
      const waiting = this.#settle();
      if (reply instanceof ErrorReply) waiting?.reject(reply);
      else waiting?.resolve(reply);
    } catch (error) {
      this.#lose(error);
      this.close();
    }
  }

  #lose(cause: unknown): void {
    this.#settle()?.reject(new ConnectionLost(this.#where, cause));
  }

  #settle(): Waiting | undefined {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    return waiting;
  }
}
