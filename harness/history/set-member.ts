import type { JsonValue } from '../kernel/json.ts';

/** Sets an own member, also where its name is `__proto__`, which plain assignment would take as the prototype. */
export function setMember(target: Record<string, JsonValue>, name: string, value: JsonValue): void {
  if (name === '__proto__') {
    Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
  } else {
    target[name] = value;
  }
}
