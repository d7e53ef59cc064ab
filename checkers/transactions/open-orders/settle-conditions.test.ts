import { describe, expect, it } from 'vitest';
import type { History } from '../../../harness/kernel/history.ts';
import { Budget } from '../../judging/budget.ts';
import { CheckOptions } from '../../judging/check-options.ts';
import { contextWith } from '../../testing/sketch.ts';
import { searchCycles, type FoundCycles } from '../cycle-search.ts';
import { cyclicCore } from '../cyclic-core.ts';
import { ALL_KINDS } from '../dependency-graph.ts';
import { Anomalies } from '../evidence.ts';
import { registerDependencies } from '../rw-register/register-dependencies.ts';
import { readRegisters } from '../rw-register/register-reads.ts';
import { strongComponents } from '../strong-components.ts';
import { concurrently } from '../testing/transaction-sketch.ts';
import { readTransactions } from '../transactions.ts';
import { indexWrites } from '../write-index.ts';
import { settleConditions, whyOpen, type Standings } from './settle-conditions.ts';

/** Either order of the writes to y closes a circle of two anti-dependencies. Only process order helps to derive one. */
const WOVEN = concurrently([
  [0, 'ok', 'ry1 wx1'],
  [1, 'ok', 'ry_ wy1'],
  [2, 'ok', 'rx_ wy2'],
]);

function settle(history: History, mostWork: number | undefined): { standings: Standings; anomalies: Anomalies } {
  const context = contextWith();
  const budget = new Budget(context);
  const [standings, anomalies]: [Standings, Anomalies] = [new Map(), new Anomalies()];
  const transactions = readTransactions(history, 'w', budget);
  const material = {
    transactions,
    entries: history.length,
    options: new CheckOptions(context),
    anomalies,
    doubts: [],
  };
  const reads = readRegisters(transactions, indexWrites(transactions, budget), budget);
  const dependencies = registerDependencies(material, reads, budget);
  const { graph } = dependencies;
  const core = cyclicCore(graph, strongComponents(graph, ALL_KINDS, budget), budget);
  const found = ({ cycleClass, order }: FoundCycles): void =>
    anomalies.set(cycleClass + order, 1, { txns: [], message: 'a circle' });
  searchCycles(core, { found, unsettled: () => undefined }, budget);
  settleConditions(core, { transactions, dependencies, dialect: 'w' }, anomalies, standings, budget, mostWork);
  return { standings, anomalies };
}

describe('what levels ask of the order of writes', () => {
  it('is settled, and what is broken is an anomaly of the weakest conditions alone', () => {
    const { standings, anomalies } = settle(WOVEN, undefined);
    expect(anomalies.names()).toEqual(['G2-item-process', 'G-update', 'G2-item']);
    expect(whyOpen('strong-snapshot-isolation', standings)).toBeUndefined();
    expect(Object.fromEntries([...standings].map(([{ anomaly }, standing]) => [anomaly, standing]))).toEqual({
      'G2-item-realtime': 'broken',
      'G2-item-process': 'broken',
      'G2-item': 'broken',
      'G-nonadjacent-realtime': 'met',
      'G-nonadjacent-process': 'met',
      'G-nonadjacent': 'met',
      'G-update': 'broken',
      'G-prefix': 'met',
      'G-single': 'met',
    });
  });

  it('stays open where the bound of work is reached, and says what was searched', () => {
    const { standings, anomalies } = settle(WOVEN, 1);
    expect(anomalies.names()).toEqual(['G2-item-process']);
    expect(whyOpen('serializable', standings)).toMatch(
      /^nobody read in which order 2 writes to 1 keys happened, and whether some order of them shows no G2-item was not settled: \d+ choices/,
    );
    expect(whyOpen('read-committed', standings)).toBeUndefined();
  });

  it('is unknown where the search was not ended', () => {
    expect(whyOpen('serializable', new Map())).toBe('');
  });
});
