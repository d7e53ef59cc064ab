import { FAULT_KINDS, FAULT_PHASES, type FaultEvent } from '../kernel/fault.ts';
import { NO_KEY, NO_PAIR, NULL_CODE, TYPE_INVOKE, type History, type HistoryColumns } from '../kernel/history.ts';
import { isJsonArray, type JsonObject, type JsonValue } from '../kernel/json.ts';
import type { OpError } from '../kernel/outcome.ts';
import type { ByteSource } from './byte-source.ts';
import { ColumnarHistory } from './columnar-history.ts';
import { GrowingColumns } from './growing-columns.ts';
import * as layout from './history-file-layout.ts';
import { OpenOperations } from './open-operations.ts';
import { ValueDecoder } from './value-codec.ts';
import { ValueTable } from './value-table.ts';

/** Reads the records of a history file straight into columns. Every rule that makes a history well-formed is checked. */
export class RecordDecoder {
  readonly #source: ByteSource;
  readonly #nested: ValueDecoder;
  readonly #columns = new GrowingColumns();
  readonly #open = new OpenOperations();
  readonly #fNames: string[] = [];
  readonly #nodes: string[] = [];
  readonly #errors: OpError[] = [];
  readonly #faults: FaultEvent[] = [];
  readonly #values = new ValueTable();
  #timeNs = -Infinity;
  #ended = false;

  constructor(source: ByteSource) {
    this.#source = source;
    this.#nested = new ValueDecoder(source);
  }

  get entries(): number {
    return this.#columns.length;
  }

  /** True once the record of a clean close was read. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Reads records up to the source's limit. Throws MalformedBytesError. */
  readBlock(): void {
    const source = this.#source;
    while (!source.atLimit) {
      const tag = source.uint8();
      if (tag < 0x80) this.#readEntry(tag);
      else this.#readOther(tag);
    }
  }

  history(shared: boolean): History {
    return new ColumnarHistory({
      columns: this.#columns.snapshot(shared),
      fNames: this.#fNames,
      nodes: this.#nodes,
      errors: this.#errors,
      faults: this.#faults.sort((left, right) => left.timeNs - right.timeNs),
      values: this.#values,
    });
  }

  #readEntry(tag: number): void {
    if (this.#ended) this.#source.fail('an entry after the end record');
    const source = this.#source;
    const index = this.#columns.length;
    this.#timeNs += source.varint();
    if (!Number.isFinite(this.#timeNs)) source.fail('an entry before the first time');
    const process = source.varint();
    if (process > 0x7fffffff) source.fail('a process id above 2147483647');
    const opened = this.#open.indexOf(process);
    const type = tag & 3;
    if ((type === TYPE_INVOKE) !== (opened === NO_PAIR)) this.#failPairing(opened, process);
    const columns = this.#columns.extend();
    columns.timeNs[index] = this.#timeNs;
    columns.process[index] = process;
    columns.type[index] = type;
    columns.pair[index] = opened;
    if (opened === NO_PAIR) {
      columns.f[index] = this.#readF();
      this.#open.open(process, index);
    } else {
      columns.f[index] = columns.f[opened] ?? 0;
      columns.pair[opened] = index;
      this.#open.close(process);
    }
    this.#readDetails(tag, columns, index, opened);
  }

  #readDetails(tag: number, columns: HistoryColumns, index: number, opened: number): void {
    const isInvoke = opened === NO_PAIR;
    if ((tag & layout.FLAG_KEY) !== 0) columns.key[index] = this.#keyOf(columns.key[opened]);
    else columns.key[index] = isInvoke ? NO_KEY : (columns.key[opened] ?? NO_KEY);
    if ((tag & layout.FLAG_NODE) !== 0) columns.node[index] = this.#readNode();
    else columns.node[index] = isInvoke ? -1 : (columns.node[opened] ?? -1);
    columns.error[index] = (tag & layout.FLAG_ERROR) === 0 ? 0 : this.#readError();
    columns.value[index] = this.#readValue(tag >> layout.VALUE_SHIFT, isInvoke ? NULL_CODE : columns.value[opened]);
  }

  #readF(): number {
    const f = this.#source.varint();
    return f < this.#fNames.length ? f : this.#source.fail('a function that is not defined');
  }

