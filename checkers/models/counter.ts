import type { Model } from '../../harness/kernel/model.ts';
import { HarnessError } from '../../harness/kernel/harness-error.ts';
import type { ObjectKind } from './object-kind.ts';

/** A number that is added to: `add n` (n may be negative), `read` answers the sum. Option `initial`, default 0. */
export const counter: ObjectKind = {
  name: 'counter',
  description: 'a number: add n, read -> the sum',
  functions: ['add', 'read'],
  blind: ['add'],
  expects: (f, input) => (f === 'add' && typeof input !== 'number' ? 'a number' : undefined),
  hasKeys: true,
  restsOnAll: true,
  commutes: true,
  model({ initial = 0 }) {
    if (typeof initial !== 'number')
      throw new HarnessError('usage', `initial must be a number, came ${JSON.stringify(initial)}`);
    return counterFrom(initial);
  },
};

function counterFrom(initial: number): Model<number> {
  return {
    name: 'counter',
    init: () => initial,
    step(sum, op) {
      if (op.f === 'add') return typeof op.input === 'number' ? sum + op.input : undefined;
      return op.output === undefined || op.output === sum ? sum : undefined;
    },
    identity: (sum) => sum,
    isPure: (op) => op.f === 'read',
  };
}
