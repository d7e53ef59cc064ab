import type { FaultEvent } from '../kernel/fault.ts';
import { NO_KEY, NULL_CODE, type ValueCode } from '../kernel/history.ts';
import type { JsonValue } from '../kernel/json.ts';
import { OP_TYPES, type Key, type OpDraft } from '../kernel/op.ts';
import type { OpError } from '../kernel/outcome.ts';
import { assertJsonValue } from './assert-json-value.ts';
import { assertWellFormed, rejectOtherKey } from './assert-well-formed.ts';
import type { ByteSink } from './byte-sink.ts';
import { ErrorTable } from './error-table.ts';
import * as layout from './history-file-layout.ts';
import { isInlineNumber } from './inline-number.ts';
import { NameTable } from './name-table.ts';
import { ValueEncoder } from './value-codec.ts';

/** What a completion may leave out because its invocation said it. One per process, used again for its next operation. */
interface LastInvocation {
  isOpen: boolean;
  f: string;
  key: ValueCode;
  /** The key behind its code, for messages. */
  invokedKey: Key | undefined;
  value: ValueCode;
  node: number;
}

/** Turns entries and fault events into the records of a history file; defines names and values before their first use. */
export class RecordEncoder {
  readonly #sink: ByteSink;
  readonly #values: ValueEncoder;
  readonly #fNames = new NameTable('function', 0xffff);
  readonly #nodes = new NameTable('node', 0x7fff);
  readonly #errors = new ErrorTable();
  readonly #slots = new Map<JsonValue, ValueCode>();
  readonly #invocations = new Map<number, LastInvocation>();
  #definedNames = 0;
  #definedNodes = 0;
  #definedErrors = 0;
  /** Slot 0 is null. */
  #slotCount = 1;
  #entries = 0;
  #faults = 0;
  #lastTimeNs = -Infinity;

  constructor(sink: ByteSink) {
    this.#sink = sink;
    this.#values = new ValueEncoder(sink);
  }

  /** Entries so far. */
  get entries(): number {
    return this.#entries;
  }

  /** Writes the entry behind the definitions it needs. Throws IllFormedHistoryError and then leaves no entry behind. */
  entry(entry: OpDraft): void {
    const last = this.#invocations.get(entry.process);
    const opened = last?.isOpen === true ? last : undefined;
    assertWellFormed(entry, this.#entries, this.#lastTimeNs, opened?.f);
    assertJsonValue(entry.value);
    const f = this.#name(entry.f);
    const key = entry.key === undefined ? NO_KEY : this.#valueCode(entry.key);
    if (opened !== undefined && key !== NO_KEY && key !== opened.key)
      rejectOtherKey(entry, this.#entries, opened.invokedKey);
    const value = this.#valueCode(entry.value);
    const node = entry.node === undefined ? -1 : this.#node(entry.node);
    const error = entry.error === undefined ? 0 : this.#error(entry.error);
    const deltaNs = this.#timeDelta(entry.timeNs);
    const type = OP_TYPES.indexOf(entry.type);
    const keyShown = key === (opened?.key ?? NO_KEY) ? undefined : keyNumber(key);
    const nodeShown = node === (opened?.node ?? -1) ? undefined : node + 1;
    const valueMode = valueModeOf(value, opened);
    this.#sink.uint8(
      type |
        (keyShown === undefined ? 0 : layout.FLAG_KEY) |
        (nodeShown === undefined ? 0 : layout.FLAG_NODE) |
        (error === 0 ? 0 : layout.FLAG_ERROR) |
        (valueMode << layout.VALUE_SHIFT),
    );
    this.#sink.varint(deltaNs);
    this.#sink.varint(entry.process);
    if (opened === undefined) this.#sink.varint(f);
    if (keyShown !== undefined) this.#sink.varint(keyShown);
    if (nodeShown !== undefined) this.#sink.varint(nodeShown);
    if (error > 0) this.#sink.varint(error);
    if (valueMode === layout.VALUE_NUMBER) this.#sink.varint(value);
    else if (valueMode === layout.VALUE_SLOT) this.#sink.varint(~value);
    this.#entries++;
    this.#lastTimeNs = entry.timeNs;
    if (opened !== undefined) this.#complete(entry, opened);
    else if (last === undefined)
      this.#invocations.set(entry.process, { isOpen: true, f: entry.f, key, invokedKey: entry.key, value, node });
    else {
      last.isOpen = true;
      last.f = entry.f;
      last.key = key;
      last.invokedKey = entry.key;
      last.value = value;
      last.node = node;
    }
  }

  #complete(entry: OpDraft, opened: LastInvocation): void {
    opened.isOpen = false;
    // A process that ended in doubt does not come back.
    if (entry.type === 'info') this.#invocations.delete(entry.process);
  }

