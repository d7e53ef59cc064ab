import { isJsonArray, type JsonValue } from '../kernel/json.ts';
import { MAX_VALUE_DEPTH } from './assert-json-value.ts';
import { IllFormedHistoryError } from './ill-formed-history-error.ts';
import { setMember } from './set-member.ts';

/**
 * Whether -0 stands anywhere in a value. To JSON and to every system -0 and 0 are equal, to `Object.is` they are not: a
 * history holds 0. O(size). Throws IllFormedHistoryError for a value that is nested deeper than a history may hold.
 */
export function hasNegativeZero(value: JsonValue, depth = 0): boolean {
  if (typeof value === 'number') return Object.is(value, -0);
  if (value === null || typeof value !== 'object') return false;
  if (depth > MAX_VALUE_DEPTH) throw new IllFormedHistoryError(`a value is nested deeper than ${MAX_VALUE_DEPTH}`);
  if (isJsonArray(value)) {
    for (const item of value) if (hasNegativeZero(item, depth + 1)) return true;
    return false;
  }
  for (const name in value) if (hasNegativeZero(value[name] ?? null, depth + 1)) return true;
  return false;
}

/** A copy of a value in which 0 stands for -0. */
export function withPlainZeros(value: JsonValue): JsonValue {
  if (value === 0) return 0;
  if (value === null || typeof value !== 'object') return value;
  if (isJsonArray(value)) return value.map(withPlainZeros);
  const plain: Record<string, JsonValue> = {};
  for (const [name, member] of Object.entries(value)) setMember(plain, name, withPlainZeros(member));
  return plain;
}
