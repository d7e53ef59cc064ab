import { isJsonArray, type JsonObject, type JsonValue } from '../harness/kernel/json.ts';

/** Called now and then with the bytes written so far; throws to stop. */
export type Look = (bytes: number) => void;

/** Characters of JSON that are written between two looks. */
const CHARACTERS_PER_LOOK = 2 ** 16;
/** Values of so many members and characters are left to JSON.stringify: that takes some milliseconds at most. */
const LIGHT = 2 ** 19;

/** Whether a value is too large to be written in one call that nobody can stop. Looks at no more than {@link LIGHT} of it. */
export function isHeavy(value: JsonValue): boolean {
  return typeof value === 'object' || typeof value === 'string' ? weigh(value, LIGHT) < 0 : false;
}

/** What is left of `left` after a value; below zero, the rest of the value was not looked at. */
function weigh(value: JsonValue, left: number): number {
  let rest = left - (typeof value === 'string' ? 1 + value.length : 1);
  if (rest < 0 || value === null || typeof value !== 'object') return rest;
  if (isJsonArray(value)) {
    for (const member of value) if ((rest = weigh(member, rest)) < 0) return rest;
    return rest;
  }
  for (const [name, member] of membersOf(value)) if ((rest = weigh(member, rest - name.length)) < 0) return rest;
  return rest;
}

/** Writes a large value as JSON, in UTF-8 and shared memory. */
export function heavyJson(value: JsonValue, look: Look): Uint8Array {
  const writer = new HeavyWriter(look);
  writer.value(value);
  return writer.end();
}

class HeavyWriter {
  readonly #look: Look;
  readonly #encoder = new TextEncoder();
  readonly #pieces: Uint8Array[] = [];
  #text: string[] = [];
  #characters = 0;
  #bytes = 0;

  constructor(look: Look) {
    this.#look = look;
  }

  value(value: JsonValue): void {
    if (typeof value === 'string') this.#string(value);
    else if (value === null || typeof value !== 'object') this.#add(String(value));
    else if (isJsonArray(value)) this.#list(value);
    else this.#map(value);
  }

  end(): Uint8Array {
    this.#flush();
    const whole = new Uint8Array(new SharedArrayBuffer(this.#bytes));
    let at = 0;
    for (const piece of this.#pieces) {
      whole.set(piece, at);
      at += piece.length;
    }
    return whole;
  }

  #list(list: readonly JsonValue[]): void {
    let separator = '[';
    for (const member of list) {
      this.#add(separator);
      this.value(member);
      separator = ',';
    }
    this.#add(separator === '[' ? '[]' : ']');
  }

  #map(map: JsonObject): void {
    let separator = '{';
    for (const [name, member] of membersOf(map)) {
      this.#add(separator);
      this.#string(name);
      this.#add(':');
      this.value(member);
      separator = ',';
    }
    this.#add(separator === '{' ? '{}' : '}');
  }

  #string(text: string): void {
    this.#add('"');
    for (let from = 0; from < text.length;) {
      let to = Math.min(text.length, from + CHARACTERS_PER_LOOK);
      // Both halves of a surrogate pair together: alone, each would be escaped.
      if (to < text.length && isHighSurrogate(text.charCodeAt(to - 1))) to++;
      this.#add(JSON.stringify(text.slice(from, to)).slice(1, -1));
      from = to;
    }
    this.#add('"');
  }

  #add(text: string): void {
    this.#text.push(text);
    this.#characters += text.length;
    if (this.#characters >= CHARACTERS_PER_LOOK) this.#flush();
  }

  #flush(): void {
    const piece = this.#encoder.encode(this.#text.join(''));
    this.#pieces.push(piece);
    this.#bytes += piece.length;
    this.#text = [];
    this.#characters = 0;
    this.#look(this.#bytes);
  }
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

/** One after the other: Object.entries of a map with a million members would take long, and nobody could stop it. */
function* membersOf(map: JsonObject): Iterable<readonly [string, JsonValue]> {
  for (const name in map) if (Object.hasOwn(map, name)) yield [name, map[name] as JsonValue];
}
