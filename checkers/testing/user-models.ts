import type { Model } from '../../harness/kernel/model.ts';
import { powerSet, type NondeterministicModel } from '../models/index.ts';

/** A register of the user's own, as a module of theirs would export it. */
export const ownRegister: Model<unknown> = {
  name: 'own-register',
  init: () => null,
  step: (state, { f, input, output }) =>
    f === 'write' ? input : output === undefined || output === state ? state : undefined,
  identity: (state) => JSON.stringify(state),
  isPure: ({ f }) => f === 'read',
};

/** A counter of the user's own, of which the checker knows nothing else. */
export const ownCounter: Model<unknown> = {
  name: 'own-counter',
  init: () => 0,
  step: (sum, { f, input, output }) =>
    f === 'add' ? Number(sum) + Number(input) : output === undefined || output === sum ? sum : undefined,
  identity: Number,
  isPure: ({ f }) => f === 'read',
};

/** A register whose writes may get lost: reads may answer either of two values. */
export const lossy: NondeterministicModel<unknown> = {
  name: 'lossy-register',
  nondeterministic: true,
  init: () => [null],
  step: (state, { f, input, output }) =>
    f === 'write' ? [state, input] : output === undefined || output === state ? [state] : [],
  identity: (state) => JSON.stringify(state),
};
export const lossyRegister: Model<unknown> = powerSet(lossy);

/** A model that never comes back from its first step. */
export const hangingModel: Model<unknown> = {
  name: 'hanging',
  init: () => null,
  step() {
    for (;;);
  },
  identity: () => 0,
};

/** A model that throws. */
export const throwingModel: Model<unknown> = {
  name: 'throwing',
  init: () => null,
  step() {
    throw new Error('this model is broken');
  },
  identity: () => 0,
};
