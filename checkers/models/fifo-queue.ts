import type { JsonValue } from '../../harness/kernel/json.ts';
import type { Model, ModelOp } from '../../harness/kernel/model.ts';
import { canonicalJson, isSameJson } from './canonical-json.ts';
import type { ObjectKind } from './object-kind.ts';

type Queue = readonly JsonValue[];

/** First in, first out. `dequeue` answers a value, or null when the queue was empty. */
export const fifoQueue: ObjectKind = {
  name: 'fifo-queue',
  description: 'first in, first out: enqueue v, dequeue -> v or null when empty',
  functions: ['enqueue', 'dequeue'],
  blind: ['enqueue'],
  hasKeys: true,
  model: () => model,
  elements: queueElements,
};

const model: Model<Queue> = {
  name: 'fifo-queue',
  init: () => [],
  step(queue, op) {
    if (op.f === 'enqueue') return [...queue, op.input];
    const [first] = queue;
    if (op.output === undefined) return queue.slice(1);
    if (first === undefined) return op.output === null ? queue : undefined;
    return isSameJson(first, op.output) ? queue.slice(1) : undefined;
  },
  identity: canonicalJson,
  isPure: isEmptyAnswer,
};

/** A removal that found nothing: it changes nothing. */
export function isEmptyAnswer(op: ModelOp): boolean {
  return op.f !== 'enqueue' && op.f !== 'push' && op.output === null;
}

/** What was put in or taken out. */
export function queueElements(op: ModelOp): readonly JsonValue[] {
  if (op.f === 'enqueue' || op.f === 'push') return [op.input];
  return op.output === undefined || op.output === null ? [] : [op.output];
}
