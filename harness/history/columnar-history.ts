import type { FaultEvent } from '../kernel/fault.ts';
import { NO_KEY, type History, type HistoryColumns, type ValueCode } from '../kernel/history.ts';
import type { JsonValue } from '../kernel/json.ts';
import type { NodeId } from '../kernel/node.ts';
import { OP_TYPES, type Key, type Op } from '../kernel/op.ts';
import type { OpError } from '../kernel/outcome.ts';
import type { ValueTable } from './value-table.ts';

/** The parts a history is put together from. */
export interface HistoryParts {
  readonly columns: HistoryColumns;
  readonly fNames: readonly string[];
  readonly nodes: readonly NodeId[];
  readonly errors: readonly OpError[];
  readonly faults: readonly FaultEvent[];
  readonly values: Pick<ValueTable, 'decode' | 'codeOf'>;
}

/** {@link History} over typed arrays. Immutable by convention: nobody writes to the columns after construction. */
export class ColumnarHistory implements History {
  readonly columns: HistoryColumns;
  readonly fNames: readonly string[];
  readonly nodes: readonly NodeId[];
  readonly errors: readonly OpError[];
  readonly faults: readonly FaultEvent[];
  readonly #values: Pick<ValueTable, 'decode' | 'codeOf'>;

  constructor(parts: HistoryParts) {
    this.columns = parts.columns;
    this.fNames = parts.fNames;
    this.nodes = parts.nodes;
    this.errors = parts.errors;
    this.faults = parts.faults;
    this.#values = parts.values;
  }

  get length(): number {
    return this.columns.type.length;
  }

  decode(code: ValueCode): JsonValue | undefined {
    return code === NO_KEY ? undefined : this.#values.decode(code);
  }

  codeOf(value: null | boolean | number | string): ValueCode | undefined {
    return this.#values.codeOf(value);
  }

  at(index: number): Op {
    const { columns } = this;
    const type = OP_TYPES[columns.type[index] ?? OP_TYPES.length];
    if (type === undefined) throw new RangeError(`the history has ${this.length} entries, asked for entry ${index}`);
    const key = this.decode(columns.key[index] ?? NO_KEY);
    const error = this.errors[(columns.error[index] ?? 0) - 1];
    const node = this.nodes[columns.node[index] ?? -1];
    // Members are set one by one: spreading optional ones costs ten times as much, and this is called for every entry.
    const op: Mutable<Op> = {
      index,
      timeNs: columns.timeNs[index] ?? 0,
      process: columns.process[index] ?? 0,
      type,
      f: this.fNames[columns.f[index] ?? 0] ?? '',
      value: this.#values.decode(columns.value[index] ?? 0),
    };
    // Only scalars are ever encoded as keys.
    if (key !== undefined) op.key = key as Key;
    if (error !== undefined) op.error = error;
    if (node !== undefined) op.node = node;
    return op;
  }
}

type Mutable<T> = { -readonly [Member in keyof T]: T[Member] };
