import type { JsonValue } from '../../harness/kernel/json.ts';
import type { ModelOp } from '../../harness/kernel/model.ts';
import { canonicalJson } from '../models/canonical-json.ts';
import type { ModelOperations } from './model-operations.ts';

/** Names of micro-operations that read. */
const READS: readonly JsonValue[] = ['r', 'read', 'get'];

/**
 * Which operations put the values in place that an operation saw, for any object: values are told by what they are, those
 * of transactions by their key, too. Only for making evidence small: whoever tests a part with its makers tests it against
 * the model, whatever they are.
 */
export class ValueMakers {
  readonly #operations: ModelOperations;
  /** By value: who put it there, in order of invocation. */
  readonly #makers = new Map<string, number[]>();
  readonly #sees: readonly (readonly string[])[];

  constructor(operations: ModelOperations) {
    this.#operations = operations;
    const values = operations.actions.map(valuesOf);
    this.#sees = values.map(({ sees }) => sees);
    for (let op = 0; op < operations.count; op++) {
      for (const value of values[operations.action[op] as number]?.puts ?? []) {
        const makers = this.#makers.get(value);
        if (makers === undefined) this.#makers.set(value, [op]);
        else makers.push(op);
      }
    }
  }

  /**
   * The operations and, again and again, the makers of what they saw, in order of invocation. Of several makers of a value
   * the last that had returned before, and those that ran since.
   */
  closureOf(roots: readonly number[]): number[] {
    const kept = new Set(roots);
    for (const op of kept) {
      for (const value of this.#sees[this.#operations.action[op] as number] ?? []) {
        for (const maker of this.#visible(op, value)) kept.add(maker);
      }
    }
    return [...kept].sort((left, right) => left - right);
  }

  /** Whether the operation saw a value at all: others say nothing about who made what. */
  sawAny(op: number): boolean {
    return (this.#sees[this.#operations.action[op] as number] ?? []).length > 0;
  }

  #visible(op: number, value: string): readonly number[] {
    const { call, ret } = this.#operations;
    const before = (this.#makers.get(value) ?? []).filter(
      (maker) => maker !== op && (call[maker] as number) < (ret[op] as number),
    );
    let latest = -1;
    for (const maker of before) {
      const isOver = (ret[maker] as number) < (call[op] as number);
      if (isOver && (latest < 0 || (call[maker] as number) > (call[latest] as number))) latest = maker;
    }
    return latest < 0 ? before : before.filter((maker) => (ret[maker] as number) >= (call[latest] as number));
  }
}

interface Values {
  readonly sees: readonly string[];
  readonly puts: readonly string[];
}

function valuesOf({ input, output }: ModelOp): Values {
  const asked = steps(input);
  if (asked !== undefined) {
    const answered = (output === undefined ? undefined : steps(output)) ?? [];
    return {
      sees: answered.flatMap(([f = null, key = null, value = null]) => (READS.includes(f) ? told([key, value]) : [])),
      puts: asked.flatMap(([f = null, key = null, value = null]) => (READS.includes(f) ? [] : told([key, value]))),
    };
  }
  const puts = items(input);
  // An echo of what was asked shows nothing; a pair of values may be one that must be there and one that replaces it.
  const isEcho = output === undefined || canonicalJson(output) === canonicalJson(input);
  const pair = Array.isArray(input) && input.length === 2 ? puts : [];
  return { sees: [...pair, ...(isEcho ? [] : items(output))], puts };
}

function steps(value: JsonValue): readonly (readonly JsonValue[])[] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const list = value as readonly JsonValue[];
  const isSteps = list.every((step) => Array.isArray(step) && step.length === 3 && typeof step[0] === 'string');
  return isSteps ? (list as readonly (readonly JsonValue[])[]) : undefined;
}

function told([key, value]: readonly [JsonValue, JsonValue]): string[] {
  return value === null ? [] : [canonicalJson([key, value])];
}

function items(value: JsonValue): string[] {
  if (value === null) return [];
  return Array.isArray(value) ? (value as readonly JsonValue[]).map(canonicalJson) : [canonicalJson(value)];
}
