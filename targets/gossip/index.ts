import type { Target } from '../../harness/kernel/target.ts';
import { hostedDocker } from '../hosted-docker.ts';
import { hostedProcess } from '../hosted-process.ts';
import { REGISTER_CODEC, SET_CODEC } from '../hosted-operations.ts';
import { GOSSIP_PROTOCOL } from './protocol/gossip.ts';

const CODECS = { register: REGISTER_CODEC, set: SET_CODEC };

/** The eventually consistent reference system. */
export const target: Target = {
  name: 'gossip',
  description: 'reference: eventually consistent store, last writer wins, anti-entropy between random pairs',
  offers: { register: ['read', 'write'], set: ['add', 'read'] },
  promises: {
    register: {
      level: 'convergent',
      keepsAcknowledged: false,
      conditions: 'once links are healed and every node is back with its disk; of two writes the later wall clock wins',
    },
    set: {
      level: 'convergent',
      keepsAcknowledged: true,
      conditions: 'once links are healed and every node is back with its disk',
    },
  },
  faultModel: {
    kinds: ['partition', 'kill', 'pause', 'clock'],
    clockOffsetMsMax: 3_600_000,
    survivesKillOfAll: true,
  },
  nodeCounts: { min: 1, max: 9, default: 5 },
  sim: { protocol: GOSSIP_PROTOCOL, codecs: CODECS },
  docker: hostedDocker(GOSSIP_PROTOCOL.name, CODECS),
  process: hostedProcess(GOSSIP_PROTOCOL.name, CODECS),
};
