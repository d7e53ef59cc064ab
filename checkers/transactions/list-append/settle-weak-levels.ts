import type { Budget } from '../../judging/budget.ts';
import type { CyclicCore } from '../cyclic-core.ts';
import type { Anomalies } from '../evidence.ts';
import type { DirectLevel } from '../levels.ts';
import type { Transactions } from '../transactions.ts';
import { findCausalConflicts } from './causal-reads.ts';
import { findFracturedReads } from './fractured-reads.ts';
import { findVanishedTransactions } from './vanished-transactions.ts';
import type { VersionOrders } from './version-orders.ts';

/** Per level: what finds the anomaly that breaks it where the weaker ones are met, and that anomaly. */
const TESTS = {
  'monotonic-atomic-view': { find: findVanishedTransactions, anomaly: 'OTV' },
  'read-atomic': { find: findFracturedReads, anomaly: 'FracturedReadCO' },
  causal: { find: findCausalConflicts, anomaly: 'COConflictAO' },
} as const;

/**
 * Settles for lists the levels that are told by what transactions see of each other. Adds what breaks them to the anomalies,
 * and returns what is possible. All are exact: a list shows whose appends were visible and in which order.
 *
 * `wanted`: weakest first. Presumes that read-committed is met.
 */
export function settleWeakLevels(
  transactions: Transactions,
  orders: VersionOrders,
  core: CyclicCore,
  wanted: readonly DirectLevel[],
  anomalies: Anomalies,
  budget: Budget,
): readonly DirectLevel[] {
  const possible: DirectLevel[] = [];
  for (const level of wanted) {
    const { find, anomaly } = TESTS[level];
    find(transactions, orders, core, anomalies, budget);
    if (anomalies.has(anomaly)) break;
    possible.push(level);
  }
  return possible;
}
