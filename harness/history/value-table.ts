import { NULL_CODE, type ValueCode } from '../kernel/history.ts';
import type { JsonValue } from '../kernel/json.ts';
import { isInlineNumber } from './inline-number.ts';
import { hasNegativeZero, withPlainZeros } from './negative-zero.ts';

/**
 * Turns values into codes and back (see {@link ValueCode}). Whole numbers up to 2^31 - 1 cost nothing; other scalars are
 * stored once each; arrays and objects are stored as they come. -0 is stored as 0, wherever it stands.
 */
export class ValueTable {
  /** Value behind code ~slot; slot 0 is null. */
  readonly #slots: JsonValue[] = [null];
  readonly #scalars = new Map<boolean | number | string, ValueCode>();

  /** Slots so far; valid codes of interned values are ~slot for every slot below. */
  get length(): number {
    return this.#slots.length;
  }

  /** Throws IllFormedHistoryError for what is nested too deep. */
  encode(value: JsonValue): ValueCode {
    if (value === null) return NULL_CODE;
    if (typeof value === 'object') return this.#store(hasNegativeZero(value) ? withPlainZeros(value) : value);
    // To JSON and to every system -0 and 0 are equal: a read of the one has seen the other.
    if (value === 0) return 0;
    if (typeof value === 'number' && isInlineNumber(value)) return value;
    const known = this.#scalars.get(value);
    if (known !== undefined) return known;
    const code = this.#store(value);
    this.#scalars.set(value, code);
    return code;
  }

  /** The code of a scalar that was encoded before, or undefined. */
  codeOf(value: null | boolean | number | string): ValueCode | undefined {
    if (value === null) return NULL_CODE;
    if (value === 0) return 0;
    if (typeof value === 'number' && isInlineNumber(value)) return value;
    return this.#scalars.get(value);
  }

  /** Throws RangeError for a code this table never gave. */
  decode(code: ValueCode): JsonValue {
    if (code >= 0) return code;
    const value = this.#slots[~code];
    if (value === undefined) throw new RangeError(`value code ${code} is not in this history`);
    return value;
  }

  #store(value: JsonValue): ValueCode {
    this.#slots.push(value);
    return ~(this.#slots.length - 1);
  }
}
