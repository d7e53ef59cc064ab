import type { Checker } from '../../../harness/kernel/checker.ts';
import type { Budget } from '../../judging/budget.ts';
import { judgeTransactions, type Inference, type Inferred, type Material } from '../judge-transactions.ts';
import { findLostUpdates } from '../lost-updates.ts';
import { repeatedWriteDoubts } from '../repeated-writes.ts';
import { indexWrites } from '../write-index.ts';
import { appendDependencies } from './append-dependencies.ts';
import { findInternalAnomalies } from './internal-anomalies.ts';
import { findReadAnomalies } from './read-anomalies.ts';
import { settleWeakLevels } from './settle-weak-levels.ts';
import { orderVersions } from './version-orders.ts';

/**
 * Judges transactions that append to lists and read them, as Elle does (Kingsbury and Alvaro, VLDB 2020): reads tell the
 * order of appends, so every dependency is known and each anomaly is proven; for appends that nobody read, an order is
 * searched for that gives each level what it asks for. Option `level`: the level asked for.
 *
 * Linear in micro-operations and in elements read, but for the shortest cycles shown as evidence.
 */
export const listAppendChecker: Checker = {
  name: 'list-append',
  check: (history, context) => judgeTransactions(history, context, listAppendInference),
};

const listAppendInference: Inference = { dialect: 'append', infer };

function infer({ transactions, entries, anomalies, doubts }: Material, budget: Budget): Inferred {
  const writes = indexWrites(transactions, budget);
  doubts.push(...repeatedWriteDoubts(transactions, writes));
  const orders = orderVersions(transactions, writes, budget);
  findReadAnomalies(transactions, orders, anomalies, budget);
  findInternalAnomalies(transactions, orders, anomalies, budget);
  findLostUpdates(transactions, orders.readVersion, orders.writes.index.size, anomalies);
  return {
    ...appendDependencies(transactions, orders, entries, budget),
    settleDirectly: (wanted, core) => settleWeakLevels(transactions, orders, core, wanted, anomalies, budget),
  };
}
