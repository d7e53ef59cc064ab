import { canonicalJson } from './canonical-json.ts';
import { isJsonArray, type JsonValue } from '../../harness/kernel/json.ts';
import type { Model, ModelOp } from '../../harness/kernel/model.ts';
import type { ObjectKind } from './object-kind.ts';

/** Canonical JSON of the elements, sorted. */
type Elements = readonly string[];

/** A set: `add` and `remove` an element, ask whether it `contains` one, `read` all of them in any order. */
export const set: ObjectKind = {
  name: 'set',
  description: 'a set: add v, remove v, contains v -> true or false, read -> all elements',
  functions: ['add', 'remove', 'contains', 'read'],
  blind: ['add', 'remove'],
  hasKeys: true,
  model: () => model,
  elements(op) {
    if (op.f !== 'read') return [op.input];
    return isJsonArray(op.output) ? op.output : [];
  },
  singles: ['add', 'remove', 'contains'],
};

const model: Model<Elements> = {
  name: 'set',
  init: () => [],
  step(held, op) {
    switch (op.f) {
      case 'add': {
        const element = canonicalJson(op.input);
        return held.includes(element) ? held : [...held, element].sort();
      }
      case 'remove': {
        const element = canonicalJson(op.input);
        return held.includes(element) ? held.filter((other) => other !== element) : held;
      }
      case 'contains':
        return op.output === undefined || held.includes(canonicalJson(op.input)) === op.output ? held : undefined;
      default:
        return op.output === undefined || isSame(held, op.output) ? held : undefined;
    }
  },
  identity: (held) => held.join('\n'),
  describeState: (held) => `{${held.join(', ')}}`,
  isPure: (op: ModelOp) => op.f === 'contains' || op.f === 'read',
};

/** An element that is listed twice is not a set's answer. */
function isSame(held: Elements, answer: JsonValue): boolean {
  if (!isJsonArray(answer) || answer.length !== held.length) return false;
  const read = answer.map(canonicalJson).sort();
  return read.every((element, index) => element === held[index]);
}