  fault(event: FaultEvent): void {
    // A fault event is made of JSON values; only its interfaces lack the index signature that would say so.
    const value = event as unknown as JsonValue;
    assertJsonValue(value);
    this.#sink.uint8(layout.RECORD_FAULT);
    this.#values.write(value);
    this.#faults++;
  }

  /** The record of a clean close: how much there must be before it. */
  end(): void {
    this.#sink.uint8(layout.RECORD_END);
    this.#sink.varint(this.#entries);
    this.#sink.varint(this.#faults);
  }

  /** The time since the entry before; where that is no small whole number, a record that sets the time comes first. */
  #timeDelta(timeNs: number): number {
    const delta = timeNs - this.#lastTimeNs;
    // Adding must give the time exactly; large or fractional times lose bits in the difference.
    if (Number.isSafeInteger(delta) && this.#lastTimeNs + delta === timeNs) return delta;
    this.#sink.uint8(layout.RECORD_TIME);
    this.#sink.float64(timeNs);
    return 0;
  }

  #name(name: string): number {
    const code = this.#fNames.codeOf(name);
    if (code === this.#definedNames) {
      this.#definedNames++;
      this.#define(layout.RECORD_FUNCTION, name);
    }
    return code;
  }

  #node(name: string): number {
    const code = this.#nodes.codeOf(name);
    if (code === this.#definedNodes) {
      this.#definedNodes++;
      this.#define(layout.RECORD_NODE, name);
    }
    return code;
  }

  #error(error: OpError): number {
    const code = this.#errors.codeOf(error);
    if (code > this.#definedErrors) {
      this.#definedErrors = code;
      const { code: word, message } = this.#errors.errorOf(code);
      this.#define(layout.RECORD_ERROR, message === undefined ? [word] : [word, message]);
    }
    return code;
  }

  #valueCode(value: JsonValue): ValueCode {
    if (value === null) return NULL_CODE;
    // -0 as well: readers know no other zero.
    if (value === 0) return 0;
    if (typeof value === 'number' && isInlineNumber(value)) return value;
    const known = this.#slots.get(value);
    if (known !== undefined) return known;
    this.#define(layout.RECORD_VALUE, value);
    const code = ~this.#slotCount++;
    // Arrays and objects are not remembered: equal ones may be different objects, and bytes must not depend on that.
    if (typeof value !== 'object') this.#slots.set(value, code);
    return code;
  }

  #define(record: number, value: JsonValue): void {
    this.#sink.uint8(record);
    this.#values.write(value);
  }
}

function valueModeOf(value: ValueCode, opened: LastInvocation | undefined): number {
  if (value === NULL_CODE) return layout.VALUE_NULL;
  if (opened?.value === value) return layout.VALUE_SAME;
  return value >= 0 ? layout.VALUE_NUMBER : layout.VALUE_SLOT;
}

/** Keys as one number: 0 for none, odd for numbers, even for slots. */
function keyNumber(code: ValueCode): number {
  if (code === NO_KEY) return 0;
  return code >= 0 ? code * 2 + 1 : ~code * 2;
}
