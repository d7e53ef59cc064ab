import { createHash } from 'node:crypto';
import type { JsonValue } from '../kernel/json.ts';

/** A hash of any value that does not depend on the order of its keys: 16 hexadecimal digits. */
export function stableHash(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('hex').slice(0, 16);
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: JsonValue) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).toSorted(([left], [right]) => (left < right ? -1 : 1)));
  });
}
