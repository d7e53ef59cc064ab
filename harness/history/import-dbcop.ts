import { isJsonArray, type JsonObject, type JsonValue } from '../kernel/json.ts';
import { brief, ImportBuilder, malformed } from './import-builder.ts';
import type { ImportedHistory, ImportOptions } from './imported-history.ts';
import { JsonTextError, parseJson } from './parse-json.ts';
import { lineAndColumn, readText } from './read-text.ts';
import { exactNumber, SessionTransactions, type RegisterOp } from './session-transactions.ts';

/**
 * Reads dbcop's histories: the compact text (`[x:=1 y==2] [z==?]!`, a line of dashes between sessions, `//` before
 * comments) and the JSON of its generator (sessions of `{"events": [...], "committed": true}`, bare or under `data`). A
 * read of `?`, of null, or of 0 that nobody wrote found the initial state; `!` and `"committed": false` mean aborted.
 * dbcop's older binary files (`history.bincode`) are not read.
 */
export function importDbcop(path: string, options: ImportOptions): ImportedHistory {
  const text = readText(path);
  return /^\s*(\{|\[\s*[[\]])/.test(text) ? readJson(path, text, options) : readLines(path, text, options);
}

function builderFor(path: string, options: ImportOptions, unit: string): ImportBuilder {
  return new ImportBuilder({ independent: false, ...options, path, format: 'dbcop', unit, raisesTimes: false });
}

const TRANSACTION = /\[([^[\]]*)\](!?)\s*/y;
const EVENT = /^([\p{L}\p{N}_]+)(:=|==)(\d{1,20}|\?)$/u;

function readLines(path: string, history: string, options: ImportOptions): ImportedHistory {
  const builder = builderFor(path, options, 'line');
  const sessions = new SessionTransactions(builder, { zeroIsInitial: true });
  let session = 0;
  for (const [index, line] of history.split('\n').entries()) {
    const text = line.trim();
    const position = index + 1;
    if (/^-+$/.test(text)) session++;
    else if (text !== '' && !text.startsWith('//')) {
      TRANSACTION.lastIndex = 0;
      while (TRANSACTION.lastIndex < text.length) {
        const at = TRANSACTION.lastIndex;
        const [, events = '', aborted] = TRANSACTION.exec(text) ?? [];
        if (aborted === undefined) {
          builder.fail(position, `expected a transaction such as [x:=1 y==2], ${brief(text.slice(at))} came`);
        }
        const { push } = sessions.begin(session, aborted === '' ? 'ok' : 'fail', position);
        for (const event of events.trim().split(/\s+/)) push(textEvent(event, position, builder));
      }
    }
  }
  sessions.finish();
  return builder.finish();
}

function textEvent(event: string, position: number, builder: ImportBuilder): RegisterOp {
  const [, variable, sign, version] = EVENT.exec(event) ?? [];
  if (variable === undefined || version === undefined || (sign === ':=' && version === '?')) {
    return builder.fail(position, `expected variable:=number, variable==number or variable==?, ${brief(event)} came`);
  }
  if (version === '?') return ['r', variable, null];
  return [sign === ':=' ? 'w' : 'r', variable, exactNumber(version, builder)];
}

function readJson(path: string, text: string, options: ImportOptions): ImportedHistory {
  let document: JsonValue;
  try {
    document = parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonTextError)) throw error;
    throw malformed(path, error.offset === undefined ? 'as a whole' : lineAndColumn(text, error.offset), error.message);
  }
  const builder = builderFor(path, options, 'transaction');
  const data = isObject(document) ? document['data'] : document;
  if (data === undefined || !isJsonArray(data)) {
    throw malformed(path, 'as a whole', `expected an array of sessions, ${brief(data ?? document)} came`);
  }
  const sessions = new SessionTransactions(builder, { zeroIsInitial: true });
  let position = 0;
  for (const [session, transactions] of data.entries()) {
    if (!isJsonArray(transactions)) {
      throw malformed(path, `session ${session + 1}`, `expected an array of transactions, ${brief(transactions)} came`);
    }
    for (const transaction of transactions)
      addJsonTransaction(sessions, { session, transaction, position: ++position }, builder);
  }
  sessions.finish();
  return builder.finish();
}

function addJsonTransaction(
  sessions: SessionTransactions,
  {
    session,
    transaction,
    position,
  }: { readonly session: number; readonly transaction: JsonValue; readonly position: number },
  builder: ImportBuilder,
): void {
  const { events, committed } = isObject(transaction) ? transaction : {};
  if (events === undefined || !isJsonArray(events) || typeof committed !== 'boolean') {
    return builder.fail(position, `expected {"events": [...], "committed": true}, ${brief(transaction)} came`);
  }
  const { push } = sessions.begin(session, committed ? 'ok' : 'fail', position);
  for (const event of events) push(jsonEvent(event, position, builder));
}

/** `["r", variable, version]`, or `{"Read": {"variable": ..., "version": ...}}`; `w` and `Write` likewise. */
function jsonEvent(event: JsonValue, position: number, builder: ImportBuilder): RegisterOp {
  const [kind, variable, version] = partsOf(event);
  const isWrite = kind === 'w' || kind === 'Write';
  const isKind = isWrite || kind === 'r' || kind === 'Read';
  if (!isKind || !isScalar(variable) || !(isScalar(version) || (version === null && !isWrite))) {
    return builder.fail(position, `expected a read or write of a variable and a version, ${brief(event)} came`);
  }
  return [isWrite ? 'w' : 'r', variable, version];
}

function partsOf(event: JsonValue): readonly (JsonValue | undefined)[] {
  if (isJsonArray(event)) return event.length === 3 ? event : [];
  if (!isObject(event)) return [];
  const [[kind, fields] = ['', null], ...more] = Object.entries(event);
  return more.length === 0 && isObject(fields) ? [kind, fields['variable'], fields['version']] : [];
}

function isScalar(value: JsonValue | undefined): value is number | string {
  return typeof value === 'number' || typeof value === 'string';
}

function isObject(value: JsonValue): value is JsonObject {
  return value !== null && typeof value === 'object' && !isJsonArray(value);
}
