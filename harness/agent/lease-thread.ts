/**
 * Entry of the thread that owns the agent and renews its lease. A thread of its own, because the controller's event loop
 * may be busy for seconds; still part of the controller's process, so that a frozen or killed controller stops renewing.
 */
import { execa } from 'execa';
import { parentPort, workerData } from 'node:worker_threads';
import { encodeMessage } from './agent-protocol.ts';
import { splitLines } from './split-lines.ts';

/** How the agent is started. */
export type AgentLaunch = { readonly kind: 'child'; readonly script: string };

export interface LeaseThreadData {
  readonly launch: AgentLaunch;
  readonly leaseMs: number;
}

/** What the controller's main thread sends: a line for the agent, or the wish to end the conversation. */
export type ToLeaseThread = { readonly line: string } | { readonly end: true };

/** What it gets back: lines of the agent, and once that the agent is gone. */
export type FromLeaseThread =
  { readonly line: string } | { readonly gone: string; readonly pid?: number } | { readonly pid: number };

/** Two-way line channel to a running agent. */
interface AgentChannel {
  readonly pid?: number;
  send(line: string): void;
  end(): void;
}

const RENEWALS_PER_LEASE = 5;
const STDERR_TAIL_CHARS = 2000;

function main(): void {
  const port = parentPort;
  if (!port) throw new Error('the lease thread must be started as a worker thread');
  const { launch, leaseMs } = workerData as LeaseThreadData;
  const post = (message: FromLeaseThread): void => port.postMessage(message);
  const renewal = setInterval(
    () => channel.send(encodeMessage({ id: 0, type: 'renew' })),
    Math.max(1, Math.floor(leaseMs / RENEWALS_PER_LEASE)),
  );
  const channel = startChild(
    launch.script,
    (line) => post({ line }),
    (gone) => {
      clearInterval(renewal);
      post({ gone });
      port.close();
    },
  );
  if (channel.pid !== undefined) post({ pid: channel.pid });
  port.on('message', (message: ToLeaseThread) => {
    if ('end' in message) channel.end();
    else channel.send(message.line);
  });
}

/** In a session of its own: what kills the controller's process group does not reach the agent. */
function startChild(script: string, onLine: (line: string) => void, onGone: (why: string) => void): AgentChannel {
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
  let tail = '';
  child.stdout.on('data', splitLines(onLine));
  child.stderr.on('data', (chunk: Buffer) => {
    tail = `${tail}${chunk.toString('utf8')}`.slice(-STDERR_TAIL_CHARS);
  });
  // Writing to an agent that has just ended is no error of its own: its end is reported below.
  child.stdin.on('error', () => undefined);
  void child.then(({ exitCode, signal }) =>
    onGone(`${signal ?? `exit code ${exitCode}`}${tail && `: ${tail.trim()}`}`),
  );
  return {
    ...(child.pid !== undefined && { pid: child.pid }),
    send: (line) => void (child.stdin.writable && child.stdin.write(line)),
    end: () => void child.stdin.end(),
  };
}

main();
