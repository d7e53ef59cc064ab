import { execa } from 'execa';
import { spawn } from 'node:child_process';
import type { Socket } from 'node:dgram';

/** How a command in a namespace ended. */
export interface CommandResult {
  readonly ok: boolean;
  readonly stdout: string;
  /** First line of what it complained about. */
  readonly complaint: string;
}

const COMMAND_TIMEOUT_MS = 5000;
const SOCKET_TIMEOUT_MS = 5000;

/** Runs a program of this host in the network namespace of a process; the container needs no such program. */
export async function runInNetwork(pid: number, command: readonly string[], input?: string): Promise<CommandResult> {
  const result = await execa('nsenter', ['--target', String(pid), '--net', '--', ...command], {
    ...(input === undefined ? { stdin: 'ignore' as const } : { input }),
    reject: false,
    timeout: COMMAND_TIMEOUT_MS,
    env: { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin:/usr/bin:/bin` },
  });
  const failure = result.failed ? result.stderr || result.shortMessage || 'it failed' : '';
  return { ok: !result.failed, stdout: result.stdout, complaint: failure.split('\n')[0] ?? '' };
}

/** Run by Node in the namespace: opens a datagram socket there, hands it to its parent, and lets go of it. */
const SOCKET_OPENER = `
const socket = require('node:dgram').createSocket(process.argv[1]);
socket.bind(0, () => process.send('socket', socket, () => {
  socket.close();
  process.disconnect();
}));
`;

/**
 * A datagram socket of this process that lives in the network namespace of another. A socket belongs for good to the
 * namespace it was made in, so a short-lived child makes it there and passes it on; one process can then probe all links.
 */
export function openSocketInNetwork(pid: number, type: 'udp4' | 'udp6'): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      'nsenter',
      ['--target', String(pid), '--net', '--', process.execPath, '-e', SOCKET_OPENER, type],
      { stdio: ['ignore', 'ignore', 'ignore', 'ipc'], timeout: SOCKET_TIMEOUT_MS, killSignal: 'SIGKILL' },
    );
    let socket: Socket | undefined;
    child.once('message', (_message, handle) => {
      socket = handle as Socket;
    });
    child.once('error', reject);
    // Not before the child has ended: as long as it holds the socket too, it takes datagrams from it.
    child.once('close', (code, signal) => {
      if (socket) resolve(socket);
      else reject(new Error(`no socket in the network of process ${pid}: ${signal ?? `exit code ${code}`}`));
    });
  });
}
