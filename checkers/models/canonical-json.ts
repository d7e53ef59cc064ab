import { isJsonArray, type JsonValue } from '../../harness/kernel/json.ts';

/** Whether two values are the same, whatever the order of the members of their objects. */
export function isSameJson(left: JsonValue, right: JsonValue): boolean {
  if (left === right) return true;
  if (left === null || right === null || typeof left !== 'object' || typeof right !== 'object') return false;
  return canonicalJson(left) === canonicalJson(right);
}

/** JSON text with object members in order of name: equal values have equal texts. */
export function canonicalJson(value: JsonValue): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (isJsonArray(value)) {
    return value.some((item) => typeof item === 'object')
      ? `[${value.map(canonicalJson).join(',')}]`
      : JSON.stringify(value);
  }
  const members = Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonicalJson(value[name] ?? null)}`);
  return `{${members.join(',')}}`;
}
