import type { JsonValue } from '../../harness/kernel/json.ts';
import { canonicalJson } from '../models/canonical-json.ts';

/**
 * Equal for equal values and different for different ones: numbers stand for themselves, the rest for its JSON with the
 * members of objects in one order.
 */
export function identityOf(value: JsonValue): number | string {
  return typeof value === 'number' ? value : canonicalJson(value);
}
