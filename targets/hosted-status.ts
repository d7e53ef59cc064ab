import type { NodeId } from '../harness/kernel/node.ts';
import { HostedConnection } from './hosted-connection.ts';

/** Longer than a node may go on believing in a leader that is gone. */
const SETTLED_FOR_MS = 900;

/** Where each node's client port is. */
export type Endpoints = ReadonlyMap<NodeId, { readonly host: string; readonly port: number }>;

type Readiness = { readonly ready: true } | { readonly ready: false; readonly waitingFor: string };

/** The members of a node's status that are used here; `isPrimary` is absent where the protocol has no such notion. */
export interface Status {
  readonly isPrimary?: boolean;
  readonly isSettled: boolean;
  readonly wallMs: number;
  readonly runtime: string;
}

/** Ready once every node answers and has nothing left to repair, with one primary where there are primaries. */
export async function ready(endpoints: Endpoints, signal: AbortSignal): Promise<Readiness> {
  const statuses = await statusesOf(endpoints, signal);
  const silent = [...endpoints.keys()].filter((node) => !statuses.has(node));
  if (silent.length > 0) return { ready: false, waitingFor: `${silent.join(', ')} to answer` };
  const unsettled = [...statuses].find(([, status]) => !status.isSettled);
  if (unsettled !== undefined) return { ready: false, waitingFor: `${unsettled[0]} to catch up` };
  const claims = [...statuses.values()].map(({ isPrimary }) => isPrimary).filter((claim) => claim !== undefined);
  const primaryCount = claims.filter(Boolean).length;
  if (claims.length > 0 && primaryCount !== 1) {
    return { ready: false, waitingFor: `one primary, not ${primaryCount}` };
  }
  return { ready: true };
}

/** Ready, and still so a little later. */
export async function recovered(endpoints: Endpoints, signal: AbortSignal): Promise<Readiness> {
  const first = await ready(endpoints, signal);
  if (!first.ready) return first;
  await new Promise((resolve) => {
    setTimeout(resolve, SETTLED_FOR_MS);
  });
  return ready(endpoints, signal);
}

export async function primaries(endpoints: Endpoints, signal: AbortSignal): Promise<readonly NodeId[]> {
  return [...(await statusesOf(endpoints, signal))]
    .filter(([, { isPrimary }]) => isPrimary === true)
    .map(([node]) => node);
}

/** What the nodes say of themselves, as far as they answer. */
async function statusesOf(endpoints: Endpoints, signal: AbortSignal): Promise<ReadonlyMap<NodeId, Status>> {
  const answers = await Promise.all(
    [...endpoints].map(async ([node, endpoint]): Promise<readonly [NodeId, Status] | undefined> => {
      try {
        return [node, await statusOf(endpoint, signal)];
      } catch {
        // A node that is down or cut off says nothing, which is what the caller learns by its absence.
        return undefined;
      }
    }),
  );
  return new Map(answers.filter((answer) => answer !== undefined));
}

/** What one node says of itself. Rejects where it does not answer. */
export async function statusOf(
  { host, port }: { readonly host: string; readonly port: number },
  signal: AbortSignal,
): Promise<Status> {
  const connection = await HostedConnection.open(host, port, signal);
  try {
    const { status } = await connection.ask({ status: true }, signal);
    // The process host sends all members of a status.
    return status as unknown as Status;
  } finally {
    await connection.close();
  }
}
