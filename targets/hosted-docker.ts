import type { NodeId } from '../harness/kernel/node.ts';
import type {
  ClusterView,
  ContainerContext,
  ContainerSpec,
  DockerTarget,
  RequestCodec,
} from '../harness/kernel/target.ts';
import { processHostBundle } from './hosted-bundle.ts';
import { openHostedSession } from './hosted-connection.ts';
import { primaries, ready, recovered, statusOf, type Endpoints } from './hosted-status.ts';

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
      read: async (host, signal) => (await statusOf({ host, port: CLIENT_PORT }, signal)).wallMs,
    },
    ready: (view) => ready(endpointsOf(view), view.signal),
    recovered: (view) => recovered(endpointsOf(view), view.signal),
    primaries: (view) => primaries(endpointsOf(view), view.signal),
    async openClient(workload, node, view) {
      const codec = codecs[workload];
      if (codec === undefined) throw new RangeError(`${protocol} offers no workload ${workload}`);
      return openHostedSession(codec, { host: addressOf(node, view), port: CLIENT_PORT }, view.signal);
    },
    async version(view) {
      const [node] = view.addresses.keys();
      if (node === undefined) throw new RangeError('expected a cluster with at least one node');
      const { runtime } = await statusOf({ host: addressOf(node, view), port: CLIENT_PORT }, view.signal);
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

function endpointsOf(view: ClusterView): Endpoints {
  return new Map([...view.addresses].map(([node, host]) => [node, { host, port: CLIENT_PORT }]));
}

function addressOf(node: NodeId, view: ClusterView): string {
  const address = view.addresses.get(node);
  if (address === undefined) throw new RangeError(`there is no node ${node}`);
  return address;
}
