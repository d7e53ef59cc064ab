import { brief, ImportBuilder } from './import-builder.ts';
import type { ImportedHistory, ImportOptions } from './imported-history.ts';
import { forEachLine } from './read-text.ts';
import { ABORTED_READ, exactNumber, SessionTransactions, type RegisterOp } from './session-transactions.ts';

const LINE = /^([rw])\(\s*(\d{1,20})\s*,\s*(\d{1,20})\s*,\s*(\d{1,20})\s*,\s*(-1|\d{1,20})\s*\)$/;

interface OpenTransaction {
  readonly session: number;
  readonly push: (operation: RegisterOp) => void;
}

/**
 * Reads the text of Plume, PolySI, IsoVista and AWDIT (its format `plume`): `r(key,value,session,transaction)` and `w(...)`,
 * one per line, sessions and transactions in the order in which they first come. A transaction -1 was aborted: its writes
 * happened nowhere, what it read says nothing. Keys begin as 0.
 */
export function importPlume(path: string, options: ImportOptions): ImportedHistory {
  const builder: ImportBuilder = new ImportBuilder({
    independent: false,
    ...options,
    path,
    format: 'plume',
    unit: 'line',
    raisesTimes: false,
  });
  const sessions = new SessionTransactions(builder, { zeroIsInitial: true });
  const open = new Map<string, OpenTransaction>();
  builder.note('Keys begin as 0: a read of 0 that nobody wrote found the initial state.');
  forEachLine(path, (line, position) => {
    if (line.trim() === '') return;
    const [, kind, key, value, from, transaction] = LINE.exec(line.trim()) ?? [];
    if ((kind !== 'r' && kind !== 'w') || key === undefined || value === undefined || transaction === undefined) {
      return builder.fail(
        position,
        `expected r(key,value,session,transaction) or w(key,value,session,transaction), ${brief(line)} came`,
      );
    }
    const session = Number(from);
    const operation: RegisterOp = [kind, exactNumber(key, builder), exactNumber(value, builder)];
    if (transaction === '-1') {
      if (kind === 'r') builder.ignore(ABORTED_READ);
      else sessions.begin(session, 'fail', position).push(operation);
      return;
    }
    let known = open.get(transaction);
    if (known === undefined) {
      known = { session, push: sessions.begin(session, 'ok', position).push };
      open.set(transaction, known);
    }
    if (known.session !== session) {
      builder.fail(position, `transaction ${transaction} is of session ${known.session}, session ${session} came`);
    }
    known.push(operation);
  });
  sessions.finish();
  return builder.finish();
}
