import { TYPE_OK } from '../../../harness/kernel/history.ts';
import type { Budget } from '../../judging/budget.ts';
import { OpenWritesBuilder, type OpenWrites } from '../open-orders/open-writes.ts';
import type { Transactions } from '../transactions.ts';
import { NO_TXN } from '../write-index.ts';
import { listOf, type RegisterReads } from './register-reads.ts';

/**
 * The writes of every key that transactions wrote which took part. An indeterminate one of which nobody read anything need
 * never have happened, so it never stands in the way of an order of the others. O(micro-operations).
 */
export function openRegisterWrites(transactions: Transactions, reads: RegisterReads, budget: Budget): OpenWrites {
  const { keys, outcome } = transactions;
  const { writersOf } = reads;
  const observed = observedWriters(transactions, reads);
  const takesPart = (txn: number): boolean => outcome[txn] === TYPE_OK || observed.has(txn);
  const builder = new OpenWritesBuilder();
  for (let key = 0; key < keys.length; key++) {
    const writers = listOf(writersOf, key);
    budget.step(writers.length * 8 + 2);
    let count = 0;
    for (const txn of writers) if (takesPart(txn)) count++;
    if (count < 2) continue;
    builder.addKey(key);
    let last = NO_TXN;
    for (const txn of writers) {
      if (txn === last || !takesPart(txn)) continue;
      last = txn;
      builder.addWriter(txn);
      addReaders(builder, reads, txn, key);
    }
  }
  return builder.build();
}

/** Indeterminate transactions of which somebody read something. */
function observedWriters({ outcome }: Transactions, { readersOf, writes: { index } }: RegisterReads): Set<number> {
  const observed = new Set<number>();
  for (let version = 0; version < index.size; version++) {
    const writer = index.writerOf(version);
    if (writer === NO_TXN || outcome[writer] === TYPE_OK) continue;
    if (readersOf.start[version] !== readersOf.start[version + 1]) observed.add(writer);
  }
  return observed;
}

/** Adds who else read what a transaction left in a key. Whoever read it more than once stands there in a row. */
function addReaders(builder: OpenWritesBuilder, reads: RegisterReads, writer: number, key: number): void {
  const { finals, readersOf, writes } = reads;
  const version = finals.version(writer, key);
  if (version < 0 || writes.index.writerOf(version) !== writer) return;
  let last = writer;
  for (const reader of listOf(readersOf, version)) {
    if (reader === last || reader === writer) continue;
    last = reader;
    builder.addReader(reader);
  }
}
