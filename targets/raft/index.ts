import type { Target } from '../../harness/kernel/target.ts';
import { hostedDocker } from '../hosted-docker.ts';
import { hostedProcess } from '../hosted-process.ts';
import { REGISTER_CODEC, SET_CODEC } from '../hosted-operations.ts';
import { RAFT_PROTOCOL } from './protocol/raft.ts';

const CONDITIONS = 'always; answers while a majority of nodes is up and connected';

const CODECS = { register: REGISTER_CODEC, set: SET_CODEC };

/** The strongly consistent reference system. */
export const target: Target = {
  name: 'raft',
  description: 'reference: replicated state machine with leader election, linearizable reads by read index',
  offers: { register: ['read', 'write', 'cas'], set: ['add', 'read'] },
  promises: {
    register: { level: 'linearizable', keepsAcknowledged: true, conditions: CONDITIONS },
    set: { level: 'linearizable', keepsAcknowledged: true, conditions: CONDITIONS },
  },
  faultModel: {
    kinds: ['partition', 'kill', 'pause', 'clock'],
    clockOffsetMsMax: 3_600_000,
    survivesKillOfAll: true,
  },
  nodeCounts: { min: 1, max: 9, default: 5 },
  sim: { protocol: RAFT_PROTOCOL, codecs: CODECS },
  docker: hostedDocker(RAFT_PROTOCOL.name, CODECS),
  process: hostedProcess(RAFT_PROTOCOL.name, CODECS),
};
