import type { Model } from '../../library/index.ts';

/** A register that loses every even write: no real register is this one, so a run judged by it is invalid. */
export const odd: Model<number | null> = {
  name: 'odd-register',
  init: () => null,
  step(state, { f, input, output }) {
    if (f === 'write') return typeof input === 'number' && input % 2 === 1 ? input : state;
    return output === undefined || output === state ? state : undefined;
  },
  identity: (state) => String(state),
  isPure: ({ f }) => f === 'read',
};
