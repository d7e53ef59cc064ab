import type { JsonValue } from '../../harness/kernel/json.ts';
import type { Model } from '../../harness/kernel/model.ts';
import { isEmptyAnswer, queueElements } from './fifo-queue.ts';
import { canonicalJson, isSameJson } from './canonical-json.ts';
import type { ObjectKind } from './object-kind.ts';

type Stack = readonly JsonValue[];

/** Last in, first out. `pop` answers a value, or null when the stack was empty; `peek` answers the same and takes nothing. */
export const stack: ObjectKind = {
  name: 'stack',
  description: 'last in, first out: push v, pop -> v or null when empty, peek -> the same without taking it',
  functions: ['push', 'pop', 'peek'],
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
    const left = op.f === 'peek' ? held : held.slice(0, -1);
    if (op.output === undefined) return left;
    if (top === undefined) return op.output === null ? held : undefined;
    return isSameJson(top, op.output) ? left : undefined;
  },
  identity: canonicalJson,
  isPure: (op) => op.f === 'peek' || isEmptyAnswer(op),
};
