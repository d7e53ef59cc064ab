import type { JsonValue } from '../kernel/json.ts';
import { MAX_VALUE_DEPTH } from './assert-json-value.ts';
import { setMember } from './set-member.ts';

/** Text that is no EDN, or EDN that JSON cannot hold. `offset` counts characters. */
export class EdnTextError extends Error {
  readonly offset: number;

  constructor(offset: number, message: string) {
    super(message);
    this.name = 'EdnTextError';
    this.offset = offset;
  }
}

/** Records that Jepsen prints: operations, and pairs of an independent key and its value. Nothing is lost without them. */
const PLAIN_TAGS: readonly string[] = ['jepsen.history.Op', 'jepsen.independent.Tuple'];
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Characters that end a symbol, keyword or number. */
const DELIMITERS: Uint8Array = delimiters(' \t\r\n\f,()[]{}";');
const BLANKS: Uint8Array = delimiters(' \t\r\n\f,');
const CLOSERS: ReadonlyMap<string, string> = new Map([
  ['[', ']'],
  ['(', ')'],
  ['{', '}'],
]);

/**
 * Reads EDN (github.com/edn-format/edn) as JSON values: keywords and symbols become strings without their colon, sets and
 * lists become arrays, tagged values lose their tag, map keys become strings, numbers that a double cannot hold become
 * strings of their digits. What was changed is counted in {@link changes}.
 */
export class EdnReader {
  /** Changes that lost something, by what they were. */
  readonly changes: Map<string, number> = new Map();
  readonly #text: string;
  readonly #words = new Map<string, string>();
  #at = 0;
  /** How many `#_` wait for their form. */
  #discarding = 0;
  #outerCloser = '';

  constructor(text: string) {
    this.#text = text;
  }

  get offset(): number {
    return this.#at;
  }

  /** Skips blanks and comments; true at the end of the text. */
  atEnd(): boolean {
    this.#skipBlanks();
    return this.#at >= this.#text.length;
  }

  /** Steps into a top-level vector or list, so that its items can be read one by one. False where none begins here. */
  enter(): boolean {
    this.#skipBlanks();
    const opener = this.#text[this.#at];
    if (opener !== '[' && opener !== '(') return false;
    this.#outerCloser = CLOSERS.get(opener) ?? '';
    this.#at++;
    return true;
  }

  /** Steps over the end of what {@link enter} stepped into. False where it does not end here. */
  leave(): boolean {
    this.#skipBlanks();
    if (this.#text[this.#at] !== this.#outerCloser) return false;
    this.#at++;
    return true;
  }

  /** The next value. Throws {@link EdnTextError}. */
  read(depth = 0): JsonValue {
    this.#skipBlanks();
    if (depth > MAX_VALUE_DEPTH) this.#fail(`a value is nested deeper than ${MAX_VALUE_DEPTH}`);
    const start = this.#at;
    switch (this.#text[start]) {
      case undefined:
        return this.#fail('the EDN is cut off');
      case '{':
        this.#at++;
        return this.#readMap(depth, start);
      case '[':
      case '(':
        this.#at++;
        return this.#readSequence(CLOSERS.get(this.#text[start] ?? '') ?? ']', depth, start);
      case '"':
        return this.#readString();
      case ':':
        this.#at++;
        return this.#readWord();
      case '\\':
        return this.#readCharacter();
      case '#':
        return this.#readDispatch(depth, start);
      case '^':
        this.#at++;
        this.read(depth + 1);
        this.#count('metadata');
        return this.read(depth + 1);
      case '}':
      case ']':
      case ')':
        return this.#fail('expected a value');
      default:
        return this.#readAtom();
    }
  }

  #readMap(depth: number, start: number): JsonValue {
    const map: Record<string, JsonValue> = {};
    while (!this.#ends('}', start)) {
      const at = this.#at;
      const key = this.read(depth + 1);
      const name = typeof key === 'string' ? key : JSON.stringify(key);
      if (Object.hasOwn(map, name)) throw new EdnTextError(at, `the key ${name} stands twice in one map`);
      if (this.#ends('}', start)) throw new EdnTextError(at, `the key ${name} has no value`);
      setMember(map, name, this.read(depth + 1));
    }
    return map;
  }

  #readSequence(closer: string, depth: number, start: number): JsonValue {
    const items: JsonValue[] = [];
    while (!this.#ends(closer, start)) items.push(this.read(depth + 1));
    return items;
  }

  /** Steps over `closer` where it comes next. */
  #ends(closer: string, start: number): boolean {
    this.#skipBlanks();
    if (this.#at >= this.#text.length) {
      throw new EdnTextError(start, `the EDN is cut off: what begins here with ${this.#text[start]} does not end`);
    }
    if (this.#text[this.#at] !== closer) return false;
    this.#at++;
    return true;
  }

  #readString(): string {
    const start = ++this.#at;
    for (let at = start; at < this.#text.length; at++) {
      const code = this.#text.charCodeAt(at);
      if (code === QUOTE) {
        this.#at = at + 1;
        return this.#text.slice(start, at);
      }
      if (code === BACKSLASH) return this.#readEscapedString(start);
    }
    throw new EdnTextError(start - 1, 'the EDN is cut off: the string that begins here does not end');
  }

