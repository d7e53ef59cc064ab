import type { History } from '../../harness/kernel/history.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import { canonicalJson } from '../models/canonical-json.ts';

/** Numbers values from 0 in order of first use: equal values get equal numbers, arrays and objects included. */
export class ValueIds {
  readonly #history: History;
  /** Number + 1 of small whole values, which stand for themselves; 0 is none. */
  readonly #small: Int32Array;
  readonly #scalars = new Map<number, number>();
  readonly #others = new Map<string, number>();
  #size = 0;

  /** `expected` is about how many values there will be. */
  constructor(history: History, expected: number) {
    this.#history = history;
    this.#small = new Int32Array(2 * expected + 16);
  }

  get size(): number {
    return this.#size;
  }

  ofCode(code: number): number {
    if (code >= 0) return this.#ofScalar(code);
    const value = this.#history.decode(code);
    return typeof value === 'object' && value !== null ? this.ofValue(value) : this.#ofScalar(code);
  }

  ofValue(value: JsonValue): number {
    if (typeof value !== 'object' || value === null) {
      const code = this.#history.codeOf(value);
      if (code !== undefined) return this.#ofScalar(code);
    }
    const text = canonicalJson(value);
    const known = this.#others.get(text);
    if (known !== undefined) return known;
    this.#others.set(text, this.#size);
    return this.#size++;
  }

  #ofScalar(code: number): number {
    if (code >= 0 && code < this.#small.length) {
      const known = this.#small[code] as number;
      if (known > 0) return known - 1;
      this.#small[code] = this.#size + 1;
      return this.#size++;
    }
    const known = this.#scalars.get(code);
    if (known !== undefined) return known;
    this.#scalars.set(code, this.#size);
    return this.#size++;
  }
}
