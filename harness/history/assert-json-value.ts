import { isJsonArray, type JsonValue } from '../kernel/json.ts';
import { IllFormedHistoryError } from './ill-formed-history-error.ts';

/** Values nested deeper than this are refused: every recursion over values stays far from the stack's end. */
export const MAX_VALUE_DEPTH = 256;

/**
 * Throws IllFormedHistoryError for what a history cannot hold: NaN, infinities, undefined, bigints, functions, cycles and
 * anything nested deeper than {@link MAX_VALUE_DEPTH}.
 */
export function assertJsonValue(value: JsonValue, depth = 0): void {
  if (typeof value === 'string' || typeof value === 'boolean') return;
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new IllFormedHistoryError(`a value is ${value}, expected a finite number`);
    return;
  }
  // Types promise JSON; a client's answer may be anything.
  if (typeof value !== 'object') {
    throw new IllFormedHistoryError(`a value is ${typeof value}, expected what JSON can hold`);
  }
  if (value === null) return;
  if (depth >= MAX_VALUE_DEPTH) throw new IllFormedHistoryError(`a value is nested deeper than ${MAX_VALUE_DEPTH}`);
  const members = isJsonArray(value) ? value : Object.values(value);
  for (const member of members) assertJsonValue(member, depth + 1);
}
