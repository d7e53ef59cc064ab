import {
  NO_KEY,
  NO_PAIR,
  NULL_CODE,
  TYPE_FAIL,
  TYPE_INFO,
  TYPE_OK,
  type History,
} from '../../harness/kernel/history.ts';
import type { JsonValue } from '../../harness/kernel/json.ts';
import { formatValue, isTransaction } from '../html/format.ts';

/** The outcome of an operation as reports name it. */
export type OutcomeName = 'ok' | 'fail' | 'info';

/** The name behind an outcome code; doubt is `info`. */
export function outcomeName(type: number | undefined): OutcomeName {
  return type === TYPE_OK ? 'ok' : type === TYPE_FAIL ? 'fail' : 'info';
}

/** An operation in a few words, by the index of its invocation: `x: write 5`, `x: read → 5`, `cas [1,2] ✗ mismatch`. */
export function operationLabel(history: History, invocation: number, lengthMax = 28): string {
  const { columns } = history;
  const f = history.fNames[columns.f[invocation] ?? 0] ?? '';
  const keyCode = columns.key[invocation] ?? NO_KEY;
  const key = keyCode === NO_KEY ? '' : `${formatValue(history.decode(keyCode), 12)}: `;
  const argument = history.decode(columns.value[invocation] ?? 0);
  if (isTransaction(argument)) return `${key}${transactionLabel(history, invocation, argument, lengthMax)}`;
  const asked = argument === null ? '' : ` ${formatValue(argument, lengthMax)}`;
  return `${key}${f}${asked}${answerLabel(history, invocation, lengthMax)}`;
}

/** A transaction's answer repeats what was asked, with the gaps filled: one of them is enough. */
function transactionLabel(history: History, invocation: number, asked: JsonValue, lengthMax: number): string {
  const { pair, type, value } = history.columns;
  const completion = pair[invocation] ?? NO_PAIR;
  if (completion !== NO_PAIR && type[completion] === TYPE_OK) {
    return formatValue(history.decode(value[completion] ?? NULL_CODE), 2 * lengthMax);
  }
  return `${formatValue(asked, 2 * lengthMax)}${answerLabel(history, invocation, lengthMax)}`;
}

function answerLabel(history: History, invocation: number, lengthMax: number): string {
  const { columns } = history;
  const completion = columns.pair[invocation] ?? NO_PAIR;
  if (completion === NO_PAIR) return ' … never answered';
  const type = columns.type[completion];
  if (type === TYPE_OK) {
    const answer = columns.value[completion] ?? NULL_CODE;
    const argument = columns.value[invocation] ?? NULL_CODE;
    // A plain acknowledgement, or the argument once more, says nothing. A read of nothing does.
    const plain = answer === NULL_CODE ? argument !== NULL_CODE : answer === argument;
    return plain ? '' : ` → ${answer === NULL_CODE ? 'nil' : formatValue(history.decode(answer), lengthMax)}`;
  }
  const code = history.errors[(columns.error[completion] ?? 0) - 1]?.code;
  const sign = type === TYPE_INFO ? ' ?' : ' ✗';
  return code === undefined ? sign : `${sign} ${formatValue(code, 18)}`;
}
