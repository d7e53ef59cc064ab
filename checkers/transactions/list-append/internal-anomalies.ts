import { TYPE_FAIL } from '../../../harness/kernel/history.ts';
import type { JsonValue } from '../../../harness/kernel/json.ts';
import type { Budget } from '../../judging/budget.ts';
import { keyName, nameOf, show, type Anomalies } from '../evidence.ts';
import type { List } from '../read-lists.ts';
import { MOP_WRITE, type Transactions } from '../transactions.ts';
import { placeOf, SelfAgreement } from './self-agreement.ts';
import type { VersionOrders } from './version-orders.ts';

/** What a transaction may expect of a key it touched: the whole list after a read, after appends only its end. */
interface Expectation {
  readonly whole: boolean;
  readonly elements: readonly JsonValue[];
}

/**
 * Finds transactions that disagree with themselves: `internal` (a read that does not show what the same transaction
 * read and appended before, or a list in which its appends stand in another order) and `future-read` (a read of an
 * element that the same transaction appends later).
 */
export function findInternalAnomalies(
  transactions: Transactions,
  orders: VersionOrders,
  anomalies: Anomalies,
  budget: Budget,
): void {
  budget.doing('checking transactions against themselves');
  const { count, first, outcome } = transactions;
  const agreement = new SelfAgreement(transactions, orders);
  for (let txn = 0; txn < count; txn++) {
    if (outcome[txn] === TYPE_FAIL) continue;
    budget.step(4 * ((first[txn + 1] as number) - (first[txn] as number)));
    if (agreement.isCertain(txn)) continue;
    checkReads(transactions, txn, anomalies, budget);
    checkAppends(transactions, orders, txn, anomalies);
  }
}

function checkReads(transactions: Transactions, txn: number, anomalies: Anomalies, budget: Budget): void {
  const { first, key, kind, element, lists, elements } = transactions;
  const expected = new Map<number, Expectation>();
  const readSoFar = new Map<number, Set<JsonValue>>();
  for (let mop = first[txn] as number; mop < (first[txn + 1] as number); mop++) {
    const owner = key[mop] as number;
    const expectation = expected.get(owner);
    if (kind[mop] === MOP_WRITE) {
      const appended = elements.decode(element[mop] as number);
      if (readSoFar.get(owner)?.has(appended) === true) addFutureRead(transactions, txn, owner, appended, anomalies);
      expected.set(owner, {
        whole: expectation?.whole ?? false,
        elements: [...(expectation?.elements ?? []), appended],
      });
      continue;
    }
    const list = lists.of(mop);
    if (list === undefined) continue;
    if (expectation !== undefined && !meets(list, expectation)) {
      addInternal(transactions, txn, owner, list, expectation, anomalies);
    }
    expected.set(owner, { whole: true, elements: list });
    readSoFar.set(owner, new Set([...(readSoFar.get(owner) ?? []), ...list]));
    budget.step(list.length * 2);
  }
}

/** Appends of one transaction to one key must stand in the list in their order; what nobody read comes last. */
function checkAppends(transactions: Transactions, orders: VersionOrders, txn: number, anomalies: Anomalies): void {
  const { first, key, kind, element, elements, lists } = transactions;
  const latest = new Map<number, number>();
  for (let mop = first[txn] as number; mop < (first[txn + 1] as number); mop++) {
    if (kind[mop] !== MOP_WRITE) continue;
    const owner = key[mop] as number;
    const before = latest.get(owner);
    latest.set(owner, mop);
    if (before === undefined || placeOf(orders, before) <= placeOf(orders, mop)) continue;
    const reader = lists.longestReader(owner);
    anomalies.add('internal', () => ({
      txns: [txn, reader],
      key: owner,
      message:
        `${nameOf(transactions, txn)} appended ${show(elements.decode(element[before] as number))} to ${keyName(transactions, owner)} before ` +
        `${show(elements.decode(element[mop] as number))}, but ${nameOf(transactions, reader)} read ${keyName(transactions, owner)} = ` +
        `${show(lists.longest(owner))}`,
    }));
  }
}

function meets(list: List, { whole, elements }: Expectation): boolean {
  const offset = list.length - elements.length;
  if (offset < 0 || (whole && offset !== 0)) return false;
  return elements.every((element, place) => element === list[offset + place]);
}

function addInternal(
  transactions: Transactions,
  txn: number,
  key: number,
  list: List,
  expectation: Expectation,
  anomalies: Anomalies,
): void {
  anomalies.add('internal', () => ({
    txns: [txn],
    key,
    message:
      `${nameOf(transactions, txn)} read ${keyName(transactions, key)} = ${show(list)}, but by its own earlier steps the list ` +
      `${expectation.whole ? 'had to be' : 'had to end in'} ${show(expectation.elements)}`,
  }));
}

function addFutureRead(
  transactions: Transactions,
  txn: number,
  key: number,
  element: JsonValue,
  anomalies: Anomalies,
): void {
  anomalies.add('future-read', () => ({
    txns: [txn],
    key,
    message: `${nameOf(transactions, txn)} read ${show(element)} in ${keyName(transactions, key)} before it appended it itself`,
  }));
}
