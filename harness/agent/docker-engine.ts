import { request } from 'node:http';

/** Answer of the Docker engine. `body` is parsed JSON where it is JSON, else text. */
export interface EngineAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** The part of the Docker engine's HTTP interface that the agent needs. */
export interface DockerEngine {
  readonly socketPath: string;
  /**
   * One request. Any status is an answer; rejects when the engine cannot be reached or does not answer in time.
   * `body` is sent as JSON, or as a tar archive when it is bytes.
   */
  call(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, options?: CallOptions): Promise<EngineAnswer>;
}

export interface CallOptions {
  readonly body?: object | Uint8Array;
  readonly timeoutMs?: number;
}

const CALL_TIMEOUT_MS = 15_000;
const DEFAULT_SOCKET = '/var/run/docker.sock';

/** Unix socket of the engine: that of DOCKER_HOST where it names one, else the default. */
export function dockerSocketPath(environment: NodeJS.ProcessEnv = process.env): string {
  const host = environment['DOCKER_HOST'];
  return host?.startsWith('unix://') ? host.slice('unix://'.length) : DEFAULT_SOCKET;
}

/** Speaks plain HTTP over the engine's unix socket, so that the agent stays one small file. */
export function dockerEngine(socketPath: string): DockerEngine {
  return {
    socketPath,
    call(method, path, { body, timeoutMs = CALL_TIMEOUT_MS } = {}) {
      const isArchive = body instanceof Uint8Array;
      const payload = body === undefined ? undefined : isArchive ? body : Buffer.from(JSON.stringify(body));
      const headers = {
        host: 'docker',
        ...(payload && { 'content-type': isArchive ? 'application/x-tar' : 'application/json' }),
        'content-length': String(payload?.length ?? 0),
      };
      return new Promise((resolve, reject) => {
        const call = request({ socketPath, method, path, headers }, (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            resolve({ status: response.statusCode ?? 0, body: parseBody(Buffer.concat(chunks).toString('utf8')) });
          });
        });
        call.setTimeout(timeoutMs, () => {
          call.destroy(new Error(`the Docker engine did not answer ${method} ${path} within ${timeoutMs} ms`));
        });
        call.on('error', reject);
        call.end(payload);
      });
    },
  };
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** The engine's own words for a failed call. */
export function engineMessage(answer: EngineAnswer): string {
  const { body } = answer;
  if (typeof body === 'object' && body !== null && 'message' in body) return String(body.message);
  return `status ${answer.status}`;
}
