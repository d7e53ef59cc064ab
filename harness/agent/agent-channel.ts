import { execa } from 'execa';
import { request } from 'node:http';
import type { Duplex } from 'node:stream';
import { dockerEngine, engineMessage } from './docker-engine.ts';
import { splitLines } from './split-lines.ts';

/** How the agent is started. */
export type AgentLaunch =
  | { readonly kind: 'child'; readonly script: string }
  | { readonly kind: 'container'; readonly dockerSocket: string; readonly name: string };

/** Two-way line channel to a running agent. */
export interface AgentChannel {
  /** Process id on this host, 0 where it never started. */
  readonly pid: number;
  send(line: string): void;
  /** Closes the agent's input. Unless it was told to close, it heals everything. */
  end(): void;
}

export interface ChannelEvents {
  readonly onLine: (line: string) => void;
  /** The agent is gone, and so is its container. Called once, with the last it had to say. */
  readonly onGone: (why: string) => void;
}

const COMPLAINT_CHARS = 2000;
const ATTACH_TIMEOUT_MS = 10_000;
const REMOVAL_TIMEOUT_MS = 10_000;
const FRAME_HEADER_BYTES = 8;
const STDERR = 2;

/** Starts the agent. Rejects where it cannot be started; then nothing of it runs. */
export function openAgentChannel(launch: AgentLaunch, events: ChannelEvents): Promise<AgentChannel> {
  return launch.kind === 'child' ? startChild(launch.script, events) : startContainer(launch, events);
}

/** In a session of its own: what kills the controller's process group does not reach the agent. */
async function startChild(script: string, { onLine, onGone }: ChannelEvents): Promise<AgentChannel> {
  const child = execa(process.execPath, [script], {
    detached: true,
    cleanup: false,
    buffer: false,
    reject: false,
    cwd: '/',
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const complaints = lastWords();
  child.stdout.on('data', splitLines(onLine));
  child.stderr.on('data', complaints.add);
  // Writing to an agent that has just ended is no error of its own: its end is reported below.
  child.stdin.on('error', () => undefined);
  void child.then(({ exitCode, signal }) => onGone(complaints.after(signal ?? `exit code ${exitCode}`)));
  return {
    pid: child.pid ?? 0,
    send: (line) => void (child.stdin.writable && child.stdin.write(line)),
    end: () => void child.stdin.end(),
  };
}

/** The container is made already. Its input ends with this connection, so the death of this process is seen there too. */
async function startContainer(
  { dockerSocket, name }: AgentLaunch & { readonly kind: 'container' },
  { onLine, onGone }: ChannelEvents,
): Promise<AgentChannel> {
  const engine = dockerEngine(dockerSocket);
  const path = `/containers/${encodeURIComponent(name)}`;
  const stream = await attach(dockerSocket, path);
  const complaints = lastWords();
  const lines = splitLines(onLine);
  stream.on(
    'data',
    splitFrames((from, payload) => (from === STDERR ? complaints.add(payload) : lines(payload))),
  );
  stream.on('error', () => undefined);
  stream.on('close', () => {
    // The engine removes the container itself; wait for it, so that whoever cleans up next does not meet it.
    engine
      .call('POST', `${path}/wait?condition=removed`, { timeoutMs: REMOVAL_TIMEOUT_MS })
      .catch(() => undefined)
      .finally(() => onGone(complaints.after('its container ended')));
  });
  const started = await engine.call('POST', `${path}/start`);
  if (started.status >= 400) {
    stream.destroy();
    await engine.call('DELETE', `${path}?force=1`);
    throw new Error(`the fault agent's container does not start: ${engineMessage(started)}`);
  }
  const { body } = await engine.call('GET', `${path}/json`);
  return {
    pid: (body as { readonly State?: { readonly Pid?: number } }).State?.Pid ?? 0,
    send: (line) => void (stream.writable && stream.write(line)),
    end: () => void stream.end(),
  };
}

/** Takes over the HTTP connection, as the engine does for a container's input and output. */
function attach(socketPath: string, path: string): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const call = request({
      socketPath,
      method: 'POST',
      path: `${path}/attach?stream=1&stdin=1&stdout=1&stderr=1`,
      headers: { host: 'docker', connection: 'Upgrade', upgrade: 'tcp' },
    });
    call.setTimeout(ATTACH_TIMEOUT_MS, () => call.destroy(new Error('the Docker engine did not attach in time')));
    call.on('upgrade', (_response, socket) => {
      socket.setTimeout(0);
      resolve(socket);
    });
    call.on('response', ({ statusCode }) => {
      call.destroy();
      reject(new Error(`the Docker engine did not attach to the fault agent's container: status ${statusCode}`));
    });
    call.on('error', reject);
    call.end();
  });
}

/** Output of a container without a terminal: frames of one byte for the stream, three empty ones, a length, the payload. */
export function splitFrames(onFrame: (stream: number, payload: Buffer) => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0);
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= FRAME_HEADER_BYTES) {
      const end = FRAME_HEADER_BYTES + rest.readUInt32BE(4);
      if (rest.length < end) return;
      onFrame(rest.readUInt8(0), rest.subarray(FRAME_HEADER_BYTES, end));
      rest = rest.subarray(end);
    }
  };
}

/** Keeps the end of what an agent complained about. */
function lastWords(): { readonly add: (chunk: Buffer) => void; readonly after: (cause: string) => string } {
  let tail = '';
  return {
    add: (chunk) => {
      tail = `${tail}${chunk.toString('utf8')}`.slice(-COMPLAINT_CHARS);
    },
    after: (cause) => (tail === '' ? cause : `${cause}: ${tail.trim()}`),
  };
}
