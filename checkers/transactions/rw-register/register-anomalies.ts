import { TYPE_OK } from '../../../harness/kernel/history.ts';
import type { Budget } from '../../judging/budget.ts';
import { keyName, nameOf, show, type Anomalies } from '../evidence.ts';
import { MOP_READ, type Transactions } from '../transactions.ts';
import { ABORTED, GARBAGE, INTERMEDIATE, NO_TXN } from '../write-index.ts';
import type { RegisterReads } from './register-reads.ts';

/** Finds what single reads of registers give away: G1a, G1b, garbage-read, internal and future-read. */
export function findRegisterAnomalies(
  transactions: Transactions,
  reads: RegisterReads,
  anomalies: Anomalies,
  budget: Budget,
): void {
  budget.doing('checking reads');
  const finder = new RegisterAnomalyFinder(transactions, reads, anomalies);
  const { count, first, kind, key, outcome, keys } = transactions;
  /** The last micro-operation of the running transaction on each key. */
  const touchedBy = new Int32Array(keys.length).fill(-1);
  for (let txn = 0; txn < count; txn++) {
    if (outcome[txn] !== TYPE_OK) continue;
    const start = first[txn] as number;
    for (let mop = start; mop < (first[txn + 1] as number); mop++) {
      const owner = key[mop] as number;
      const before = touchedBy[owner] as number;
      if (kind[mop] === MOP_READ) {
        if ((reads.version[mop] as number) >= 0) finder.checkExternal(txn, mop);
        if (before >= start) finder.checkInternal(txn, before, mop);
      }
      touchedBy[owner] = mop;
    }
    budget.step(8);
  }
}

class RegisterAnomalyFinder {
  readonly #transactions: Transactions;
  readonly #reads: RegisterReads;
  readonly #anomalies: Anomalies;

  constructor(transactions: Transactions, reads: RegisterReads, anomalies: Anomalies) {
    this.#transactions = transactions;
    this.#reads = reads;
    this.#anomalies = anomalies;
  }

  checkExternal(txn: number, mop: number): void {
    const { index } = this.#reads.writes;
    const version = this.#reads.version[mop] as number;
    if (index.has(version, GARBAGE)) {
      this.#add('garbage-read', txn, [], mop, () => 'which nobody ever wrote');
      return;
    }
    const writer = index.attempterOf(version);
    if (index.has(version, ABORTED)) {
      this.#add('G1a', txn, [writer], mop, () => `which ${this.#name(writer)} wrote before it aborted`);
    } else if (index.writerOf(version) === NO_TXN) return;
    else if (writer === txn) this.#add('future-read', txn, [], mop, () => 'before it wrote that itself');
    else if (index.has(version, INTERMEDIATE)) {
      this.#add('G1b', txn, [writer], mop, () => `which ${this.#name(writer)} itself overwrote before it committed`);
    }
  }

  checkInternal(txn: number, before: number, mop: number): void {
    const { element, kind, elements } = this.#transactions;
    if (element[before] === element[mop]) return;
    const done = kind[before] === MOP_READ ? 'read' : 'written';
    const expected = show(elements.decode(element[before] as number));
    this.#add('internal', txn, [], mop, () => `although it had itself just ${done} ${expected} there`);
  }

  #add(anomaly: string, txn: number, others: readonly number[], mop: number, why: () => string): void {
    const { key, element, elements } = this.#transactions;
    this.#anomalies.add(anomaly, () => {
      const owner = key[mop] as number;
      const found = show(elements.decode(element[mop] as number));
      return {
        txns: [txn, ...others],
        key: owner,
        message: `${this.#name(txn)} read ${keyName(this.#transactions, owner)} = ${found}, ${why()}`,
      };
    });
  }

  #name(txn: number): string {
    return nameOf(this.#transactions, txn);
  }
}
