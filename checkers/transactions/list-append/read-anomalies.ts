import { TYPE_FAIL, TYPE_OK } from '../../../harness/kernel/history.ts';
import type { JsonValue } from '../../../harness/kernel/json.ts';
import type { Budget } from '../../judging/budget.ts';
import { keyName, nameOf, show, type Anomalies, type Evidence } from '../evidence.ts';
import type { List } from '../read-lists.ts';
import type { Transactions } from '../transactions.ts';
import { ABORTED, GARBAGE, INTERMEDIATE, NO_TXN, REPEATED } from '../write-index.ts';
import { NOT_READ, NOWHERE, type VersionOrders } from './version-orders.ts';

/**
 * Finds what single reads of lists give away: G1a, G1b, garbage-read, duplicate-elements, incompatible-order and
 * dirty-update. Reads that agree with their key's longest one cost a few comparisons, others a lookup per element.
 */
export function findReadAnomalies(
  transactions: Transactions,
  orders: VersionOrders,
  anomalies: Anomalies,
  budget: Budget,
): void {
  budget.doing('checking reads');
  const finder = new ReadAnomalyFinder(transactions, orders, anomalies);
  const { count, first, lists, outcome } = transactions;
  for (let txn = 0; txn < count; txn++) {
    if (outcome[txn] !== TYPE_OK) continue;
    const end = first[txn + 1] as number;
    for (let mop = first[txn] as number; mop < end; mop++) {
      if (orders.readVersion[mop] === NOT_READ) continue;
      if (lists.agrees(mop)) finder.checkAgreeing(txn, mop);
      else finder.checkDiffering(txn, mop, lists.of(mop) ?? [], budget);
      budget.step(4);
    }
  }
  for (let owner = 0; owner < transactions.keys.length; owner++) finder.checkOrder(owner);
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

  checkAgreeing(txn: number, mop: number): void {
    const orders = this.#orders;
    const { key: keys, lists } = this.#transactions;
    const key = keys[mop] as number;
    const length = lists.lengthOf(mop);
    const aborted = orders.firstAborted[key] as number;
    const garbage = orders.firstGarbage[key] as number;
    const duplicate = orders.firstDuplicate[key] as number;
    if (length > aborted) this.#addAborted(txn, mop, aborted);
    if (length > garbage) this.#addGarbage(txn, mop, garbage);
    if (length > duplicate) this.#addDuplicate(txn, mop, duplicate);
    this.#checkIntermediate(txn, mop);
  }

  checkDiffering(txn: number, mop: number, list: List, budget: Budget): void {
    const { index } = this.#orders.writes;
    const key = this.#transactions.key[mop] as number;
    budget.step(list.length * 4);
    this.#addIncompatible(txn, mop);
    const seen = new Set<number>();
    let [aborted, garbage, duplicate] = [-1, -1, -1];
    for (let place = list.length - 1; place >= 0; place--) {
      const version = index.observe(key, this.#transactions.elements.encode(list[place] as JsonValue));
      if (index.has(version, ABORTED)) aborted = place;
      if (index.has(version, GARBAGE)) garbage = place;
      if (seen.has(version) && !index.has(version, REPEATED)) duplicate = place;
      seen.add(version);
    }
    if (aborted >= 0) this.#addAborted(txn, mop, aborted);
    if (garbage >= 0) this.#addGarbage(txn, mop, garbage);
    if (duplicate >= 0) this.#addDuplicate(txn, mop, duplicate);
    this.#checkIntermediate(txn, mop);
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

  #checkIntermediate(txn: number, mop: number): void {
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
        `${this.#name(txn)} read ${this.#key(key)} = ${show(this.#list(mop))}, which ends in an append of ${this.#name(writer)} ` +
        `that was not that transaction's last to ${this.#key(key)}`,
    }));
  }

  #addAborted(txn: number, mop: number, place: number): void {
    this.#anomalies.add('G1a', () => {
      const element = this.#list(mop)[place] ?? null;
      const writer = this.#attempterOf(mop, element);
      return this.#about(
        txn,
        mop,
        [txn, writer],
        `with ${show(element)}, which ${this.#name(writer)} appended before it aborted`,
      );
    });
  }

  #addGarbage(txn: number, mop: number, place: number): void {
    this.#anomalies.add('garbage-read', () =>
      this.#about(txn, mop, [txn], `with ${show(this.#list(mop)[place] ?? null)}, which nobody ever appended`),
    );
  }

  #addDuplicate(txn: number, mop: number, place: number): void {
    this.#anomalies.add('duplicate-elements', () =>
      this.#about(
        txn,
        mop,
        [txn],
        `with ${show(this.#list(mop)[place] ?? null)} more than once, though it was appended once`,
      ),
    );
  }

  #addIncompatible(txn: number, mop: number): void {
    this.#anomalies.add('incompatible-order', () => {
      const { key, lists } = this.#transactions;
      const other = lists.longestReader(key[mop] as number);
      const longest = lists.longest(key[mop] as number);
      return {
        ...this.#about(
          txn,
          mop,
          [txn, other],
          `while ${this.#name(other)} read ${show(longest)}: neither is a beginning of the other`,
        ),
        detail: { values: [this.#list(mop), longest] },
      };
    });
  }

  #addDirtyUpdate(key: number, dirty: number, later: number): void {
    this.#anomalies.add('dirty-update', () => {
      const { index } = this.#orders.writes;
      const aborted = index.attempterOf(dirty);
      const committed = index.attempterOf(later);
      return {
        txns: [aborted, committed, this.#transactions.lists.longestReader(key)],
        key,
        message:
          `${this.#name(committed)} committed an append of ${this.#element(later)} to ${this.#key(key)} on top of ` +
          `${this.#element(dirty)}, which ${this.#name(aborted)} appended before it aborted`,
      };
    });
  }

  #about(txn: number, mop: number, txns: readonly number[], what: string): Evidence {
    const key = this.#transactions.key[mop] as number;
    return { txns, key, message: `${this.#name(txn)} read ${this.#key(key)} = ${show(this.#list(mop))}, ${what}` };
  }

  #attempterOf(mop: number, element: JsonValue): number {
    const { index } = this.#orders.writes;
    const { key, elements } = this.#transactions;
    return index.attempterOf(index.find(key[mop] as number, elements.encode(element)));
  }

  #list(mop: number): List {
    return this.#transactions.lists.of(mop) ?? [];
  }

  #name(txn: number): string {
    return nameOf(this.#transactions, txn);
  }

  #key(key: number): string {
    return keyName(this.#transactions, key);
  }

  #element(version: number): string {
    return show(this.#transactions.elements.decode(this.#orders.writes.index.elementOf(version)));
  }
}
