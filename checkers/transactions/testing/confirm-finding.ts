import { historyOf } from '../../../harness/history/index.ts';
import type { History } from '../../../harness/kernel/history.ts';
import type { JsonValue } from '../../../harness/kernel/json.ts';
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
  const kept = withoutForeignReads(keepOps(history, finding.ops));
  const transactions = oracleTransactions(kept);
  const versions = transactions.flatMap(({ microOps }) => microOps.filter(({ write }) => write));
  if (versions.length > MOST_VERSIONS || transactions.length > 8) return undefined;
  return !possibleLevels(transactions, false).has(level);
}

function withoutForeignReads(history: History): History {
  const entries = Array.from({ length: history.length }, (_, index) => history.at(index));
  const microOps = (value: JsonValue): readonly (readonly JsonValue[])[] => value as readonly (readonly JsonValue[])[];
  const written = new Set(
    entries.flatMap(({ value }) =>
      microOps(value).flatMap(([name, ...rest]) => (name === 'r' ? [] : [JSON.stringify(rest)])),
    ),
  );
  return historyOf(
    entries.map((entry) => ({
      ...entry,
      value: microOps(entry.value).filter(
        ([name, key, found]) => name !== 'r' || (found ?? null) === null || written.has(JSON.stringify([key, found])),
      ),
    })),
  );
}
