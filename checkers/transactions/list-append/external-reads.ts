import { MOP_READ, type Transactions } from '../transactions.ts';
import { EMPTY, NOT_READ, type VersionOrders } from './version-orders.ts';

/** A transaction's read of a list, by places in the key's order of versions. */
export interface ListRead {
  readonly mop: number;
  /** Dense key number. */
  readonly key: number;
  /** How much of the order it shows. */
  readonly length: number;
  /** The same without what the reader itself had appended at the end. */
  readonly external: number;
}

/**
 * The completed reads of a transaction, in order. For histories in which all reads of a key are beginnings of one list
 * without repeated elements; others break read-committed. O(micro-operations + own elements).
 */
export function* readsOf(
  { first, kind, key }: Transactions,
  { order, orderStart, position, readVersion, writes }: VersionOrders,
  txn: number,
): Generator<ListRead> {
  for (let mop = first[txn] as number; mop < (first[txn + 1] as number); mop++) {
    const version = readVersion[mop] as number;
    if (kind[mop] !== MOP_READ || version === NOT_READ) continue;
    const owner = key[mop] as number;
    const length = version === EMPTY ? 0 : (position[version] as number) + 1;
    let external = length;
    const start = orderStart[owner] as number;
    while (external > 0 && writes.index.writerOf(order[start + external - 1] as number) === txn) external--;
    yield { mop, key: owner, length, external };
  }
}
