import type { JsonValue } from '../kernel/json.ts';
import { brief, ImportBuilder } from './import-builder.ts';
import type { ImportedHistory, ImportOptions } from './imported-history.ts';
import { forEachLine } from './read-text.ts';

type Transaction = JsonValue[];

/**
 * Reads AWDIT's text format: one operation `r key value` or `w key value` per line, `-----` between the transactions of a
 * session, `=====` between sessions. A session becomes a process, a transaction one operation `txn`.
 *
 * The format knows no times. Every session's n-th transaction is put beside the other sessions' n-th ones, so the order
 * between sessions means nothing, and levels that ask for real time cannot be judged.
 */
export function importAwdit(path: string, options: ImportOptions): ImportedHistory {
  const builder = new ImportBuilder({
    independent: false,
    ...options,
    path,
    format: 'awdit',
    unit: 'line',
    raisesTimes: false,
  });
  const sessions: Transaction[][] = [[[]]];
  forEachLine(path, (line, position) => {
    const text = line.trim();
    if (/^={3,}$/.test(text)) sessions.push([[]]);
    else if (/^-{3,}$/.test(text)) sessions.at(-1)?.push([]);
    else if (text !== '')
      sessions
        .at(-1)
        ?.at(-1)
        ?.push(operationOf(text, position, builder));
  });
  builder.note(
    'The file has no times: only the order within each session means something, not the order between them.',
  );
  addRounds(sessions, builder);
  return builder.finish();
}

function operationOf(text: string, position: number, builder: ImportBuilder): JsonValue {
  const [, kind, key, value] = /^([rw])\s+(\d{1,15})\s+(-?\d{1,15})$/.exec(text) ?? [];
  if (kind === undefined)
    builder.fail(position, `expected "r key value", "w key value", ----- or =====, ${brief(text)} came`);
  return [kind, Number(key), Number(value)];
}

function addRounds(sessions: readonly (readonly Transaction[])[], builder: ImportBuilder): void {
  const rounds = Math.max(...sessions.map((session) => session.length));
  for (let round = 0; round < rounds; round++) {
    for (const type of ['invoke', 'ok'] as const) {
      for (const [process, session] of sessions.entries()) {
        const transaction = session[round];
        if (transaction === undefined || transaction.length === 0) continue;
        const value = type === 'ok' ? transaction : transaction.map(withoutResult);
        builder.add({ timeNs: undefined, process, type, f: 'txn', value, position: round + 1 });
      }
    }
  }
}

function withoutResult(operation: JsonValue): JsonValue {
  const [kind, key] = operation as readonly [string, number];
  return kind === 'r' ? [kind, key, null] : operation;
}
