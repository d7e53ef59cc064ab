import { connect, type Socket } from 'node:net';
import type { AsyncClientSession } from '../harness/kernel/client.ts';
import type { JsonObject, JsonValue } from '../harness/kernel/json.ts';
import { NOT_SENT, fail, info, type Outcome } from '../harness/kernel/outcome.ts';
import type { RequestCodec } from '../harness/kernel/target.ts';

/** The connection ended before this was written to it: it was not sent. */
class NotSentError extends Error {}

/** What is waited for on a connection. */
interface Waiting {
  readonly resolve: (answer: JsonObject) => void;
  readonly reject: (error: Error) => void;
}

/** One connection to one process host: lines of JSON, each question with an id that its answer repeats. */
export class HostedConnection {
  readonly #socket: Socket;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;
  #rest = '';

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => this.#take(chunk));
    socket.on('close', () => this.#end(new Error('the connection was closed')));
    socket.on('error', (error) => this.#end(error));
  }

  /** Rejects where no connection came about before `signal` was aborted: nothing was sent. */
  static open(host: string, port: number, signal: AbortSignal): Promise<HostedConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host, port, noDelay: true });
      const giveUp = (error: unknown): void => {
        signal.removeEventListener('abort', abort);
        socket.destroy();
        reject(error instanceof Error ? error : new Error(String(error)));
      };
      const abort = (): void => giveUp(signal.reason);
      signal.addEventListener('abort', abort, { once: true });
      socket.once('error', giveUp);
      socket.once('connect', () => {
        signal.removeEventListener('abort', abort);
        socket.off('error', giveUp);
        resolve(new HostedConnection(socket));
      });
      if (signal.aborted) abort();
    });
  }

  /** Sends one line and resolves to its answer. Rejects at the abort, or where the connection ends first. */
  ask(question: JsonObject, signal: AbortSignal): Promise<JsonObject> {
    return new Promise((resolve, reject) => {
      if (this.#socket.destroyed || !this.#socket.writable) {
        return reject(new NotSentError('the connection had ended'));
      }
      if (signal.aborted) return reject(new NotSentError('the deadline had passed'));
      const id = this.#nextId++;
      const settle = (): void => {
        this.#waiting.delete(id);
        signal.removeEventListener('abort', abort);
      };
      const abort = (): void => {
        settle();
        const error = new Error('no answer before the deadline');
        error.name = 'TimeoutError';
        reject(error);
      };
      signal.addEventListener('abort', abort, { once: true });
      this.#waiting.set(id, {
        resolve: (answer) => {
          settle();
          resolve(answer);
        },
        reject: (error) => {
          settle();
          reject(error);
        },
      });
      this.#socket.write(`${JSON.stringify({ ...question, id })}\n`);
    });
  }

  async close(): Promise<void> {
    this.#socket.destroy();
  }

  #take(chunk: string): void {
    const lines = (this.#rest + chunk).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) {
      try {
        const answer = JSON.parse(line) as JsonObject;
        this.#waiting.get(Number(answer['id']))?.resolve(answer);
      } catch (error) {
        this.#socket.destroy(error instanceof Error ? error : new Error(String(error)));
      }
    }
  }

  #end(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
  }
}

/** A client of one workload on one node. Rejects where the node cannot be reached. */
export async function openHostedSession(
  codec: RequestCodec,
  where: { readonly host: string; readonly port: number },
  signal: AbortSignal,
): Promise<AsyncClientSession> {
  const connection = await HostedConnection.open(where.host, where.port, signal);
  return {
    async invoke(invocation, deadline) {
      let request: JsonValue;
      try {
        request = codec.encode(invocation);
      } catch (error) {
        return fail('unsupported', messageOf(error));
      }
      let answer: JsonObject;
      try {
        answer = await connection.ask({ request }, deadline);
      } catch (error) {
        return classify(error);
      }
      // The host did not even hand it to the protocol.
      if (typeof answer['refused'] === 'string') return fail(answer['refused']);
      try {
        return codec.decode(invocation, answer['response'] ?? null);
      } catch (error) {
        return info('unreadable', messageOf(error));
      }
    },
    close: () => connection.close(),
  };
}

/** What an error of an operation means. Only what was certainly not sent has failed. */
export function classify(error: unknown): Outcome {
  const message = messageOf(error);
  if (error instanceof NotSentError) return fail(NOT_SENT, message);
  if (error instanceof Error && error.name === 'TimeoutError') return info('timeout', message);
  return info('reset', message);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
