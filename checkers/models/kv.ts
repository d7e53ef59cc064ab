import type { JsonValue } from '../../harness/kernel/json.ts';
import type { Model } from '../../harness/kernel/model.ts';
import { HarnessError } from '../../harness/kernel/harness-error.ts';
import { canonicalJson, isSameJson } from './canonical-json.ts';
import type { ObjectKind } from './object-kind.ts';

/** Strings under keys: `get`, `put v`, `append v` (concatenates). Option `initial`, default the empty string. */
export const kv: ObjectKind = {
  name: 'kv',
  description: 'strings under keys: get -> v, put v, append v',
  functions: ['get', 'put', 'append'],
  blind: ['put', 'append'],
  hasKeys: true,
  model({ initial = '' }) {
    if (typeof initial !== 'string')
      throw new HarnessError('usage', `initial must be a string, came ${JSON.stringify(initial)}`);
    return stringFrom(initial);
  },
  reach: {
    isReset: (op) => op.f === 'put',
    canReach: (text, op) => op.output === undefined || textAnswered(op.output).startsWith(text as string),
  },
};

function stringFrom(initial: string): Model<string> {
  return {
    name: 'kv',
    init: () => initial,
    step(text, op) {
      if (op.f === 'put') return textOf(op.input);
      if (op.f === 'append') return text + textOf(op.input);
      return op.output === undefined || text === textAnswered(op.output) ? text : undefined;
    },
    identity: (text) => text,
    describeState: (text) => JSON.stringify(text),
    isPure: (op) => op.f === 'get',
  };
}

/** What a value is in a string: itself, or JSON. */
export function textOf(value: JsonValue): string {
  return typeof value === 'string' ? value : canonicalJson(value);
}

/** What a \`get\` was answered: a text, or what one puts as a text; null is the empty string. */
export function textAnswered(answer: JsonValue): string {
  return answer === null ? '' : textOf(answer);
}

/** Values of several keys at once: canonical order is by name. */
type Registers = { readonly [key: string]: JsonValue };

/**
 * Registers under keys with transactions over several: `txn [["r", k, null], ["w", k, v], ...]`, which answers the same
 * list with what was read. Options: `initial` (by key; others are null), `nullReads: 'any'` where a read of null means
 * that the client did not look.
 */
export const multiRegister: ObjectKind = {
  name: 'multi-register',
  description: 'registers under keys: txn of ["r", k, v] and ["w", k, v], all at once',
  functions: ['txn'],
  hasKeys: false,
  model({ initial = {}, nullReads = 'exact' }) {
    if (typeof initial !== 'object' || initial === null || Array.isArray(initial)) {
      throw new HarnessError('usage', `initial must be an object of values by key, came ${JSON.stringify(initial)}`);
    }
    return registersFrom(initial as Registers, nullReads === 'any');
  },
};

function registersFrom(initial: Registers, nullReadsAreLegal: boolean): Model<Registers> {
  return {
    name: 'multi-register',
    init: () => initial,
    step(registers, op) {
      let held = registers;
      const answered = op.output === undefined ? undefined : microOps(op.output);
      for (const [index, [f, key, value]] of microOps(op.input).entries()) {
        if (isWrite(f)) held = { ...held, [key]: value };
        else {
          const answer = answered?.[index]?.[2];
          if (answer === undefined || (answer === null && nullReadsAreLegal)) continue;
          if (!isSameJson(answer, held[key] ?? null)) return undefined;
        }
      }
      return held;
    },
    identity: (registers) =>
      canonicalJson(
        Object.keys(registers)
          .sort()
          .flatMap((key) => (registers[key] === null ? [] : [key, registers[key] ?? null])),
      ),
    describeState: (registers) => JSON.stringify(registers),
    isPure: (op) => microOps(op.input).every(([f]) => !isWrite(f)),
  };
}

type MicroOp = readonly [f: string, key: string, value: JsonValue];

function microOps(value: JsonValue): readonly MicroOp[] {
  if (!Array.isArray(value)) return [];
  return (value as readonly JsonValue[]).map((micro): MicroOp => {
    const [f = '', key = '', of = null] = Array.isArray(micro) ? (micro as readonly JsonValue[]) : [];
    return [typeof f === 'string' ? f : '', typeof key === 'string' ? key : JSON.stringify(key), of];
  });
}

function isWrite(f: string): boolean {
  return f === 'w' || f === 'write';
}
