import type { JsonValue } from '../../harness/kernel/json.ts';
import type { Model } from '../../harness/kernel/model.ts';
import { isEmptyAnswer, queueElements } from './fifo-queue.ts';
import type { ObjectKind } from './object-kind.ts';

type Stack = readonly JsonValue[];

/** Last in, first out. `pop` answers a value, or null when the stack was empty. */
export const stack: ObjectKind = {
  name: 'stack',
  description: 'last in, first out: push v, pop -> v or null when empty',
  functions: ['push', 'pop'],
  blind: ['push'],
  hasKeys: true,
  model: () => model,
  elements: queueElements,
};

const model: Model<Stack> = {
  name: 'stack',
  init: () => [],
  step(held, op) {
    if (op.f === 'push') return [...held, op.input];
    const top = held.at(-1);
    if (op.output === undefined) return held.slice(0, -1);
    if (top === undefined) return op.output === null ? held : undefined;
    return JSON.stringify(top) === JSON.stringify(op.output) ? held.slice(0, -1) : undefined;
  },
  identity: (held) => JSON.stringify(held),
  isPure: isEmptyAnswer,
};
