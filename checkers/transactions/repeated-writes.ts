import { TYPE_FAIL } from '../../harness/kernel/history.ts';
import { keyName, nameOf, show } from './evidence.ts';
import type { Transactions } from './transactions.ts';
import { REPEATED, type Writes } from './write-index.ts';

/**
 * A reason not to say `valid` where one value was written to one key more than once: nobody can tell which of the writes
 * a read saw, so dependencies of those writes are left out.
 */
export function repeatedWriteDoubts(transactions: Transactions, { index, versionOf }: Writes): readonly string[] {
  const { count, first, outcome, key, element, elements } = transactions;
  for (let txn = 0; txn < count; txn++) {
    if (outcome[txn] === TYPE_FAIL) continue;
    for (let mop = first[txn] as number; mop < (first[txn + 1] as number); mop++) {
      const version = versionOf[mop] as number;
      if (version < 0 || !index.has(version, REPEATED)) continue;
      const written = `${show(elements.decode(element[mop] as number))} to ${keyName(transactions, key[mop] as number)}`;
      return [
        `values must be written once per key, but ${nameOf(transactions, txn)} and others wrote ${written}: ` +
          'dependencies through such writes are unknown',
      ];
    }
  }
  return [];
}
