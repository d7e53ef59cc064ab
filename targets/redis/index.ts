import type { ContainerContext, ContainerSpec, Target, TargetPromise } from '../../harness/kernel/target.ts';
import { clockProbe, primaries, ready, recovered, version } from './replication.ts';
import { PRIMARY_NAME, SENTINEL_PORT, SERVER_PORT } from './sentinel.ts';
import { OFFERS, openSession } from './sessions.ts';

const DATA_PATH = '/data';
const CONFIG_FOLDER = '/etc/faultline-redis';

const PROMISE: TargetPromise = {
  level: 'convergent',
  keepsAcknowledged: false,
  conditions: 'replication is asynchronous: a failover loses acknowledged writes that its winner had not received',
};

/** Debian's packages start services on installation unless a policy forbids it. */
const DOCKERFILE = `FROM debian:bookworm-slim
RUN printf '#!/bin/sh\\nexit 101\\n' > /usr/sbin/policy-rc.d && chmod +x /usr/sbin/policy-rc.d \\
 && apt-get update \\
 && apt-get install -y --no-install-recommends redis-server redis-sentinel \\
 && rm -rf /var/lib/apt/lists/*
`;

/** The server is the container's first process: SIGKILL on it ends the Sentinel as well, and so does its own end. */
const START = `redis-sentinel ${CONFIG_FOLDER}/sentinel.conf & exec redis-server ${CONFIG_FOLDER}/redis.conf`;

/** Redis with Sentinel as Debian ships them, a server and a Sentinel on every node. */
export const target: Target = {
  name: 'redis',
  description: 'Redis 7 from Debian with Sentinel: asynchronous replication with failover',
  offers: OFFERS,
  promises: { register: PROMISE, set: PROMISE },
  faultModel: {
    kinds: ['partition', 'kill', 'pause', 'clock'],
    clockOffsetMsMax: 60_000,
    survivesKillOfAll: true,
  },
  nodeCounts: { min: 3, max: 3, default: 3 },
  variants: {
    safe: 'the primary stops taking writes about a second after it lost its replicas (min-replicas-to-write 1)',
  },
  docker: {
    image: 'localhost/faultline-redis:bookworm',
    dockerfile: DOCKERFILE,
    container: containerSpec,
    clientPort: SERVER_PORT,
    peerPort: SERVER_PORT,
    dataPaths: [DATA_PATH],
    clockedProcesses: ['redis-server', 'redis-sentinel'],
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

function containerSpec({ node, addresses, variant }: ContainerContext): ContainerSpec {
  const [first] = addresses;
  if (first === undefined) throw new RangeError('expected a cluster with at least one node');
  const [firstNode, firstAddress] = first;
  const server = [
    `port ${SERVER_PORT}`,
    'bind 0.0.0.0',
    'protected-mode no',
    `dir ${DATA_PATH}`,
    'appendonly yes',
    'save ""',
    'repl-diskless-sync-delay 0',
    ...(variant === 'safe' ? ['min-replicas-to-write 1', 'min-replicas-max-lag 1'] : []),
    ...(node === firstNode ? [] : [`replicaof ${firstAddress} ${SERVER_PORT}`]),
  ];
  const sentinel = [
    `port ${SENTINEL_PORT}`,
    'bind 0.0.0.0',
    'protected-mode no',
    'dir /tmp',
    `sentinel monitor ${PRIMARY_NAME} ${firstAddress} ${SERVER_PORT} 2`,
    `sentinel down-after-milliseconds ${PRIMARY_NAME} 2000`,
    `sentinel failover-timeout ${PRIMARY_NAME} 6000`,
    `sentinel parallel-syncs ${PRIMARY_NAME} 1`,
  ];
  return {
    command: ['sh', '-c', START],
    environment: {},
    // Both rewrite their files when roles change, which is how a restarted node remembers them.
    files: [
      { path: `${CONFIG_FOLDER}/redis.conf`, content: `${server.join('\n')}\n` },
      { path: `${CONFIG_FOLDER}/sentinel.conf`, content: `${sentinel.join('\n')}\n` },
    ],
  };
}
