import type { JsonValue } from '../../harness/kernel/json.ts';
import type { Operations } from './operations.ts';

/** Longest piece of a value that a sentence quotes. */
const VALUE_CHARACTERS = 60;

/** Who did it and where: `process 3 on n1`. */
export function who(operations: Operations, invocation: number): string {
  const node = operations.node(invocation);
  const process = `process ${operations.process(invocation)}`;
  return node === undefined ? process : `${process} on ${node}`;
}

/** A point in time as reports show it: `12.345 s`. */
export function seconds(timeNs: number): string {
  return `${(timeNs / 1e9).toFixed(3)} s`;
}

/** When the operation was answered, or asked where it never was: `at 12.345 s`. */
export function when(operations: Operations, invocation: number): string {
  return `at ${seconds(operations.endNs(invocation) ?? operations.startNs(invocation))}`;
}

/** A value as sentences quote it: JSON, cut where long. */
export function quote(value: JsonValue | undefined): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length <= VALUE_CHARACTERS ? text : `${text.slice(0, VALUE_CHARACTERS)}…`;
}

/** ` of key "x"`, or nothing where operations have no key. */
export function ofKey(operations: Operations, key: number): string {
  const decoded = operations.history.decode(key);
  return decoded === undefined ? '' : ` of key ${quote(decoded)}`;
}

/** `1 read`, `3 reads`. */
export function plural(count: number, noun: string): string {
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`;
}

/** `a`, `a and b`, `a, b and c`; past `limit` items the rest is counted. */
export function listed(items: readonly string[], limit = 8): string {
  const shown = items.slice(0, limit);
  if (items.length > limit) return `${shown.join(', ')} and ${items.length - limit} more`;
  const last = shown.pop();
  return last === undefined ? 'none' : shown.length === 0 ? last : `${shown.join(', ')} and ${last}`;
}

/** With a capital letter first: for sentences that begin with an operation or a process. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
