import type { ContainerContext, ContainerSpec, Target, TargetPromise } from '../../harness/kernel/target.ts';
import { CLIENT_PORT } from './gateway.ts';
import { clockProbe, primaries, ready, recovered, version } from './membership.ts';
import { OFFERS, openSession } from './sessions.ts';

const PEER_PORT = 2380;
const DATA_PATH = '/var/lib/faultline-etcd';

const PROMISE: TargetPromise = {
  level: 'linearizable',
  keepsAcknowledged: true,
  conditions:
    'whatever the faults of its model; known exception, unfixed in 3.4: a leader that was paused may serve stale reads once it wakes up (etcd issue 20418)',
};

/** Debian's packages start services on installation unless a policy forbids it. */
const DOCKERFILE = `FROM debian:bookworm-slim
RUN printf '#!/bin/sh\\nexit 101\\n' > /usr/sbin/policy-rc.d && chmod +x /usr/sbin/policy-rc.d \\
 && apt-get update \\
 && apt-get install -y --no-install-recommends etcd-server \\
 && rm -rf /var/lib/apt/lists/*
`;

/** etcd as Debian ships it, through its JSON gateway. */
export const target: Target = {
  name: 'etcd',
  description: 'etcd 3.4 from Debian: a Raft-replicated key-value store',
  offers: OFFERS,
  promises: { register: PROMISE, set: PROMISE },
  faultModel: {
    kinds: ['partition', 'kill', 'pause', 'clock'],
    clockOffsetMsMax: 3_600_000,
    survivesKillOfAll: true,
  },
  nodeCounts: { min: 3, max: 5, default: 3 },
  docker: {
    image: 'localhost/faultline-etcd:bookworm',
    dockerfile: DOCKERFILE,
    container: containerSpec,
    clientPort: CLIENT_PORT,
    peerPort: PEER_PORT,
    dataPaths: [DATA_PATH],
    clockedProcesses: ['etcd'],
    clockProbe,
    ready,
    recovered,
    primaries,
    version,
    async openClient(workload, node, view) {
      const address = view.addresses.get(node);
      if (address === undefined) throw new RangeError(`there is no node ${node}`);
      return openSession(workload, address, view.signal);
    },
  },
};

function containerSpec({ node, addresses, runId }: ContainerContext): ContainerSpec {
  const peer = (address: string | undefined): string => `http://${address}:${PEER_PORT}`;
  const address = addresses.get(node);
  const members = [...addresses].map(([name, where]) => `${name}=${peer(where)}`);
  return {
    command: [
      'etcd',
      `--name=${node}`,
      `--data-dir=${DATA_PATH}/data`,
      `--listen-client-urls=http://0.0.0.0:${CLIENT_PORT}`,
      `--advertise-client-urls=http://${address}:${CLIENT_PORT}`,
      `--listen-peer-urls=http://0.0.0.0:${PEER_PORT}`,
      `--initial-advertise-peer-urls=${peer(address)}`,
      `--initial-cluster=${members.join(',')}`,
      `--initial-cluster-token=${runId}`,
      '--initial-cluster-state=new',
      '--logger=zap',
    ],
    environment: {},
    files: [],
  };
}
