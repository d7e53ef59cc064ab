import { TYPE_FAIL, TYPE_OK } from '../../../harness/kernel/history.ts';
import type { JsonValue } from '../../../harness/kernel/json.ts';
import type { Budget } from '../../judging/budget.ts';
import { nameOf, show, type Anomalies, type Evidence } from '../evidence.ts';
import type { Transactions } from '../transactions.ts';
import { ABORTED, GARBAGE, INTERMEDIATE, NO_TXN, REPEATED } from '../write-index.ts';
import { NOT_READ, NOWHERE, type VersionOrders } from './version-orders.ts';

type List = readonly JsonValue[];

/**
 * Finds what single reads of lists give away: G1a, G1b, garbage-read, duplicate-elements, incompatible-order and
 * dirty-update. Reads that agree with their key's longest one cost a comparison per element, others a lookup.
 */
export function findReadAnomalies(
  transactions: Transactions,
  orders: VersionOrders,
  anomalies: Anomalies,
  budget: Budget,
): void {
  budget.doing('checking reads');
  const finder = new ReadAnomalyFinder(transactions, orders, anomalies);
  const { count, first, lists, key, outcome } = transactions;
  for (let txn = 0; txn < count; txn++) {
    if (outcome[txn] !== TYPE_OK) continue;
    const end = first[txn + 1] as number;
    for (let mop = first[txn] as number; mop < end; mop++) {
      const list = lists[mop];
      if (list === undefined || orders.readVersion[mop] === NOT_READ) continue;
      if (isPrefix(list, orders.longest[key[mop] as number] as List)) finder.checkAgreeing(txn, mop, list);
      else finder.checkDiffering(txn, mop, list);
      budget.step(list.length + 4);
    }
  }
  for (let owner = 0; owner < transactions.keys.length; owner++) finder.checkOrder(owner);
}

/** Whether `list` is how `whole` begins. */
export function isPrefix(list: List, whole: List): boolean {
  if (list === whole) return true;
  if (list.length > whole.length) return false;
  for (let place = 0; place < list.length; place++) if (list[place] !== whole[place]) return false;
  return true;
}

class ReadAnomalyFinder {
  readonly #transactions: Transactions;
  readonly #orders: VersionOrders;
  readonly #anomalies: Anomalies;

  constructor(transactions: Transactions, orders: VersionOrders, anomalies: Anomalies) {
    this.#transactions = transactions;
    this.#orders = orders;
    this.#anomalies = anomalies;
  }

  checkAgreeing(txn: number, mop: number, list: List): void {
    const orders = this.#orders;
    const key = this.#transactions.key[mop] as number;
    const { length } = list;
    const aborted = orders.firstAborted[key] as number;
    const garbage = orders.firstGarbage[key] as number;
    const duplicate = orders.firstDuplicate[key] as number;
    if (length > aborted) this.#addAborted(txn, key, list, aborted);
    if (length > garbage) this.#addGarbage(txn, key, list, garbage);
    if (length > duplicate) this.#addDuplicate(txn, key, list, duplicate);
    this.#checkIntermediate(txn, mop, list);
  }

