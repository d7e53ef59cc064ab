import { NO_PAIR, TYPE_FAIL, TYPE_OK, type History } from '../../harness/kernel/history.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';

const LONGEST_VALUE = 60;

/**
 * One operation in words: `process 3 read 5 (12.1 to 14.0 ms)`. `entry` is the index of its invocation; `words` takes the
 * place of what is said about function, argument and answer.
 */
export function describeOperation(history: History, entry: number, words?: string): string {
  const { columns } = history;
  const completion = columns.pair[entry] ?? NO_PAIR;
  const f = history.fNames[columns.f[entry] ?? 0] ?? '?';
  const argument = history.decode(columns.value[entry] ?? 0) ?? null;
  const isOk = completion !== NO_PAIR && columns.type[completion] === TYPE_OK;
  const answer = isOk ? (history.decode(columns.value[completion] ?? 0) ?? null) : undefined;
  const from = milliseconds(columns.timeNs[entry] ?? 0);
  const ended = isOk || (completion !== NO_PAIR && columns.type[completion] === TYPE_FAIL);
  const to = ended ? `to ${milliseconds(columns.timeNs[completion] ?? 0)} ms` : 'ms, never answered';
  const what = words ?? phrase(f, argument, answer, ended && !isOk);
  return `process ${columns.process[entry] ?? 0} ${what} (${from} ${to})`;
}

function phrase(f: string, argument: JsonValue, answer: JsonValue | undefined, failed: boolean): string {
  if (argument === null && answer === null && !OBSERVERS.includes(f)) return f;
  const shown = argument === null ? '' : ` ${quote(argument)}`;
  if (failed) return `${f}${shown} refused`;
  const saysNothing = answer === null && !OBSERVERS.includes(f);
  if (answer === undefined || saysNothing || same(answer, argument)) return `${f}${shown}`;
  return argument === null ? `${f} ${quote(answer)}` : `${f}${shown} -> ${quote(answer)}`;
}

/** Functions of which an answer of null says something. */
const OBSERVERS: readonly string[] = ['read', 'get', 'dequeue', 'pop'];

function same(left: JsonValue, right: JsonValue): boolean {
  return left === right ? left !== null : JSON.stringify(left) === JSON.stringify(right) && left !== null;
}

/** A value as people write it, cut where it is long. */
export function quote(value: JsonValue): string {
  const text = JSON.stringify(value);
  return text.length <= LONGEST_VALUE ? text : `${text.slice(0, LONGEST_VALUE)}...`;
}

/** Nanoseconds as milliseconds with as many digits as tell neighbours apart. */
export function milliseconds(timeNs: number): string {
  return String(Number((timeNs / 1e6).toFixed(3)));
}
