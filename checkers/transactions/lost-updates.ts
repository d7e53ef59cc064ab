import { TYPE_OK } from '../../harness/kernel/history.ts';
import { workingInts } from '../judging/working-memory.ts';
import type { Anomalies } from './evidence.ts';
import { keyName, nameOf } from './evidence.ts';
import { MOP_READ, type Transactions } from './transactions.ts';

/**
 * Finds `lost-update`: two committed transactions that both read the same version of a key first and then both wrote
 * the key. Independent of any version order. `readVersion` names, per micro-operation, the version found: -1 for the
 * initial one, below -1 where the micro-operation is no read. Counts versions updated more than once.
 */
export function findLostUpdates(
  transactions: Transactions,
  readVersion: Int32Array,
  versions: number,
  anomalies: Anomalies,
): void {
  const { count, first, key, kind, outcome, keys } = transactions;
  /** The first transaction that updated a version, -1 while none did, -2 once the loss is reported. */
  const updater = workingInts(versions + keys.length).fill(-1);
  const touched = new Int32Array(keys.length).fill(-1);
  const basis = new Int32Array(keys.length);
  const NOT_READ_FIRST = -3;
  for (let txn = 0; txn < count; txn++) {
    if (outcome[txn] !== TYPE_OK) continue;
    for (let mop = first[txn] as number; mop < (first[txn + 1] as number); mop++) {
      const owner = key[mop] as number;
      const reads = kind[mop] === MOP_READ;
      if (touched[owner] !== txn) {
        touched[owner] = txn;
        const version = readVersion[mop] as number;
        basis[owner] = !reads || version < -1 ? NOT_READ_FIRST : version === -1 ? versions + owner : version;
        continue;
      }
      if (reads || basis[owner] === NOT_READ_FIRST) continue;
      const version = basis[owner] as number;
      basis[owner] = NOT_READ_FIRST;
      const other = updater[version] as number;
      if (other === -1) updater[version] = txn;
      else if (other >= 0) {
        updater[version] = -2;
        anomalies.add('lost-update', () => ({
          txns: [other, txn],
          key: owner,
          message:
            `${nameOf(transactions, other)} and ${nameOf(transactions, txn)} both read the same state of ` +
            `${keyName(transactions, owner)} and both wrote it after that: one of the two updates did not see the other`,
        }));
      }
    }
  }
}
