import type { JsonValue } from '../../harness/kernel/json.ts';

/** The code of `null`: a read that found nothing. */
export const NULL_ELEMENT = -1;

/**
 * Gives integers to the values that transactions write and read. Whole numbers from 0 to 2^31 - 1 stand for themselves,
 * other values are numbered downwards from -2; equal values get equal codes, whatever their structure.
 */
export class ElementCodes {
  readonly #values: JsonValue[] = [];
  readonly #codes = new Map<string, number>();

  encode(value: JsonValue): number {
    if (typeof value === 'number' && value >= 0 && (value | 0) === value) return value;
    if (value === null) return NULL_ELEMENT;
    const identity = typeof value === 'string' ? `s${value}` : `j${JSON.stringify(value)}`;
    const known = this.#codes.get(identity);
    if (known !== undefined) return known;
    const code = -2 - this.#values.length;
    this.#values.push(value);
    this.#codes.set(identity, code);
    return code;
  }

  decode(code: number): JsonValue {
    if (code >= 0) return code;
    return this.#values[-2 - code] ?? null;
  }
}
