import { isSameJson } from '../models/canonical-json.ts';
import { TYPE_FAIL } from '../../harness/kernel/history.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import type { Operations } from '../judging/operations.ts';
import { plain, quote, seconds, who } from '../judging/wording.ts';

/**
 * One operation in words: `process 3 on n1 read 5 (0.0121 to 0.014 s)`. `entry` is the index of its invocation; `words`
 * takes the place of what is said about function, argument and answer. A history without times has entries instead.
 */
export function describeOperation(operations: Operations, entry: number, words?: string): string {
  return `${who(operations, entry)} ${words === undefined ? describeCall(operations, entry) : plain(words)} (${span(operations, entry)})`;
}

function span(operations: Operations, entry: number): string {
  const isOver = hasEnded(operations, entry);
  if (!operations.hasTimes) {
    return isOver ? `entries ${entry} and ${operations.completion(entry)}` : `entry ${entry}, never answered`;
  }
  const from = seconds(operations.startNs(entry));
  const endNs = isOver ? operations.endNs(entry) : undefined;
  return endNs === undefined ? `from ${from}, never answered` : `${from.replace(/ s$/, '')} to ${seconds(endNs)}`;
}

/** What was asked and answered: `read 5`, `cas [1,2] refused`. */
export function describeCall(operations: Operations, entry: number): string {
  const { history } = operations;
  const argument = history.decode(operations.input(entry)) ?? null;
  const answer = operations.isOk(entry) ? (history.decode(operations.output(entry)) ?? null) : undefined;
  return phrase(plain(operations.f(entry)), argument, answer, !operations.isOk(entry) && hasEnded(operations, entry));
}

function hasEnded(operations: Operations, entry: number): boolean {
  return operations.isOk(entry) || operations.outcome(entry) === TYPE_FAIL;
}

function phrase(f: string, argument: JsonValue, answer: JsonValue | undefined, failed: boolean): string {
  if (argument === null && answer === null && !OBSERVERS.includes(f)) return f;
  const shown = argument === null ? '' : ` ${quote(argument)}`;
  if (failed) return `${f}${shown} refused`;
  const saysNothing = answer === null && !OBSERVERS.includes(f);
  if (answer === undefined || saysNothing || (answer !== null && isSameJson(answer, argument))) return `${f}${shown}`;
  return argument === null ? `${f} ${quote(answer)}` : `${f}${shown} -> ${quote(answer)}`;
}

/** Functions of which an answer of null says something. */
const OBSERVERS: readonly string[] = ['read', 'get', 'dequeue', 'pop', 'peek'];
