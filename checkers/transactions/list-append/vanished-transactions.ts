import { TYPE_OK } from '../../../harness/kernel/history.ts';
import type { Budget } from '../../judging/budget.ts';
import type { CyclicCore } from '../cyclic-core.ts';
import { keyName, nameOf, show, type Anomalies } from '../evidence.ts';
import { MOP_WRITE, type Transactions } from '../transactions.ts';
import { NO_TXN } from '../write-index.ts';
import { readsOf } from './external-reads.ts';
import { placeOf } from './self-agreement.ts';
import type { VersionOrders } from './version-orders.ts';

/** An append that a transaction has to show from now on, since it showed another one of the same writer. */
interface Expected {
  readonly writer: number;
  readonly mop: number;
  readonly place: number;
  /** The read that showed the writer. */
  readonly shownBy: number;
}

/**
 * Finds `OTV`, observed transaction vanishes (Bailis et al., VLDB 2014): a transaction read a version that another one
 * installed, and afterwards a version that the same one had overwritten. With read-committed, that is all that can break a
 * monotonic atomic view. Appends that nobody read come after all that were read, in whatever order, so nothing is open.
 *
 * The reader overwrites, by its anti-dependency, one that it depends on, so it lies on a circle: only those are looked at.
 * O(reads of transactions on circles * appends of a transaction).
 */
export function findVanishedTransactions(
  transactions: Transactions,
  orders: VersionOrders,
  core: CyclicCore,
  anomalies: Anomalies,
  budget: Budget,
): void {
  budget.doing('looking for transactions that were observed and vanished');
  const { first, kind, key, outcome, lists, element, elements } = transactions;
  const { readVersion, writes } = orders;
  for (const txn of core.original.subarray(0, core.graph.real)) {
    if (outcome[txn] !== TYPE_OK) continue;
    const expected = new Map<number, Expected>();
    const observed = new Set<number>([txn, NO_TXN]);
    for (const read of readsOf(transactions, orders, txn)) {
      budget.step(4);
      const missed = expected.get(read.key);
      if (missed !== undefined && missed.place >= read.length) {
        const { writer, mop, shownBy } = missed;
        anomalies.add('OTV', () => ({
          txns: [txn, writer],
          ...(key[shownBy] === read.key ? { key: read.key } : {}),
          message:
            `${nameOf(transactions, txn)} read ${keyName(transactions, key[shownBy] as number)} = ${show(lists.of(shownBy) ?? [])}, ` +
            `which ends in what ${nameOf(transactions, writer)} appended, and afterwards ${keyName(transactions, read.key)} = ` +
            `${show(lists.of(read.mop) ?? [])}, without the ${show(elements.decode(element[mop] as number))} that ` +
            `${nameOf(transactions, writer)} appended there`,
        }));
        break;
      }
      const version = readVersion[read.mop] as number;
      const writer = version < 0 ? NO_TXN : writes.index.writerOf(version);
      if (observed.has(writer)) continue;
      observed.add(writer);
      for (let mop = first[writer] as number; mop < (first[writer + 1] as number); mop++) {
        budget.step();
        if (kind[mop] !== MOP_WRITE) continue;
        const place = placeOf(orders, mop);
        const known = expected.get(key[mop] as number);
        if (known === undefined || known.place < place) {
          expected.set(key[mop] as number, { writer, mop, place, shownBy: read.mop });
        }
      }
    }
  }
}
