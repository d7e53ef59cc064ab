import type { NodeId } from '../harness/kernel/node.ts';
import type {
  ClusterView,
  ContainerContext,
  ContainerSpec,
  DockerTarget,
  RequestCodec,
} from '../harness/kernel/target.ts';
import { processHostBundle } from './hosted-bundle.ts';
import { HostedConnection, openHostedSession } from './hosted-connection.ts';

const CLIENT_PORT = 7100;
const PEER_PORT = 7200;
const DATA_PATH = '/var/lib/faultline';
const BUNDLE_PATH = '/opt/faultline/process-host.mjs';

/** Node 18 is what Debian bookworm ships. The program itself is put into each container, so the image never gets stale. */
const DOCKERFILE = `FROM debian:bookworm-slim
RUN apt-get update \\
 && apt-get install -y --no-install-recommends nodejs \\
 && rm -rf /var/lib/apt/lists/*
`;

/** Longer than a node may go on believing in a leader that is gone. */
const SETTLED_FOR_MS = 900;

type Readiness = { readonly ready: true } | { readonly ready: false; readonly waitingFor: string };

/** The members of a node's status that are used here; `isPrimary` is absent where the protocol has no such notion. */
interface Status {
  readonly isPrimary?: boolean;
  readonly isSettled: boolean;
  readonly wallMs: number;
  readonly runtime: string;
}

/** How a reference protocol runs in containers: the process host on Debian's Node, one protocol per container. */
export function hostedDocker(protocol: string, codecs: Readonly<Record<string, RequestCodec>>): DockerTarget {
  return {
    image: 'localhost/faultline-process-host:bookworm',
    dockerfile: DOCKERFILE,
    container: (context) => containerSpec(protocol, context),
    clientPort: CLIENT_PORT,
    peerPort: PEER_PORT,
    dataPaths: [DATA_PATH],
    clockedProcesses: ['node'],
    clockProbe: {
      kind: 'self-report',
      name: 'status',
      resolutionMs: 1,
      read: async (address, signal) => (await statusOf(address, signal)).wallMs,
    },
    ready,
    recovered,
    primaries,
    async openClient(workload, node, view) {
      const codec = codecs[workload];
      if (codec === undefined) throw new RangeError(`${protocol} offers no workload ${workload}`);
      return openHostedSession(codec, { host: addressOf(node, view), port: CLIENT_PORT }, view.signal);
    },
    async version(view) {
      const [node] = view.addresses.keys();
      if (node === undefined) throw new RangeError('expected a cluster with at least one node');
      const { runtime } = await statusOf(addressOf(node, view), view.signal);
      return `${protocol} on ${runtime}`;
    },
  };
}

function containerSpec(protocol: string, { node, addresses, mutant }: ContainerContext): ContainerSpec {
  const others = [...addresses].filter(([name]) => name !== node);
  const configuration = {
    protocol,
    node,
    peers: Object.fromEntries(others.map(([name, host]) => [name, { host, port: PEER_PORT }])),
    peerPort: PEER_PORT,
    clientPort: CLIENT_PORT,
    dataDirectory: DATA_PATH,
    ...(mutant === undefined ? {} : { mutant }),
  };
  return {
    command: ['node', BUNDLE_PATH, JSON.stringify(configuration)],
    environment: {},
    files: [{ path: BUNDLE_PATH, content: processHostBundle().content }],
  };
}

/** Ready once every node answers and has nothing left to repair, with one primary where there are primaries. */
async function ready(view: ClusterView): Promise<Readiness> {
  const statuses = await statusesOf(view);
  const silent = [...view.addresses.keys()].filter((node) => !statuses.has(node));
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
async function recovered(view: ClusterView): Promise<Readiness> {
  const first = await ready(view);
  if (!first.ready) return first;
  await new Promise((resolve) => {
    setTimeout(resolve, SETTLED_FOR_MS);
  });
  return ready(view);
}

async function primaries(view: ClusterView): Promise<readonly NodeId[]> {
  return [...(await statusesOf(view))].filter(([, { isPrimary }]) => isPrimary === true).map(([node]) => node);
}

/** What the nodes say of themselves, as far as they answer. */
async function statusesOf(view: ClusterView): Promise<ReadonlyMap<NodeId, Status>> {
  const answers = await Promise.all(
    [...view.addresses].map(async ([node, address]): Promise<readonly [NodeId, Status] | undefined> => {
      try {
        return [node, await statusOf(address, view.signal)];
      } catch {
        // A node that is down or cut off says nothing, which is what the caller learns by its absence.
        return undefined;
      }
    }),
  );
  return new Map(answers.filter((answer) => answer !== undefined));
}

async function statusOf(address: string, signal: AbortSignal): Promise<Status> {
  const connection = await HostedConnection.open(address, CLIENT_PORT, signal);
  try {
    const { status } = await connection.ask({ status: true }, signal);
    // The process host sends all members of a status.
    return status as unknown as Status;
  } finally {
    await connection.close();
  }
}

function addressOf(node: NodeId, view: ClusterView): string {
  const address = view.addresses.get(node);
  if (address === undefined) throw new RangeError(`there is no node ${node}`);
  return address;
}
