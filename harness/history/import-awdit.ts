import { brief, ImportBuilder } from './import-builder.ts';
import type { ImportedHistory, ImportOptions } from './imported-history.ts';
import { forEachLine } from './read-text.ts';
import { exactNumber, SessionTransactions, type RegisterOp } from './session-transactions.ts';

/**
 * Reads AWDIT's text format: one operation `r key value` or `w key value` per line, `-----` between the transactions of a
 * session, `=====` between sessions (any number of them). A value that nobody wrote was made up, 0 too.
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
  const sessions = new SessionTransactions(builder, { zeroIsInitial: false });
  let session = 0;
  let open: { push: (operation: RegisterOp) => void } | undefined;
  forEachLine(path, (line, position) => {
    const text = line.trim();
    if (/^=+$/.test(text)) session++;
    if (/^(=+|-+)$/.test(text)) open = undefined;
    else if (text !== '') {
      const operation = operationOf(text, position, builder);
      open ??= sessions.begin(session, 'ok', position);
      open.push(operation);
    }
  });
  sessions.finish();
  return builder.finish();
}

function operationOf(text: string, position: number, builder: ImportBuilder): RegisterOp {
  const [, kind, key, value] = /^([rw])\s+(\d{1,20})\s+(\d{1,20})$/.exec(text) ?? [];
  if ((kind !== 'r' && kind !== 'w') || key === undefined || value === undefined) {
    return builder.fail(position, `expected "r key value", "w key value", ----- or =====, ${brief(text)} came`);
  }
  return [kind, exactNumber(key, builder), exactNumber(value, builder)];
}
