import type { JsonValue } from '../../harness/kernel/json.ts';

/** Equal for equal values and different for different ones: numbers stand for themselves, the rest for its JSON. */
export function identityOf(value: JsonValue): number | string {
  return typeof value === 'number' ? value : JSON.stringify(value);
}
