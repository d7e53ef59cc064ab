import { isJsonArray, type JsonObject, type JsonValue } from '../kernel/json.ts';
import { EntryMaps } from './entry-maps.ts';
import { brief, ImportBuilder, malformed } from './import-builder.ts';
import type { ImportedHistory, ImportOptions } from './imported-history.ts';
import { JsonTextError, parseJson } from './parse-json.ts';
import { forEachLine, lineAndColumn, readText } from './read-text.ts';
import { isFaultEvent } from './record-decoder.ts';

/** Reads one JSON array of operation maps, as elle-cli and Knossos' exports have it, also as `history` of an object. */
export function importJson(path: string, options: ImportOptions): ImportedHistory {
  const text = readText(path);
  let history: JsonValue;
  try {
    history = parseJson(withExactTimes(text));
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    const { offset, message } = error;
    throw malformed(
      path,
      offset === undefined ? 'as a whole' : lineAndColumn(text, offsetInFile(text, offset)),
      message,
    );
  }
  return historyOfArray(path, isRecordWithHistory(history) ? (history['history'] ?? null) : history, options);
}

/** Times since 1970 in nanoseconds are beyond what JSON.parse reads exactly: they become strings of digits. */
function withExactTimes(text: string): string {
  return /\d{16}/.test(text) ? text.replace(LARGE_TIME, '$1"$2"') : text;
}

const LARGE_TIME = /("time"\s*:\s*)(\d{16,19})(?=\s*[,}])/g;

/** Where in a text stands what has this offset once {@link withExactTimes} has put its quotes in. */
function offsetInFile(text: string, offset: number): number {
  let added = 0;
  for (const { index, 0: whole, 1: before = '' } of text.matchAll(LARGE_TIME)) {
    if (index + before.length + added >= offset) break;
    added += index + whole.length + added + 1 >= offset ? 1 : 2;
  }
  return offset - added;
}

/**
 * Reads one JSON object per line: operations as {@link importJson} has them, and `{"type": "fault", ...}`. Times must not
 * run backwards. A file whose lines are records with a `history` array holds several; `member` says which, from 1.
 */
export function importJsonl(path: string, options: ImportOptions, member?: number): ImportedHistory {
  const builder = new ImportBuilder({ ...options, path, format: 'jsonl', unit: 'line', raisesTimes: false });
  const entries = new EntryMaps(builder, { strictIndex: true });
  let records = 0;
  let isPlain = false;
  let chosen: JsonValue | undefined;
  forEachLine(path, (line, number) => {
    if (line.trim() === '') return;
    const value = parseLine(line, number, builder);
    if (isRecordWithHistory(value)) {
      if (isPlain) builder.fail(number, 'a record with a history came among entries of one');
      if (++records === (member ?? 1)) chosen = value['history'];
      return;
    }
    if (records > 0) builder.fail(number, 'an entry came among records with a history each');
    isPlain = true;
    if (isFaultLine(value)) addFault(value, number, builder);
    else entries.add(value, number);
  });
  if (chosen !== undefined && member !== undefined) return historyOfArray(`${path}#${member}`, chosen, options);
  if (chosen !== undefined && records === 1) return historyOfArray(path, chosen, options);
  if (member !== undefined && records === 0) {
    throw malformed(path, 'as a whole', `it holds one history, not several: leave out #${member}`);
  }
  if (records === 1) throw malformed(path, 'as a whole', `it holds one history, #1; #${member} was asked for`);
  if (records > 0) {
    const asked = member === undefined ? '' : `; #${member} was asked for`;
    throw malformed(
      path,
      'as a whole',
      `it holds ${records} histories: say which one, from ${path}#1 to #${records}${asked}`,
    );
  }
  return builder.finish();
}

function historyOfArray(path: string, history: JsonValue, options: ImportOptions): ImportedHistory {
  if (!isJsonArray(history)) throw malformed(path, 'line 1', `expected an array of operations, ${brief(history)} came`);
  const builder = new ImportBuilder({ ...options, path, format: 'json', unit: 'entry', raisesTimes: true });
  const entries = new EntryMaps(builder, { strictIndex: false });
  for (const [index, entry] of history.entries()) entries.add(entry, index + 1);
  return builder.finish();
}

function parseLine(line: string, number: number, builder: ImportBuilder): JsonValue {
  try {
    return parseJson(withExactTimes(line));
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    const column = error.offset === undefined ? '' : ` at column ${offsetInFile(line, error.offset) + 1}`;
    return builder.fail(number, `${error.message}${column}`);
  }
}

function isRecordWithHistory(value: JsonValue): value is JsonObject {
  return isObject(value) && Array.isArray(value['history']);
}

function isFaultLine(value: JsonValue): value is JsonObject {
  return isObject(value) && value['type'] === 'fault';
}

function isObject(value: JsonValue): value is JsonObject {
  return value !== null && typeof value === 'object' && !isJsonArray(value);
}

/** A fault line is a fault event whose `timeNs` is called `time`, as in the other lines. */
function addFault(line: JsonObject, number: number, builder: ImportBuilder): void {
  const { type: _, time, ...rest } = line;
  const event = { ...rest, timeNs: time ?? null };
  if (!isFaultEvent(event)) builder.fail(number, `expected faultId, a known kind and phase, and time in a fault line`);
  builder.addFault(event);
}
