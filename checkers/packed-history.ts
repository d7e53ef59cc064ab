import { ColumnarHistory } from '../harness/history/index.ts';
import type { FaultEvent } from '../harness/kernel/fault.ts';
import { NO_KEY, NULL_CODE, type History, type HistoryColumns, type ValueCode } from '../harness/kernel/history.ts';
import type { JsonValue } from '../harness/kernel/json.ts';
import type { OpError } from '../harness/kernel/outcome.ts';

/** A history as it crosses threads: columns and values in shared memory, copied at most once. */
export interface PackedHistory {
  readonly columns: HistoryColumns;
  readonly fNames: readonly string[];
  readonly nodes: readonly string[];
  readonly errors: readonly OpError[];
  readonly faults: readonly FaultEvent[];
  readonly values: PackedValues;
}

/** Interned values as JSON, one after the other in order of their codes. */
interface PackedValues {
  /** UTF-8, in shared memory. */
  readonly text: Uint8Array;
  /** Where each value begins in the text; one more for the end of the last one. */
  readonly starts: Float64Array;
}

/** Packs a history for other threads. O(entries) where its columns are not shared yet, plus the text of its values. */
export function packHistory(history: History): PackedHistory {
  const { columns, fNames, nodes, errors, faults } = history;
  return { columns: sharedColumns(columns), fNames, nodes, errors, faults, values: packValues(history) };
}

/** One value at a time: histories of large values would not fit into memory a second time as text. */
function packValues(history: History): PackedValues {
  const count = internedValues(history.columns);
  const encoder = new TextEncoder();
  const starts = new Float64Array(count + 1);
  let text = new Uint8Array(1024);
  let end = 0;
  for (let slot = 0; slot < count; slot++) {
    const line = JSON.stringify(history.decode(~slot));
    // A UTF-16 unit takes three bytes at most.
    const needed = end + line.length * 3;
    if (needed > text.length) {
      const grown = new Uint8Array(Math.max(needed, text.length * 2));
      grown.set(text.subarray(0, end));
      text = grown;
    }
    starts[slot] = end;
    end += encoder.encodeInto(line, text.subarray(end)).written;
  }
  starts[count] = end;
  return { text: shared(text.subarray(0, end)), starts: shared(starts) };
}

/** The history again, over the same memory. Values are parsed when they are asked for. */
export function unpackHistory(packed: PackedHistory): History {
  return new ColumnarHistory({ ...packed, values: new LazyValues(packed.values) });
}

/** How many values the codes of a history name. */
function internedValues({ value, key }: HistoryColumns): number {
  let least: number = NULL_CODE;
  for (const code of value) if (code < least) least = code;
  for (const code of key) if (code < least && code !== NO_KEY) least = code;
  return ~least + 1;
}

function sharedColumns(columns: HistoryColumns): HistoryColumns {
  return {
    timeNs: shared(columns.timeNs),
    process: shared(columns.process),
    type: shared(columns.type),
    f: shared(columns.f),
    key: shared(columns.key),
    value: shared(columns.value),
    pair: shared(columns.pair),
    error: shared(columns.error),
    node: shared(columns.node),
  };
}

type Column = Float64Array | Int32Array | Uint8Array | Uint16Array | Int16Array;

/** The same numbers in shared memory; the array itself where it is there already. */
function shared<Array extends Column>(column: Array): Array {
  // Node types the buffer as unshared, whatever it is.
  const buffer: unknown = column.buffer;
  if (buffer instanceof SharedArrayBuffer) return column;
  const constructor = column.constructor as new (buffer: SharedArrayBuffer) => Array;
  const copy = new constructor(new SharedArrayBuffer(column.byteLength));
  copy.set(column);
  return copy;
}

const [OPEN_LIST, OPEN_MAP] = [0x5b, 0x7b];

/** A value table that reads and parses a value the first time it is asked for. */
class LazyValues {
  readonly #text: Buffer;
  readonly #starts: Float64Array;
  readonly #parsed = new Map<number, JsonValue>();
  #scalars: Map<boolean | number | string, ValueCode> | undefined;

  constructor({ text, starts }: PackedValues) {
    this.#text = Buffer.from(text.buffer, text.byteOffset, text.byteLength);
    this.#starts = starts;
  }

  decode(code: ValueCode): JsonValue {
    if (code >= 0) return code;
    if (code === NULL_CODE) return null;
    const known = this.#parsed.get(code);
    if (known !== undefined) return known;
    const value = this.#read(~code);
    this.#parsed.set(code, value);
    return value;
  }

  codeOf(value: null | boolean | number | string): ValueCode | undefined {
    if (value === null) return NULL_CODE;
    if (typeof value === 'number' && value >= 0 && value <= 0x7fffffff && Number.isInteger(value)) return value;
    this.#scalars ??= this.#scalarCodes();
    return this.#scalars.get(value);
  }

  #read(slot: number): JsonValue {
    const [start, end] = [this.#starts[slot], this.#starts[slot + 1]];
    if (start === undefined || end === undefined) throw new RangeError(`value code ${~slot} is not in this history`);
    return JSON.parse(this.#text.toString('utf8', start, end)) as JsonValue;
  }

  #scalarCodes(): Map<boolean | number | string, ValueCode> {
    const codes = new Map<boolean | number | string, ValueCode>();
    for (let slot = 0; slot < this.#starts.length - 1; slot++) {
      const first = this.#text[this.#starts[slot] ?? 0];
      if (first === OPEN_LIST || first === OPEN_MAP) continue;
      const value = this.#read(slot);
      if (value !== null) codes.set(value as boolean | number | string, ~slot);
    }
    return codes;
  }
}
