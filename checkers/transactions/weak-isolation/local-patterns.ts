import { TYPE_OK } from '../../../harness/kernel/history.ts';
import { keyName, nameOf, show, type Anomalies } from '../evidence.ts';
import type { RegisterReads } from '../rw-register/register-reads.ts';
import { MOP_READ, type Transactions } from '../transactions.ts';
import { ABORTED, GARBAGE, INTERMEDIATE } from '../write-index.ts';

/**
 * Finds the patterns that one read shows (Plume, OOPSLA 2024): ThinAirRead, AbortedRead, FutureRead, NotMyOwnWrite,
 * NotMyLastWrite, IntermediateRead. Every weak level forbids all of them.
 */
export function findLocalPatterns(transactions: Transactions, { writes }: RegisterReads, anomalies: Anomalies): void {
  const { count, first, kind, key, keys, element, elements, outcome } = transactions;
  const { index, versionOf } = writes;
  /** The last write of the running transaction to each key, as a micro-operation. */
  const ownWrite = new Int32Array(keys.length).fill(-1);
  for (let txn = 0; txn < count; txn++) {
    if (outcome[txn] !== TYPE_OK) continue;
    const start = first[txn] as number;
    for (let mop = start; mop < (first[txn + 1] as number); mop++) {
      const owner = key[mop] as number;
      if (kind[mop] !== MOP_READ) {
        ownWrite[owner] = mop;
        continue;
      }
      const own = (ownWrite[owner] as number) >= start ? (ownWrite[owner] as number) : -1;
      if (own >= 0 && element[own] === element[mop]) continue;
      const version = index.find(owner, element[mop] as number);
      const pattern = patternOf(txn, own >= 0, version, mop);
      if (pattern === undefined) continue;
      const [name, why, writer] = pattern;
      anomalies.add(name, () => ({
        txns: writer === txn || writer < 0 ? [txn] : [txn, writer],
        key: owner,
        message: `${nameOf(transactions, txn)} read ${keyName(transactions, owner)} = ${show(elements.decode(element[mop] as number))}, ${why(writer)}`,
      }));
    }
  }

  function patternOf(
    txn: number,
    afterOwnWrite: boolean,
    version: number,
    mop: number,
  ): readonly [name: string, why: (writer: number) => string, writer: number] | undefined {
    const writer = version < 0 ? -1 : index.attempterOf(version);
    if (version >= 0 && writer === txn) {
      const later = (): boolean => {
        for (let each = mop + 1; each < (first[txn + 1] as number); each++)
          if (versionOf[each] === version) return true;
        return false;
      };
      if (later()) return ['FutureRead', () => 'which it wrote only afterwards', writer];
      return ['NotMyLastWrite', () => 'which it had itself overwritten before', writer];
    }
    if (version >= 0 && index.has(version, GARBAGE)) return ['ThinAirRead', () => 'which nobody ever wrote', writer];
    if (version >= 0 && index.has(version, ABORTED)) {
      return ['AbortedRead', (by) => `which ${nameOf(transactions, by)} wrote before it aborted`, writer];
    }
    if (afterOwnWrite) return ['NotMyOwnWrite', () => 'not what it had itself written there just before', writer];
    if (version >= 0 && index.has(version, INTERMEDIATE)) {
      return [
        'IntermediateRead',
        (by) => `which ${nameOf(transactions, by)} overwrote itself before it committed`,
        writer,
      ];
    }
    return undefined;
  }
}
