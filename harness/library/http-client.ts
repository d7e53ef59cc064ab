import { AsyncLocalStorage } from 'node:async_hooks';
import { connect, type Socket } from 'node:net';
import { buildConnector, Client } from 'undici';
import type { JsonValue } from '../kernel/json.ts';
import { fail, info, NOT_SENT, type Outcome } from '../kernel/outcome.ts';

const CONNECT_TIMEOUT_MS = 2_000;

/** An answer of a service: its status, and its body as JSON, or as text where it is none. */
export interface HttpAnswer {
  readonly status: number;
  readonly body: JsonValue;
}

/** One connection to one node. One attempt for each request: no retry, no failover, no redirect. */
export interface HttpClient {
  /** Rejects with the transport's error; {@link outcomeOfError} says what that means for the operation. */
  request(method: string, path: string, body: JsonValue | undefined, signal: AbortSignal): Promise<HttpAnswer>;
  close(): Promise<void>;
}

/**
 * Connects at once, so that a node that is down is known before anything is sent; rejects with the transport's error. A
 * connection that broke is made anew for the next request.
 */
export async function connectHttp(
  { host, port }: { readonly host: string; readonly port: number },
  signal: AbortSignal,
): Promise<HttpClient> {
  let first: Socket | undefined = await connectSocket(host, port, signal).catch((error: unknown) => {
    throw unconnected(error);
  });
  const connectAgain = buildConnector({ timeout: CONNECT_TIMEOUT_MS });
  const client = new Client(`http://${host}:${port}`, {
    connect(options, callback) {
      const socket = first;
      first = undefined;
      if (socket === undefined || socket.destroyed) {
        connectAgain(options, (...[error, made]) =>
          error === null ? callback(null, made) : callback(unconnected(error), null),
        );
      } else process.nextTick(callback, null, socket);
    },
    // The operation's deadline is the only one.
    headersTimeout: 0,
    bodyTimeout: 0,
    pipelining: 1,
  });
  return {
    async request(method, path, body, deadline) {
      const sending = client.request({
        method,
        path,
        ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
        signal: deadline,
      });
      const answer = await counted(sending);
      return { status: answer.statusCode, body: parsed(await answer.body.text()) };
    },
    async close() {
      first?.destroy();
      await client.destroy();
    },
  };
}

/** Requests of one operation of which bytes may have left. */
interface OperationTraffic {
  maybeSent: number;
}

const traffic = new AsyncLocalStorage<OperationTraffic>();
/** Errors of clients of {@link connectHttp} that came before their request had a connection. */
const connectErrors = new WeakSet<Error>();

/** Carries out an operation, so that {@link outcomeOfError} knows what clients of {@link connectHttp} sent for it. */
export async function outcomeOf(invoke: () => Promise<Outcome>): Promise<Outcome> {
  return traffic.run({ maybeSent: 0 }, async () => {
    try {
      return await invoke();
    } catch (error) {
      return outcomeOfError(error);
    }
  });
}

/**
 * What an error means for the operation: `fail` only where it is the very error of a client of {@link connectHttp} that got
 * no connection, and no other such client has sent a byte for this operation of a service before. `info` for all others:
 * a refused connection of any other client says nothing of what was sent elsewhere.
 */
export function outcomeOfError(error: unknown): Outcome {
  const { code, name, message } = Object(error) as Readonly<Record<string, unknown>>;
  const text = typeof message === 'string' ? message : String(error);
  if (error instanceof Error && connectErrors.has(error) && traffic.getStore()?.maybeSent === 0) {
    return fail(NOT_SENT, text);
  }
  if (name === 'AbortError' || name === 'TimeoutError' || code === 'UND_ERR_ABORTED') return info('timeout', text);
  if (code === 'ECONNRESET' || code === 'EPIPE' || code === 'UND_ERR_SOCKET') return info('reset', text);
  return info('client-error', text);
}

function unconnected(error: unknown): Error {
  const known = error instanceof Error ? error : new Error(String(error));
  connectErrors.add(known);
  return known;
}

/** Counts a request as sent, unless it turns out that it had no connection. */
async function counted<T>(sending: Promise<T>): Promise<T> {
  const operation = traffic.getStore();
  if (operation !== undefined) operation.maybeSent++;
  try {
    return await sending;
  } catch (error) {
    if (operation !== undefined && error instanceof Error && connectErrors.has(error)) operation.maybeSent--;
    throw error;
  }
}

/** The signal bounds connecting only: the socket outlives it. */
function connectSocket(host: string, port: number, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true });
    const settle = (act: () => void): void => {
      signal.removeEventListener('abort', onAbort);
      socket.off('error', onError);
      act();
    };
    const onError = (error: Error): void => settle(() => (socket.destroy(), reject(error)));
    const onAbort = (): void => onError(signal.reason as Error);
    socket.once('error', onError);
    socket.once('connect', () => {
      // Until the first request nobody else listens, and an unheard error would end the process.
      socket.on('error', () => undefined);
      settle(() => resolve(socket));
    });
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
}

function parsed(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}
