/**
 * Entry of the thread that owns the agent and renews its lease. A thread of its own, because the controller's event loop
 * may be busy for seconds; still part of the controller's process, so that a frozen or killed controller stops renewing.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { openAgentChannel, type AgentLaunch } from './agent-channel.ts';
import { encodeMessage } from './agent-protocol.ts';

export interface LeaseThreadData {
  readonly launch: AgentLaunch;
  readonly leaseMs: number;
}

/** What the controller's main thread sends: a line for the agent, or the wish to end the conversation. */
export type ToLeaseThread = { readonly line: string } | { readonly end: true };

/** What it gets back: the agent's process id once it runs, its lines, and once that it is gone. */
export type FromLeaseThread = { readonly pid: number } | { readonly line: string } | { readonly gone: string };

const RENEWALS_PER_LEASE = 5;

async function main(): Promise<void> {
  const port = parentPort;
  if (!port) throw new Error('the lease thread must be started as a worker thread');
  const { launch, leaseMs } = workerData as LeaseThreadData;
  const post = (message: FromLeaseThread): void => port.postMessage(message);
  let renewal: NodeJS.Timeout | undefined;
  const finish = (gone: string): void => {
    clearInterval(renewal);
    post({ gone });
    port.close();
  };
  try {
    const channel = await openAgentChannel(launch, { onLine: (line) => post({ line }), onGone: finish });
    post({ pid: channel.pid });
    // Messages that came meanwhile are kept until someone listens.
    port.on('message', (message: ToLeaseThread) => {
      if ('end' in message) channel.end();
      else channel.send(message.line);
    });
    renewal = setInterval(
      () => channel.send(encodeMessage({ id: 0, type: 'renew' })),
      Math.max(1, Math.floor(leaseMs / RENEWALS_PER_LEASE)),
    );
  } catch (error) {
    finish(error instanceof Error ? error.message : String(error));
  }
}

void main();
