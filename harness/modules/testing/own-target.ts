import { defineTarget, type Target } from '../../library/index.ts';
import { target as raft } from '../../../targets/raft/index.ts';

const { sim } = raft;
const register = sim?.codecs['register'];
if (sim === undefined || register === undefined) throw new Error('raft runs in the simulation');

/** A target as a user's module brings it: here raft under another name, for a workload of the user's own. */
export const target: Target = defineTarget({
  ...raft,
  name: 'own-target',
  offers: { ...raft.offers, 'own-workload': ['read', 'write'] },
  sim: { ...sim, codecs: { ...sim.codecs, 'own-workload': register } },
});
