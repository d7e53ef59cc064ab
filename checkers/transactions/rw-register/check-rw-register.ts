import type { Checker } from '../../../harness/kernel/checker.ts';
import type { Budget } from '../../judging/budget.ts';
import { judgeTransactions, type Inference, type Inferred, type Material } from '../judge-transactions.ts';
import { findLostUpdates } from '../lost-updates.ts';
import { repeatedWriteDoubts } from '../repeated-writes.ts';
import { settleWeakLevels } from '../weak-isolation/settle-weak-levels.ts';
import { indexWrites } from '../write-index.ts';
import { findRegisterAnomalies } from './register-anomalies.ts';
import { registerDependencies } from './register-dependencies.ts';
import { readRegisters } from './register-reads.ts';

/**
 * Judges transactions that read and write registers, each value written once per key. What is not recorded, the order of
 * writes, is derived as far as it follows from what each level promises; where that leaves it open, an order is searched for
 * that gives the level what it asks for. Option `level`: the level asked for. Options
 * `sequentialKeys` and `linearizableKeys` (booleans) say that each key by itself may be taken to be sequentially
 * consistent or linearizable, whatever transactions are; more follows for levels that do not promise that.
 */
export const rwRegisterChecker: Checker = {
  name: 'rw-register',
  check: (history, context) => judgeTransactions(history, context, rwRegisterInference),
};

const rwRegisterInference: Inference = { dialect: 'w', infer };

function infer({ transactions, entries, options, anomalies, doubts }: Material, budget: Budget): Inferred {
  const writes = indexWrites(transactions, budget);
  doubts.push(...repeatedWriteDoubts(transactions, writes));
  const reads = readRegisters(transactions, writes, budget);
  findRegisterAnomalies(transactions, reads, anomalies, budget);
  findLostUpdates(transactions, reads.version, writes.index.size, anomalies);
  return {
    ...registerDependencies({ transactions, entries, options, anomalies, doubts }, reads, budget),
    settleDirectly: (wanted) => settleWeakLevels(transactions, reads, wanted, anomalies, budget),
  };
}
