import { ColumnarHistory } from '../harness/history/index.ts';
import type { FaultEvent } from '../harness/kernel/fault.ts';
import { NO_KEY, NULL_CODE, type History, type HistoryColumns, type ValueCode } from '../harness/kernel/history.ts';
import type { JsonValue } from '../harness/kernel/json.ts';
import type { OpError } from '../harness/kernel/outcome.ts';
import { heavyJson, isHeavy } from './heavy-json.ts';

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
  /** UTF-8, in pieces of shared memory: as one piece, it would have to be copied to grow. */
  readonly pieces: readonly Uint8Array[];
  /** The number of the first value of each piece. */
  readonly firsts: readonly number[];
  /** Where each value ends in its piece. */
  readonly ends: Float64Array;
}

/** What packing may take, on a monotonic clock. */
export interface PackLimits {
  readonly nowMs: () => number;
  readonly deadlineMs: number;
  /** For the text of the values. */
  readonly bytes: number;
}

/** Thrown where a history is too large, or too slow to write down, for its {@link PackLimits}. */
export class PackingStopped extends Error {
  readonly what: 'time' | 'memory';

  constructor(what: 'time' | 'memory', message: string) {
    super(message);
    this.what = what;
  }
}

/**
 * Packs a history for other threads. O(entries) where its columns are not shared yet, plus the text of its values.
 * Throws {@link PackingStopped}.
 */
export function packHistory(history: History, limits: PackLimits): PackedHistory {
  const { columns, fNames, nodes, errors, faults } = history;
  return { columns: sharedColumns(columns), fNames, nodes, errors, faults, values: packValues(history, limits) };
}

/** Bytes that the text of the values takes, with what its last pieces have room for. */
export function packedBytes({ values: { pieces } }: PackedHistory): number {
  return pieces.reduce((sum, { buffer }) => sum + buffer.byteLength, 0);
}

const PIECE_BYTES = 2 ** 20;
/** Characters of text between two looks at the clock. A value that is nested deeply costs more per character. */
const CHARACTERS_PER_LOOK = 100_000;
const CHARACTERS_PER_VALUE = 100;
/** Of the memory there is, for one value: read again, it takes room as a text, and as what the text says. */
const SHARE_OF_ONE_VALUE = 1 / 4;

/** One value at a time: histories of large values would not fit into memory a second time as text. */
function packValues(history: History, limits: PackLimits): PackedValues {
  const count = internedValues(history.columns);
  const encoder = new TextEncoder();
  const ends = new Float64Array(new SharedArrayBuffer(count * 8));
  const pieces: Uint8Array[] = [];
  const firsts: number[] = [];
  let piece: Uint8Array = new Uint8Array(0);
  let [end, left, bytes] = [0, 0, 0];
  const closePiece = (): void => {
    bytes += end;
    if (end > 0) pieces[pieces.length - 1] = piece.subarray(0, end);
    end = 0;
  };
  const openPiece = (slot: number, opened: Uint8Array): void => {
    piece = opened;
    pieces.push(piece);
    firsts.push(slot);
  };
  const look = (slot: number, more: number): void => {
    const reached = `${slot} of ${count} different values were handed over`;
    if (limits.nowMs() > limits.deadlineMs) throw new PackingStopped('time', reached);
    if (bytes + end + more > limits.bytes) throw new PackingStopped('memory', reached);
  };
  for (let slot = 0; slot < count; slot++) {
    const value = history.decode(~slot) ?? null;
    if (isHeavy(value)) {
      closePiece();
      const text = heavyJson(value, (written) => {
        look(slot, written);
        if (written <= limits.bytes * SHARE_OF_ONE_VALUE) return;
        throw new PackingStopped('memory', `the value after ${slot} of ${count} takes more than a quarter of it alone`);
      });
      openPiece(slot, text);
      end = text.length;
      ends[slot] = end;
      continue;
    }
    const line = JSON.stringify(value);
    // A UTF-16 unit takes three bytes at most.
    if (end + line.length * 3 > piece.length) {
      closePiece();
      const bytesNeeded = line.length * 3 > PIECE_BYTES ? Buffer.byteLength(line) : PIECE_BYTES;
      openPiece(slot, new Uint8Array(new SharedArrayBuffer(bytesNeeded)));
    }
    end += encoder.encodeInto(line, piece.subarray(end)).written;
    ends[slot] = end;
    left -= line.length + CHARACTERS_PER_VALUE;
    if (left > 0) continue;
    left = CHARACTERS_PER_LOOK;
    look(slot, 0);
  }
  return { pieces, firsts, ends };
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
  readonly #pieces: readonly Buffer[];
  readonly #firsts: readonly number[];
  readonly #ends: Float64Array;
  readonly #parsed = new Map<number, JsonValue>();
  #scalars: Map<boolean | number | string, ValueCode> | undefined;

  constructor({ pieces, firsts, ends }: PackedValues) {
    this.#pieces = pieces.map((text) => Buffer.from(text.buffer, text.byteOffset, text.byteLength));
    this.#firsts = firsts;
    this.#ends = ends;
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
    const { text, start, end } = this.#find(slot);
    return JSON.parse(text.toString('utf8', start, end)) as JsonValue;
  }

  /** Where a value is: in the last piece that begins with it or before. */
  #find(slot: number): { readonly text: Buffer; readonly start: number; readonly end: number } {
    let [low, high] = [0, this.#firsts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#firsts[middle] as number) <= slot) low = middle;
      else high = middle - 1;
    }
    const [text, end] = [this.#pieces[low], this.#ends[slot]];
    if (text === undefined || end === undefined) throw new RangeError(`value code ${~slot} is not in this history`);
    return { text, start: this.#firsts[low] === slot ? 0 : (this.#ends[slot - 1] ?? 0), end };
  }

  #scalarCodes(): Map<boolean | number | string, ValueCode> {
    const codes = new Map<boolean | number | string, ValueCode>();
    for (let slot = 0; slot < this.#ends.length; slot++) {
      const { text, start } = this.#find(slot);
      const first = text[start];
      if (first === OPEN_LIST || first === OPEN_MAP) continue;
      const value = this.#read(slot);
      if (value !== null) codes.set(value as boolean | number | string, ~slot);
    }
    return codes;
  }
}