  /** A key that is given, of an entry whose invocation has key code `invoked`: undefined where it is one itself. */
  #keyOf(invoked: number | undefined): number {
    const key = this.#readKey();
    if (invoked === undefined || key === NO_KEY || key === invoked) return key;
    // Another writer may have stored one key twice.
    const isSame = invoked !== NO_KEY && this.#values.decode(key) === this.#values.decode(invoked);
    return isSame ? invoked : this.#source.fail('a completion whose key is not the one of its invocation');
  }

  #readKey(): number {
    const number = this.#source.varint();
    if (number === 0) return NO_KEY;
    if (number % 2 === 0) return this.#slot(number / 2);
    const key = (number - 1) / 2;
    return key <= 0x7fffffff ? key : this.#source.fail('a key number above 2147483647');
  }

  #readNode(): number {
    const node = this.#source.varint() - 1;
    return node < this.#nodes.length ? node : this.#source.fail('a node that is not defined');
  }

  #readError(): number {
    const error = this.#source.varint();
    return error > 0 && error <= this.#errors.length ? error : this.#source.fail('an error that is not defined');
  }

  #readValue(mode: number, same: number | undefined): number {
    if (mode === layout.VALUE_NULL) return NULL_CODE;
    if (mode === layout.VALUE_SAME) return same ?? NULL_CODE;
    const number = this.#source.varint();
    if (mode === layout.VALUE_SLOT) return this.#slot(number);
    return number <= 0x7fffffff ? number : this.#source.fail('a value number above 2147483647');
  }

  #slot(slot: number): number {
    return slot < this.#values.length ? ~slot : this.#source.fail('a value that is not defined');
  }

  #readOther(tag: number): void {
    switch (tag) {
      case layout.RECORD_TIME:
        return this.#readTime();
      case layout.RECORD_FUNCTION:
        this.#fNames.push(this.#readName(this.#fNames.length, 0xffff));
        return;
      case layout.RECORD_NODE:
        this.#nodes.push(this.#readName(this.#nodes.length, 0x7fff));
        return;
      case layout.RECORD_VALUE:
        return this.#readValueDefinition();
      case layout.RECORD_ERROR:
        this.#errors.push(this.#readErrorDefinition());
        return;
      case layout.RECORD_FAULT:
        this.#faults.push(this.#readFault());
        return;
      case layout.RECORD_END:
        return this.#readEnd();
      default:
        this.#source.fail(`a record of unknown kind ${tag}`);
    }
  }

  #readTime(): void {
    const timeNs = this.#source.float64();
    if (!Number.isFinite(timeNs) || timeNs < this.#timeNs) {
      this.#source.fail(`time ${timeNs} ns after ${this.#timeNs} ns`);
    }
    this.#timeNs = timeNs;
  }

  #readName(count: number, limit: number): string {
    const name = this.#nested.read();
    if (typeof name !== 'string' || count >= limit) this.#source.fail('expected a name');
    return name;
  }

  #readValueDefinition(): void {
    const slot = this.#values.length;
    if (this.#values.encode(this.#nested.read()) !== ~slot) this.#source.fail('a value that needs no definition');
  }

  #readErrorDefinition(): OpError {
    const definition = this.#nested.read();
    const [code, message] = isJsonArray(definition) ? definition : [];
    if (typeof code !== 'string' || this.#errors.length >= 0xffff) return this.#source.fail('expected an error');
    return typeof message === 'string' ? { code, message } : { code };
  }

  #readFault(): FaultEvent {
    const event = this.#nested.read();
    if (!isFaultEvent(event)) this.#source.fail('expected a fault event with its id, kind, phase and time');
    return event;
  }

  #readEnd(): void {
    const entries = this.#source.varint();
    const faults = this.#source.varint();
    if (entries !== this.#columns.length || faults !== this.#faults.length) {
      this.#source.fail(
        `the end record counts ${entries} entries and ${faults} fault events, ` +
          `${this.#columns.length} and ${this.#faults.length} came`,
      );
    }
    this.#ended = true;
  }

  #failPairing(opened: number, process: number): never {
    this.#source.fail(
      opened === NO_PAIR
        ? `a completion of process ${process}, which has no invocation open`
        : `an invocation of process ${process}, which still has entry ${opened} open`,
    );
  }
}

/** What every reader of fault events relies on; the rest of the payload is shown, not computed with. */
export function isFaultEvent(value: JsonValue): value is JsonValue & FaultEvent {
  if (value === null || typeof value !== 'object' || isJsonArray(value)) return false;
  const { faultId, kind, phase, timeNs } = value as JsonObject;
  return (
    typeof faultId === 'string' &&
    FAULT_KINDS.some((known) => known === kind) &&
    FAULT_PHASES.some((known) => known === phase) &&
    typeof timeNs === 'number'
  );
}
