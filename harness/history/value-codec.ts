import { isJsonArray, type JsonObject, type JsonValue } from '../kernel/json.ts';
import type { ByteSink } from './byte-sink.ts';
import type { ByteSource } from './byte-source.ts';
import { MAX_VALUE_DEPTH } from './assert-json-value.ts';
import { setMember } from './set-member.ts';

const NULL = 0;
const FALSE = 1;
const TRUE = 2;
const POSITIVE = 3;
const NEGATIVE = 4;
const DOUBLE = 5;
const TEXT = 6;
const KNOWN_TEXT = 7;
const ARRAY = 8;
const OBJECT = 9;
const WIDE_TEXT = 10;
/** Tags from here on are small whole numbers themselves. */
const SMALL = 16;

/** Short texts repeat (`append`, `from`, `amount`): the first of them are remembered by both sides. */
const DICTIONARY_SIZE = 4096;
const DICTIONARY_TEXT_LENGTH = 32;

/** Writes values as tagged bytes. One encoder and one decoder belong to one file: they share a dictionary of texts. */
export class ValueEncoder {
  readonly #dictionary = new Map<string, number>();
  readonly #sink: ByteSink;

  constructor(sink: ByteSink) {
    this.#sink = sink;
  }

  /** Expects a value that passed `assertJsonValue`. */
  write(value: JsonValue): void {
    if (typeof value === 'number') this.#writeNumber(value);
    else if (typeof value === 'string') this.#writeText(value);
    else if (typeof value === 'boolean') this.#sink.uint8(value ? TRUE : FALSE);
    else if (value === null) this.#sink.uint8(NULL);
    else this.#writeObject(value);
  }

  #writeNumber(value: number): void {
    if (Number.isSafeInteger(value)) {
      if (value >= 0 && value < 256 - SMALL) return this.#sink.uint8(SMALL + value);
      this.#sink.uint8(value >= 0 ? POSITIVE : NEGATIVE);
      return this.#sink.varint(Math.abs(value));
    }
    this.#sink.uint8(DOUBLE);
    this.#sink.float64(value);
  }

  #writeText(value: string): void {
    const known = this.#dictionary.get(value);
    if (known !== undefined) {
      this.#sink.uint8(KNOWN_TEXT);
      return this.#sink.varint(known);
    }
    if (/\p{Surrogate}/u.test(value)) {
      this.#sink.uint8(WIDE_TEXT);
      return this.#sink.text(value, 'utf16le');
    }
    this.#sink.uint8(TEXT);
    this.#sink.text(value, 'utf8');
    if (isDictionaryText(value, this.#dictionary.size)) this.#dictionary.set(value, this.#dictionary.size);
  }

  #writeObject(value: readonly JsonValue[] | JsonObject): void {
    if (isJsonArray(value)) {
      this.#sink.uint8(ARRAY);
      this.#sink.varint(value.length);
      for (const item of value) this.write(item);
      return;
    }
    const members = Object.entries(value);
    this.#sink.uint8(OBJECT);
    this.#sink.varint(members.length);
    for (const [name, member] of members) {
      this.#writeText(name);
      this.write(member);
    }
  }
}

/** Reads what {@link ValueEncoder} writes, in the same order. */
export class ValueDecoder {
  readonly #dictionary: string[] = [];
  readonly #source: ByteSource;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /** Throws MalformedBytesError. */
  read(depth = 0): JsonValue {
    const tag = this.#source.uint8();
    if (tag >= SMALL) return tag - SMALL;
    if (depth > MAX_VALUE_DEPTH) this.#source.fail(`a value is nested deeper than ${MAX_VALUE_DEPTH}`);
    switch (tag) {
      case NULL:
        return null;
      case FALSE:
      case TRUE:
        return tag === TRUE;
      case POSITIVE:
        return this.#source.varint();
      case NEGATIVE:
        return -this.#source.varint();
      case DOUBLE:
        return this.#readDouble();
      case ARRAY:
        return this.#readArray(depth);
      case OBJECT:
        return this.#readObject(depth);
      default:
        return this.#readText(tag);
    }
  }

  #readDouble(): number {
    const value = this.#source.float64();
    return Number.isFinite(value) ? value : this.#source.fail(`expected a finite number, ${value} came`);
  }

  #readText(tag: number): string {
    if (tag === KNOWN_TEXT) {
      return this.#dictionary[this.#source.varint()] ?? this.#source.fail('a text is used before it is defined');
    }
    if (tag === WIDE_TEXT) return this.#source.text('utf16le');
    if (tag !== TEXT) this.#source.fail(`expected a value, tag ${tag} came`);
    const text = this.#source.text('utf8');
    if (isDictionaryText(text, this.#dictionary.length)) this.#dictionary.push(text);
    return text;
  }

  #readArray(depth: number): JsonValue[] {
    const length = this.#source.varint();
    const items: JsonValue[] = [];
    for (let count = 0; count < length; count++) items.push(this.read(depth + 1));
    return items;
  }

  #readObject(depth: number): JsonValue {
    const members: Record<string, JsonValue> = {};
    const size = this.#source.varint();
    for (let count = 0; count < size; count++) {
      const name = this.#readText(this.#source.uint8());
      setMember(members, name, this.read(depth + 1));
    }
    return members;
  }
}

function isDictionaryText(text: string, size: number): boolean {
  return text.length <= DICTIONARY_TEXT_LENGTH && size < DICTIONARY_SIZE;
}
