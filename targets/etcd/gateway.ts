import { connect } from 'node:net';
import type { Socket } from 'node:net';

import { buildConnector, Client } from 'undici';

import type { JsonObject } from '../../harness/kernel/json.ts';

export const CLIENT_PORT = 2379;
const TEXT_CHARS_QUOTED = 200;
const CONNECT_TIMEOUT_MS = 2_000;

/** An answer of etcd that is not a success: gRPC status code and the server's own words. */
export class EtcdRefusal extends Error {
  /** https://grpc.github.io/grpc/core/md_doc_statuscodes.html; undefined where the answer had none. */
  readonly grpcCode: number | undefined;
  readonly httpStatus: number;

  constructor(message: string, httpStatus: number, grpcCode: number | undefined) {
    super(message);
    this.name = 'EtcdRefusal';
    this.httpStatus = httpStatus;
    this.grpcCode = grpcCode;
  }
}

/** One connection to the JSON gateway of one node. */
export interface EtcdGateway {
  /**
   * Sends one request and reads the whole answer; one attempt, no retry. Rejects with {@link EtcdRefusal} where etcd says
   * no, else with the transport's error. `signal` bounds everything.
   */
  post(path: string, body: JsonObject, signal: AbortSignal): Promise<JsonObject>;
  /** An answer's JSON and the server's clock as its `Date` header has it, in milliseconds since 1970. */
  get(path: string, signal: AbortSignal): Promise<{ readonly body: JsonObject; readonly dateMs: number }>;
  close(): Promise<void>;
}

/**
 * Connects at once, so that a node which is down is known before anything is sent; rejects with the transport's error. A
 * connection that broke is made anew for the next request.
 */
export async function connectGateway(
  address: string,
  signal: AbortSignal,
  port: number = CLIENT_PORT,
): Promise<EtcdGateway> {
  let first: Socket | undefined = await connectSocket(address, port, signal);
  const connectAgain = buildConnector({ timeout: CONNECT_TIMEOUT_MS });
  const client = new Client(`http://${address}:${port}`, {
    connect(options, callback) {
      const socket = first;
      first = undefined;
      if (socket === undefined || socket.destroyed) connectAgain(options, callback);
      else process.nextTick(callback, null, socket);
    },
    // The caller's signal is the one deadline.
    headersTimeout: 0,
    bodyTimeout: 0,
    pipelining: 1,
  });
  return {
    async post(path, body, signal) {
      const answer = await client.request({
        method: 'POST',
        path,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal,
      });
      return parseAnswer(answer.statusCode, await answer.body.text());
    },
    async get(path, signal) {
      const answer = await client.request({ method: 'GET', path, signal });
      const body = parseAnswer(answer.statusCode, await answer.body.text());
      return { body, dateMs: Date.parse(String(answer.headers['date'])) };
    },
    async close() {
      first?.destroy();
      await client.destroy();
    },
  };
}

/** The signal bounds connecting only: the socket outlives it. */
function connectSocket(address: string, port: number, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address, port, noDelay: true });
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

/** Reads an answer of the gateway: a JSON object, which on failure holds `error` and the gRPC `code`. */
export function parseAnswer(httpStatus: number, text: string): JsonObject {
  const body = parseObject(text);
  if (httpStatus === 200 && body !== undefined && body['error'] === undefined) return body;
  const { error, code } = body ?? {};
  const message = typeof error === 'string' ? error : text.slice(0, TEXT_CHARS_QUOTED);
  throw new EtcdRefusal(message, httpStatus, typeof code === 'number' ? code : undefined);
}

/** A member of an answer that should be text. The gateway leaves out members that have their type's zero value. */
export function textMember(object: JsonObject | undefined, name: string): string | undefined {
  const value = object?.[name];
  return typeof value === 'string' ? value : undefined;
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}
