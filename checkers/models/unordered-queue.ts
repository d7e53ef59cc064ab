import type { Model } from '../../harness/kernel/model.ts';
import { canonicalJson } from './canonical-json.ts';
import { queueElements } from './fifo-queue.ts';
import type { ObjectKind } from './object-kind.ts';

/** A bag: `dequeue` answers any value that is in it, or null when it was empty. */
export const unorderedQueue: ObjectKind = {
  name: 'unordered-queue',
  description: 'a bag: enqueue v, dequeue -> any v in it, or null when empty',
  functions: ['enqueue', 'dequeue'],
  blind: ['enqueue'],
  hasKeys: true,
  model: () => bag,
  elements: queueElements,
};

/**
 * All bags that the queue may hold, in one. A dequeue without answer took one of the values that were in by then, nobody
 * knows which, so values are kept in layers: with `k` such dequeues there are `k + 1`, and the one numbered `j` from 0 took
 * a value of layers 0 to `j`. Nothing is written out per choice: with 12 such dequeues of 24 values there are 2.7 million.
 *
 * Each layer is canonical JSON, sorted. The choices are nested, so there is one for every dequeue exactly when layers 0 to
 * `j` hold more than `j` values, for every `j` (Hall 1935).
 */
type Layers = readonly (readonly string[])[];

const bag: Model<Layers> = {
  name: 'unordered-queue',
  init: () => [[]],
  step(layers, op) {
    if (op.f === 'enqueue') {
      const last = layers.length - 1;
      return layers.with(last, [...(layers[last] ?? []), canonicalJson(op.input)].sort());
    }
    const isEmpty = sizeOf(layers) === layers.length - 1;
    if (op.output === undefined) return isEmpty ? layers : simplest([...layers, []]);
    if (op.output === null) return isEmpty ? layers : undefined;
    return withoutValue(layers, canonicalJson(op.output));
  },
  identity: (layers) => layers.map((layer) => layer.join('\n')).join('\t'),
  describeState(layers) {
    const taken = layers.length - 1;
    const values = `{${layers.flat().join(', ')}}`;
    return taken === 0 ? values : `${values} without ${taken} of these, which dequeues without answer took`;
  },
};

/**
 * A value was taken that is known. Of equal ones the one in the last layer is given up: whatever dequeue may have taken that
 * one may have taken an earlier one instead.
 */
function withoutValue(layers: Layers, value: string): Layers | undefined {
  const at = layers.findLastIndex((layer) => layer.includes(value));
  const layer = layers[at];
  if (layer === undefined) return undefined;
  const left = layers.with(at, layer.toSpliced(layer.indexOf(value), 1));
  let size = 0;
  for (let taker = 0; taker < left.length - 1; taker++) {
    size += left[taker]?.length ?? 0;
    if (size <= taker) return undefined;
  }
  return simplest(left);
}

/** The same bags in fewer layers and with earlier values, so that equal states look alike. */
function simplest(layers: Layers): Layers {
  const takers = layers.length - 1;
  if (takers === 0) return layers;
  // Where there are as many values as were taken, all of them are gone.
  let gone = 0;
  for (let taker = 0, size = 0; taker < takers; taker++) {
    size += layers[taker]?.length ?? 0;
    if (size === taker + 1) gone = taker + 1;
  }
  const left = layers.slice(gone).map((layer) => [...layer]);
  // A layer of no more values than dequeues up to the next one that matters may as well have been there before.
  for (let layer = left.length - 2, next = left.length - 1; layer > 0; layer--) {
    const values = left[layer] ?? [];
    if (values.length > next - layer) next = layer;
    else {
      left[layer - 1] = [...(left[layer - 1] ?? []), ...values].sort();
      left[layer] = [];
    }
  }
  return left;
}

function sizeOf(layers: Layers): number {
  return layers.reduce((size, layer) => size + layer.length, 0);
}
