import { canonicalJson } from './canonical-json.ts';
import { queueElements } from './fifo-queue.ts';
import type { ObjectKind } from './object-kind.ts';
import { powerSet, type NondeterministicModel } from './power-set.ts';

/** Canonical JSON of what is in the bag, sorted. */
type Bag = readonly string[];

/** A bag: `dequeue` answers any value that is in it, or null when it was empty. */
export const unorderedQueue: ObjectKind = {
  name: 'unordered-queue',
  description: 'a bag: enqueue v, dequeue -> any v in it, or null when empty',
  functions: ['enqueue', 'dequeue'],
  blind: ['enqueue'],
  hasKeys: true,
  model: () => powerSet(bag),
  elements: queueElements,
};

const bag: NondeterministicModel<Bag> = {
  name: 'unordered-queue',
  nondeterministic: true,
  init: () => [[]],
  step(held, op) {
    if (op.f === 'enqueue') return [[...held, canonicalJson(op.input)].sort()];
    // Nobody knows which value a dequeue without answer took.
    if (op.output === undefined) return held.length === 0 ? [held] : held.map((_, at) => held.toSpliced(at, 1));
    if (op.output === null) return held.length === 0 ? [held] : [];
    const at = held.indexOf(canonicalJson(op.output));
    return at < 0 ? [] : [held.toSpliced(at, 1)];
  },
  identity: (held) => held.join('\n'),
};
