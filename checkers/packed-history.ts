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
  /** Interned values as JSON, one line each, in order of their codes; UTF-8. */
  readonly valueLines: Uint8Array;
}

/** Packs a history for other threads. O(entries) where its columns are not shared yet, plus the text of its values. */
export function packHistory(history: History): PackedHistory {
  const { columns, fNames, nodes, errors, faults } = history;
  const lines: string[] = [];
  for (let slot = 0, count = internedValues(columns); slot < count; slot++) {
    lines.push(JSON.stringify(history.decode(~slot)));
  }
  const text = new TextEncoder().encode(lines.join('\n'));
  return { columns: sharedColumns(columns), fNames, nodes, errors, faults, valueLines: shared(text) };
}

/** The history again, over the same memory. Values are parsed when they are asked for. */
export function unpackHistory(packed: PackedHistory): History {
  return new ColumnarHistory({ ...packed, values: new LazyValues(packed.valueLines) });
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

/** A value table that parses a value the first time it is asked for. */
class LazyValues {
  readonly #bytes: Uint8Array;
  #lines: string[] | undefined;
  readonly #parsed = new Map<number, JsonValue>();
  #scalars: Map<boolean | number | string, ValueCode> | undefined;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  decode(code: ValueCode): JsonValue {
    if (code >= 0) return code;
    if (code === NULL_CODE) return null;
    const known = this.#parsed.get(code);
    if (known !== undefined) return known;
    const line = this.#allLines()[~code];
    if (line === undefined) throw new RangeError(`value code ${code} is not in this history`);
    const value = JSON.parse(line) as JsonValue;
    this.#parsed.set(code, value);
    return value;
  }

  codeOf(value: null | boolean | number | string): ValueCode | undefined {
    if (value === null) return NULL_CODE;
    if (typeof value === 'number' && value >= 0 && value <= 0x7fffffff && Number.isInteger(value)) return value;
    this.#scalars ??= this.#scalarCodes();
    return this.#scalars.get(value);
  }

  #scalarCodes(): Map<boolean | number | string, ValueCode> {
    const codes = new Map<boolean | number | string, ValueCode>();
    this.#allLines().forEach((line, slot) => {
      if (line.startsWith('[') || line.startsWith('{') || line === 'null') return;
      codes.set(JSON.parse(line) as boolean | number | string, ~slot);
    });
    return codes;
  }

  #allLines(): string[] {
    // Decoders refuse shared memory.
    this.#lines ??= new TextDecoder().decode(this.#bytes.slice()).split('\n');
    return this.#lines;
  }
}