  checkDiffering(txn: number, mop: number, list: List): void {
    const { index } = this.#orders.writes;
    const key = this.#transactions.key[mop] as number;
    this.#addIncompatible(txn, key, list);
    const seen = new Set<number>();
    let [aborted, garbage, duplicate] = [-1, -1, -1];
    for (let place = list.length - 1; place >= 0; place--) {
      const version = index.observe(key, this.#transactions.elements.encode(list[place] as JsonValue));
      if (index.has(version, ABORTED)) aborted = place;
      if (index.has(version, GARBAGE)) garbage = place;
      if (seen.has(version) && !index.has(version, REPEATED)) duplicate = place;
      seen.add(version);
    }
    if (aborted >= 0) this.#addAborted(txn, key, list, aborted);
    if (garbage >= 0) this.#addGarbage(txn, key, list, garbage);
    if (duplicate >= 0) this.#addDuplicate(txn, key, list, duplicate);
    this.#checkIntermediate(txn, mop, list);
  }

  /** In the order of a key, an aborted element below a committed one: the aborted state was built upon. */
  checkOrder(key: number): void {
    const { orders, outcome } = { orders: this.#orders, outcome: this.#transactions.outcome };
    if (orders.firstAborted[key] === NOWHERE) return;
    const { index } = orders.writes;
    let dirty = -1;
    for (let slot = orders.orderStart[key] as number; slot < (orders.orderStart[key + 1] as number); slot++) {
      const version = orders.order[slot] as number;
      const attempter = index.attempterOf(version);
      if (attempter === NO_TXN) continue;
      if (outcome[attempter] === TYPE_FAIL) dirty = version;
      else if (outcome[attempter] === TYPE_OK) {
        if (dirty >= 0) this.#addDirtyUpdate(key, dirty, version);
        dirty = -1;
      }
    }
  }

  #checkIntermediate(txn: number, mop: number, list: List): void {
    const version = this.#orders.readVersion[mop] as number;
    const { index } = this.#orders.writes;
    if (version < 0 || !index.has(version, INTERMEDIATE)) return;
    const writer = index.writerOf(version);
    if (writer === NO_TXN || writer === txn) return;
    const key = this.#transactions.key[mop] as number;
    this.#anomalies.add('G1b', () => ({
      txns: [txn, writer],
      key,
      message:
        `${this.#name(txn)} read ${this.#key(key)} = ${show(list)}, which ends in an append of ${this.#name(writer)} ` +
        `that was not that transaction's last to ${this.#key(key)}`,
    }));
  }

  #addAborted(txn: number, key: number, list: List, place: number): void {
    this.#anomalies.add('G1a', () => {
      const writer = this.#attempterAt(key, list, place);
      return this.#about(
        txn,
        key,
        [txn, writer],
        `with ${show(list[place] ?? null)}, which ${this.#name(writer)} appended before it aborted`,
        list,
      );
    });
  }

  #addGarbage(txn: number, key: number, list: List, place: number): void {
    this.#anomalies.add('garbage-read', () =>
      this.#about(txn, key, [txn], `with ${show(list[place] ?? null)}, which nobody ever appended`, list),
    );
  }

  #addDuplicate(txn: number, key: number, list: List, place: number): void {
    this.#anomalies.add('duplicate-elements', () =>
      this.#about(
        txn,
        key,
        [txn],
        `with ${show(list[place] ?? null)} more than once, though it was appended once`,
        list,
      ),
    );
  }

  #addIncompatible(txn: number, key: number, list: List): void {
    this.#anomalies.add('incompatible-order', () => {
      const other = this.#orders.longestReader[key] as number;
      const longest = this.#orders.longest[key] as List;
      return {
        ...this.#about(
          txn,
          key,
          [txn, other],
          `while ${this.#name(other)} read ${show(longest)}: neither is a beginning of the other`,
          list,
        ),
        detail: { values: [list, longest] },
      };
    });
  }

  #addDirtyUpdate(key: number, dirty: number, later: number): void {
    this.#anomalies.add('dirty-update', () => {
      const { index } = this.#orders.writes;
      const aborted = index.attempterOf(dirty);
      const committed = index.attempterOf(later);
      return {
        txns: [aborted, committed, this.#orders.longestReader[key] as number],
        key,
        message:
          `${this.#name(committed)} committed an append of ${this.#element(later)} to ${this.#key(key)} on top of ` +
          `${this.#element(dirty)}, which ${this.#name(aborted)} appended before it aborted`,
      };
    });
  }

  #about(txn: number, key: number, txns: readonly number[], what: string, list: List): Evidence {
    return { txns, key, message: `${this.#name(txn)} read ${this.#key(key)} = ${show(list)}, ${what}` };
  }

  #attempterAt(key: number, list: List, place: number): number {
    const { index } = this.#orders.writes;
    return index.attempterOf(index.find(key, this.#transactions.elements.encode(list[place] ?? null)));
  }

  #name(txn: number): string {
    return nameOf(this.#transactions, txn);
  }

  #key(key: number): string {
    return String(this.#transactions.keys[key]);
  }

  #element(version: number): string {
    return show(this.#transactions.elements.decode(this.#orders.writes.index.elementOf(version)));
  }
}
