import { describeEnvironment } from '../environment.contract.ts';
import { target as gossip } from '../../../targets/gossip/index.ts';
import { target as raft } from '../../../targets/raft/index.ts';
import { hostTurn } from '../host-turn.ts';
import { createSimEnvironment } from './sim-environment.ts';

describeEnvironment({
  name: 'sim',
  make: async () => ({
    environment: createSimEnvironment({ yieldToHost: hostTurn }),
    strong: raft,
    eventual: gossip,
  }),
});
