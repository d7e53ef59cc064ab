import type { NodeId } from '../harness/kernel/node.ts';
import type { ProcessContext, ProcessTarget, ProcessView, RequestCodec } from '../harness/kernel/target.ts';
import { processHostBundle } from './hosted-bundle.ts';
import { openHostedSession } from './hosted-connection.ts';
import { primaries, ready, recovered, type Endpoints } from './hosted-status.ts';

/** How a reference protocol runs as local processes: the process host on the Node that runs Faultline. */
export function hostedProcess(protocol: string, codecs: Readonly<Record<string, RequestCodec>>): ProcessTarget {
  return {
    process: (context) => ({ command: [process.execPath, processHostBundle().path, configuration(protocol, context)] }),
    ready: (view) => ready(endpointsOf(view), view.signal),
    recovered: (view) => recovered(endpointsOf(view), view.signal),
    primaries: (view) => primaries(endpointsOf(view), view.signal),
    async openClient(workload, node, view) {
      const codec = codecs[workload];
      const endpoint = endpointsOf(view).get(node);
      if (codec === undefined) throw new RangeError(`${protocol} offers no workload ${workload}`);
      if (endpoint === undefined) throw new RangeError(`there is no node ${node}`);
      return openHostedSession(codec, endpoint, view.signal);
    },
    version: async () => `${protocol} on node ${process.version}`,
  };
}

function configuration(protocol: string, { node, addresses, dataDirectory, mutant }: ProcessContext): string {
  const own = addresses.get(node);
  if (own === undefined) throw new RangeError(`there is no node ${node}`);
  const others = [...addresses].filter(([name]) => name !== node);
  const peers = others.map(([name, { host, peerPort }]): [NodeId, unknown] => [name, { host, port: peerPort }]);
  return JSON.stringify({
    protocol,
    node,
    peers: Object.fromEntries(peers),
    peerPort: own.peerPort,
    clientPort: own.clientPort,
    dataDirectory,
    ...(mutant === undefined ? {} : { mutant }),
  });
}

function endpointsOf(view: ProcessView): Endpoints {
  return new Map([...view.addresses].map(([node, { host, clientPort }]) => [node, { host, port: clientPort }]));
}
