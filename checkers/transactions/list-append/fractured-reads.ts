import { TYPE_FAIL, TYPE_OK } from '../../../harness/kernel/history.ts';
import type { Budget } from '../../judging/budget.ts';
import type { CyclicCore } from '../cyclic-core.ts';
import { keyName, nameOf, show, type Anomalies } from '../evidence.ts';
import { MOP_WRITE, type Transactions } from '../transactions.ts';
import { NO_TXN } from '../write-index.ts';
import type { VersionOrders } from './version-orders.ts';

/**
 * Finds `FracturedReadCO`: a transaction saw what another one appended to one key, and read a list of another key without
 * what the same one appended there. With the anomalies of single reads and of dependencies in a circle, that is all that
 * can break read-atomic (Cerone, Bernardi and Gotsman, CONCUR 2015): whoever is seen is seen whole.
 *
 * The reader overwrites, by its anti-dependency, one that it depends on, so it lies on a circle: only those are looked at.
 * O(elements read by transactions on circles * appends of a transaction).
 */
export function findFracturedReads(
  transactions: Transactions,
  orders: VersionOrders,
  core: CyclicCore,
  anomalies: Anomalies,
  budget: Budget,
): void {
  budget.doing('looking for fractured reads');
  const { first, key, outcome, lists } = transactions;
  for (const txn of core.original.subarray(0, core.graph.real)) {
    if (outcome[txn] !== TYPE_OK) continue;
    const lengths = new Map<number, number>();
    for (let mop = first[txn] as number; mop < (first[txn + 1] as number); mop++) {
      if (lists.agrees(mop)) lengths.set(key[mop] as number, lists.lengthOf(mop));
    }
    if (lengths.size > 1) findFractures(transactions, orders, txn, lengths, anomalies, budget);
  }
}

/** `lengths`: how much of each key's order the transaction read. */
function findFractures(
  transactions: Transactions,
  { writes, placed, placedStart, position }: VersionOrders,
  txn: number,
  lengths: ReadonlyMap<number, number>,
  anomalies: Anomalies,
  budget: Budget,
): void {
  const { first, key, kind, element, elements, outcome } = transactions;
  const seen = new Set<number>([txn, NO_TXN]);
  for (const [owner, length] of lengths) {
    const start = placedStart[owner] as number;
    for (const version of placed.subarray(start, start + length)) {
      budget.step();
      const writer = writes.index.writerOf(version);
      if (seen.has(writer) || outcome[writer] === TYPE_FAIL) continue;
      seen.add(writer);
      for (let mop = first[writer] as number; mop < (first[writer + 1] as number); mop++) {
        budget.step();
        const length = lengths.get(key[mop] as number);
        const place = position[writes.versionOf[mop] as number] as number;
        if (kind[mop] !== MOP_WRITE || length === undefined || (place >= 0 && place < length)) continue;
        const missed = show(elements.decode(element[mop] as number));
        anomalies.add('FracturedReadCO', () => ({
          txns: [txn, writer],
          key: key[mop] as number,
          message:
            `${nameOf(transactions, txn)} read in ${keyName(transactions, owner)} what ${nameOf(transactions, writer)} appended there, ` +
            `but not the ${missed} that it appended to ${keyName(transactions, key[mop] as number)}`,
        }));
        return;
      }
    }
  }
}
