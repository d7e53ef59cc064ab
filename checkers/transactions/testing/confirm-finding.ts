import { historyOf } from '../../../harness/history/index.ts';
import type { History } from '../../../harness/kernel/history.ts';
import type { JsonValue } from '../../../harness/kernel/json.ts';
import type { Op } from '../../../harness/kernel/op.ts';
import type { Finding } from '../../../harness/kernel/verdict.ts';
import { keepOps } from '../../testing/sketch.ts';
import type { Level } from '../levels.ts';
import { possibleLevels } from './graph-oracle.ts';
import { oracleTransactions } from './oracle-transactions.ts';

/** Versions that the oracle can be asked to order: their orders are tried one by one. */
const MOST_VERSIONS = 12;

/**
 * Whether brute force agrees that a register history cannot be at a level, from a finding's operations alone; undefined
 * where they are too many for it. Reads of values that none of them wrote are left out. That is sound: an order that
 * explains the whole history explains these reads, too, because their writers are kept and nothing came in between.
 */
export function isConfirmed(history: History, finding: Finding, level: Level): boolean | undefined {
  if (finding.anomaly === 'garbage-read') return finding.ops.some((op) => readsUnwritten(history, op));
  const kept = withoutForeignReads(keepOps(history, finding.ops));
  const transactions = oracleTransactions(kept);
  const versions = transactions.flatMap(({ microOps }) => microOps.filter(({ write }) => write));
  if (versions.length > MOST_VERSIONS || transactions.length > 8) return undefined;
  return !possibleLevels(transactions, false).has(level);
}

function withoutForeignReads(history: History): History {
  const entries = allEntries(history);
  const written = valuesWritten(entries);
  return historyOf(
    entries.map((entry) => ({
      ...entry,
      value: microOps(entry.value).filter(
        ([name, ...rest]) => name !== 'r' || (rest[1] ?? null) === null || written.has(JSON.stringify(rest)),
      ),
    })),
  );
}

function readsUnwritten(history: History, op: number): boolean {
  const written = valuesWritten(allEntries(history));
  const completion = history.columns.pair[op] ?? -1;
  return microOps(history.at(Math.max(op, completion)).value).some(
    ([name, ...rest]) => name === 'r' && rest[1] !== null && !written.has(JSON.stringify(rest)),
  );
}

function allEntries(history: History): Op[] {
  return Array.from({ length: history.length }, (_, index) => history.at(index));
}

function microOps(value: JsonValue): readonly (readonly JsonValue[])[] {
  return value as readonly (readonly JsonValue[])[];
}

/** Keys and values written, as JSON. */
function valuesWritten(entries: readonly Op[]): ReadonlySet<string> {
  return new Set(
    entries.flatMap(({ value }) =>
      microOps(value).flatMap(([name, ...rest]) => (name === 'r' ? [] : [JSON.stringify(rest)])),
    ),
  );
}
