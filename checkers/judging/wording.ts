import { NO_PAIR } from '../../harness/kernel/history.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import type { Operations } from './operations.ts';

/** Longest piece of a value that a sentence quotes. */
const VALUE_CHARACTERS = 60;

/** Who did it and where: `process 3 on n1`. */
export function who(operations: Operations, invocation: number): string {
  const node = operations.node(invocation);
  const process = `process ${operations.process(invocation)}`;
  return node === undefined ? process : `${process} on ${plain(node)}`;
}

/** A point in time as reports show it: `12.345 s`, with up to six digits where a history is that fine. */
export function seconds(timeNs: number): string {
  return `${(timeNs / 1e9).toFixed(6).replace(/0{1,3}$/, '')} s`;
}

/** When an entry was recorded: `12.345 s`, or `entry 7` in a history without times. */
export function moment(operations: Operations, entry: number): string {
  return operations.hasTimes ? seconds(operations.history.columns.timeNs[entry] ?? 0) : `entry ${entry}`;
}

/** When the operation was answered, or asked where it never was: `at 12.345 s`, `at entry 7`. */
export function when(operations: Operations, invocation: number): string {
  const completion = operations.completion(invocation);
  return `at ${moment(operations, completion === NO_PAIR ? invocation : completion)}`;
}

/** How much later something was: `40.000 ms`, or `7 entries` in a history without times. */
export function duration(operations: Operations, spanNs: number): string {
  // There entry n is taken to be at n nanoseconds.
  if (!operations.hasTimes) return spanNs === 1 ? '1 entry' : `${spanNs} entries`;
  return `${(spanNs / 1e6).toFixed(3)} ms`;
}

/**
 * A value as sentences quote it: JSON, with its middle left out where it is long, because the end of a list often matters.
 * Values come from the system under test: what would steer a terminal or hide itself is escaped as JSON can.
 */
export function quote(value: JsonValue | undefined): string {
  return value === undefined ? 'nothing' : shortened(JSON.stringify(value));
}

/** Names and codes from outside as sentences show them: as they are, escaped and cut as {@link quote} does. */
export function plain(text: string): string {
  return shortened(text);
}

function shortened(text: string): string {
  const half = VALUE_CHARACTERS / 2 - 2;
  const cut = text.length <= VALUE_CHARACTERS ? text : `${text.slice(0, half)} ... ${text.slice(-half)}`;
  // The cut may have gone through a pair of surrogates.
  return cut.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, escaped);
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`;
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