  #readEscapedString(start: number): string {
    let end = start;
    while (end < this.#text.length && this.#text.charCodeAt(end) !== QUOTE) {
      end += this.#text.charCodeAt(end) === BACKSLASH ? 2 : 1;
    }
    if (end >= this.#text.length) {
      throw new EdnTextError(start - 1, 'the EDN is cut off: the string that begins here does not end');
    }
    this.#at = end + 1;
    const escaped = this.#text
      .slice(start, end)
      .replaceAll('\n', '\\n')
      .replaceAll('\r', '\\r')
      .replaceAll('\t', '\\t');
    try {
      return JSON.parse(`"${escaped}"`) as string;
    } catch {
      throw new EdnTextError(start - 1, 'a string with an escape that EDN does not know');
    }
  }

  #readCharacter(): string {
    this.#at++;
    // The character itself may be a delimiter, such as \( or \,.
    const first = this.#text[this.#at++] ?? this.#fail('the EDN is cut off');
    const start = this.#at - 1;
    while (this.#at < this.#text.length && !this.#isDelimiter()) this.#at++;
    const name = this.#text.slice(start, this.#at);
    if (name.length === 1) return first;
    const known = CHARACTERS.get(name);
    if (known !== undefined) return known;
    const hex = /^u([0-9a-fA-F]{4})$/.exec(name)?.[1];
    return hex === undefined ? this.#fail(`unknown character \\${name}`) : String.fromCharCode(parseInt(hex, 16));
  }

  #readDispatch(depth: number, start: number): JsonValue {
    this.#at++;
    const next = this.#text[this.#at];
    if (next === '{') {
      this.#at++;
      return this.#readSequence('}', depth, start);
    }
    if (next === '"') return this.#readString();
    if (next === '#') {
      this.#at++;
      throw new EdnTextError(start, `expected a finite number, ##${this.#readWord()} came`);
    }
    const tag = this.#readWord();
    if (!PLAIN_TAGS.includes(tag)) this.#count(`tag #${tag}`);
    return this.read(depth + 1);
  }

  /** A number, nil, a boolean or a symbol. */
  #readAtom(): JsonValue {
    const start = this.#at;
    const small = this.#readDigits();
    if (small >= 0) return small;
    const word = this.#readWord();
    const first = word.charCodeAt(0);
    const isNumber = (first >= 0x30 && first <= 0x39) || /^[+-]\d/.test(word);
    if (isNumber) return this.#numberOf(word, start);
    if (word === 'nil') return null;
    if (word === 'true') return true;
    return word === 'false' ? false : word;
  }

  /** A whole number of up to 15 digits without sign, by far the most frequent atom; -1 where something else stands. */
  #readDigits(): number {
    let number = 0;
    let at = this.#at;
    for (; at < this.#text.length; at++) {
      const digit = this.#text.charCodeAt(at) - 0x30;
      if (digit < 0 || digit > 9) break;
      number = number * 10 + digit;
    }
    const length = at - this.#at;
    const next = this.#text.charCodeAt(at);
    const ends = at === this.#text.length || (next < 128 && DELIMITERS[next] === 1);
    if (length === 0 || length > 15 || !ends) return -1;
    this.#at = at;
    return number;
  }

  #numberOf(word: string, start: number): JsonValue {
    if (/^[+-]?\d+N?$/.test(word)) {
      const digits = word.endsWith('N') ? word.slice(0, -1) : word;
      const number = Number(digits);
      if (Number.isSafeInteger(number)) return number === 0 ? 0 : number;
      this.#count('whole number beyond 2^53 (kept as a string of digits)');
      return digits;
    }
    if (/^[+-]?\d+\/\d+$/.test(word)) {
      this.#count('ratio (kept as a string)');
      return word;
    }
    const number = Number(word.endsWith('M') ? word.slice(0, -1) : word);
    if (word.endsWith('M') && word.replace(/\D/g, '').length > 15) this.#count('exact decimal (rounded to a double)');
    if (!Number.isFinite(number)) throw new EdnTextError(start, `expected a number, ${word.slice(0, 40)} came`);
    return number;
  }

  /** Characters up to the next delimiter. Words repeat: each is one string in memory. */
  #readWord(): string {
    const start = this.#at;
    while (this.#at < this.#text.length && !this.#isDelimiter()) this.#at++;
    if (this.#at === start) this.#fail('expected a name');
    const word = this.#text.slice(start, this.#at);
    const known = this.#words.get(word);
    if (known !== undefined) return known;
    if (this.#words.size < 10_000) this.#words.set(word, word);
    return word;
  }

  #isDelimiter(): boolean {
    const code = this.#text.charCodeAt(this.#at);
    return code < 128 && DELIMITERS[code] === 1;
  }

  #skipBlanks(): void {
    for (; this.#at < this.#text.length; this.#at++) {
      const code = this.#text.charCodeAt(this.#at);
      if (code === 0x3b) this.#skipComment();
      else if (code === 0x23 && this.#text[this.#at + 1] === '_') this.#skipDiscarded();
      else if (code >= 128 || BLANKS[code] !== 1) return;
    }
  }

  #skipComment(): void {
    const end = this.#text.indexOf('\n', this.#at);
    this.#at = end < 0 ? this.#text.length : end;
  }

  /** `#_` takes back the form behind it. Leaves the position before the next character. */
  #skipDiscarded(): void {
    this.#at += 2;
    if (++this.#discarding > MAX_VALUE_DEPTH) this.#fail(`#_ stands more than ${MAX_VALUE_DEPTH} times in a row`);
    this.read();
    this.#discarding--;
    this.#count('discarded form (#_)');
    this.#at--;
  }

  #count(what: string): void {
    this.changes.set(what, (this.changes.get(what) ?? 0) + 1);
  }

  #fail(message: string): never {
    throw new EdnTextError(this.#at, message);
  }
}

const CHARACTERS: ReadonlyMap<string, string> = new Map([
  ['newline', '\n'],
  ['return', '\r'],
  ['space', ' '],
  ['tab', '\t'],
  ['backspace', '\b'],
  ['formfeed', '\f'],
]);

function delimiters(characters: string): Uint8Array {
  const table = new Uint8Array(128);
  for (const character of characters) table[character.charCodeAt(0)] = 1;
  return table;
}
