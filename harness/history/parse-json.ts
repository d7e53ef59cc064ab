import { isJsonArray, type JsonValue } from '../kernel/json.ts';
import { assertJsonValue, MAX_VALUE_DEPTH } from './assert-json-value.ts';
import { findJsonError } from './find-json-error.ts';
import { findRepeatedMember } from './find-repeated-member.ts';
import { IllFormedHistoryError } from './ill-formed-history-error.ts';

/** Text that is no JSON, or JSON that would lose something. `message` is one line; `offset` counts characters. */
export class JsonTextError extends Error {
  readonly offset: number | undefined;

  constructor(message: string, offset?: number) {
    super(message);
    this.name = 'JsonTextError';
    this.offset = offset;
  }
}

/**
 * JSON.parse that refuses what a history cannot hold, numbers that would be rounded and members that stand twice in one
 * object. Throws {@link JsonTextError}.
 */
export function parseJson(text: string): JsonValue {
  let value;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch (cause) {
    throw syntaxError(text, cause);
  }
  try {
    // A short text without exponent can neither nest too deep nor hold an infinity: most lines need no second look.
    if (text.length > MAX_VALUE_DEPTH || /\d[eE]/.test(text)) assertJsonValue(value);
  } catch (error) {
    if (error instanceof IllFormedHistoryError) throw new JsonTextError(error.message);
    throw error;
  }
  const repeated = findRepeatedMember(text, value);
  if (repeated !== undefined) {
    throw new JsonTextError(`the member ${JSON.stringify(repeated.name)} stands twice in one object`, repeated.offset);
  }
  // JSON.parse rounds silently; only texts with long runs of digits can be affected.
  if (/\d{16}/.test(text)) assertExact(value);
  return value;
}

function assertExact(value: JsonValue): void {
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value) && Math.abs(value) < 1e21) {
    throw new JsonTextError(`a whole number near ${value} is too large to be read exactly: write it as a string`);
  }
  if (value === null || typeof value !== 'object') return;
  for (const member of isJsonArray(value) ? value : Object.values(value)) assertExact(member);
}

function syntaxError(text: string, cause: unknown): JsonTextError {
  const message = cause instanceof Error ? cause.message : String(cause);
  const offset = findJsonError(text);
  if (/Unexpected end|Unterminated/.test(message) || offset >= text.length) {
    return new JsonTextError('the JSON is cut off', text.length);
  }
  return new JsonTextError(`expected JSON, ${JSON.stringify(text.slice(offset, offset + 20))} came`, offset);
}
