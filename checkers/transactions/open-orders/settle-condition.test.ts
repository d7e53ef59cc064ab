import { describe, expect, it } from 'vitest';
import type { History } from '../../../harness/kernel/history.ts';
import { Budget } from '../../judging/budget.ts';
import { CheckOptions } from '../../judging/check-options.ts';
import { contextWith } from '../../testing/sketch.ts';
import { searchCycles } from '../cycle-search.ts';
import { cyclicCore } from '../cyclic-core.ts';
import { ALL_KINDS, FORCED, GraphBuilder, PROCESS, REALTIME, RW, WR, WW, type Graph } from '../dependency-graph.ts';
import { Anomalies } from '../evidence.ts';
import { registerDependencies } from '../rw-register/register-dependencies.ts';
import { readRegisters } from '../rw-register/register-reads.ts';
import { strongComponents } from '../strong-components.ts';
import { guessedHistory } from '../testing/guessed-transactions.ts';
import { concurrently } from '../testing/transaction-sketch.ts';
import { simulateDatabase, SIMULATED_ISOLATIONS } from '../testing/simulated-database.ts';
import { readTransactions } from '../transactions.ts';
import { searchPrefixCycles } from '../prefix-cycles.ts';
import { searchUpdateCycles, updatesAmong } from '../update-cycles.ts';
import { indexWrites } from '../write-index.ts';
import { breaks, CONDITIONS, type Condition } from './conditions.ts';
import type { OpenWrites } from './open-writes.ts';
import { refuteOrders } from './order-refutation.ts';
import { settleCondition, type OrderProblem } from './settle-condition.ts';

const context = contextWith();
const budget = new Budget(context);

/** What is known of a register history, with everything derived from reads and orders. */
function problemOf(history: History): OrderProblem & { readonly writes: OpenWrites } {
  const transactions = readTransactions(history, 'w', budget);
  const options = new CheckOptions(context);
  const material = { transactions, entries: history.length, options, anomalies: new Anomalies(), doubts: [] };
  const reads = readRegisters(transactions, indexWrites(transactions, budget), budget);
  const { graph, open } = registerDependencies(material, reads, budget);
  if (open === undefined) throw new Error('registers leave orders open');
  const completed = Float64Array.from(transactions.complete, (entry) => (entry < 0 ? Infinity : entry));
  const all = Int32Array.from({ length: graph.real }, (_, txn) => txn);
  return { graph, writes: open, completed, updates: updatesAmong(transactions, all) };
}

/** The conditions that circles of the graph break. */
function brokenBy({ graph, updates }: Pick<OrderProblem, 'graph' | 'updates'>): Condition[] {
  const found: string[] = [];
  if (searchPrefixCycles(graph, budget).steps !== undefined) found.push('G-prefix');
  if (searchUpdateCycles(graph, updates, budget).steps !== undefined) found.push('G-update');
  const core = cyclicCore(graph, strongComponents(graph, ALL_KINDS, budget), budget);
  const sink = {
    found: ({ cycleClass, order }: { cycleClass: string; order: string }) => void found.push(cycleClass + order),
    unsettled: () => undefined,
  };
  searchCycles(core, sink, budget);
  return CONDITIONS.filter((condition) => found.some((anomaly) => breaks(anomaly, condition)));
}

/** The graph with further edges, and only those of its own whose kind is in `mask`. */
function withEdges(graph: Graph, mask: number, edges: readonly (readonly [number, number, number])[]): Graph {
  const builder = new GraphBuilder(graph.real, graph.target.length + edges.length, budget);
  for (let vertex = graph.real; vertex < graph.size; vertex++) builder.addVertex();
  for (let vertex = 0; vertex < graph.size; vertex++) {
    for (let edge = graph.offset[vertex] ?? 0; edge < (graph.offset[vertex + 1] ?? 0); edge++) {
      const kind = graph.kind[edge] ?? 0;
      if ((kind & mask) !== 0) builder.addEdge(vertex, graph.target[edge] ?? 0, kind);
    }
  }
  for (const edge of edges) builder.addEdge(...edge);
  return builder.build();
}

/** The graph once the writes of every key are in the order of their commits. */
function ordered({ graph, writes }: OrderProblem, commits: Int32Array): Graph {
  const edges: (readonly [number, number, number])[] = [];
  for (let group = 0; group < writes.keys.length; group++) {
    const slots = [...writes.groupOf.keys()].filter((slot) => writes.groupOf[slot] === group);
    slots.sort((one, other) => (commits[writes.writer[one] ?? 0] ?? 0) - (commits[writes.writer[other] ?? 0] ?? 0));
    slots.slice(1).forEach((slot, index) => {
      const [before, next] = [slots[index] ?? 0, writes.writer[slot] ?? 0];
      edges.push([writes.writer[before] ?? 0, next, WW]);
      for (const reader of writes.reader.subarray(writes.readerStart[before], writes.readerStart[before + 1])) {
        if (reader !== next) edges.push([reader, next, RW]);
      }
    });
  }
  return withEdges(graph, ALL_KINDS, edges);
}

function* histories(count: number): Generator<History> {
  for (let seed = 0; seed < count; seed++) {
    for (const isolation of SIMULATED_ISOLATIONS) {
      const shape = { transactions: 24, clients: 2 + (seed % 6), keys: 1 + (seed % 4), longest: 3 };
      yield simulateDatabase({ isolation, dialect: 'w', seed, ...shape, indeterminatePerMille: 60 });
    }
    yield guessedHistory({
      seed,
      transactions: 9,
      clients: 9,
      keys: 5,
      writePercent: 50,
      indeterminatePercent: 10,
    });
  }
}

describe('whether some order of writes meets a condition', () => {
  it('shows an order that breaks nothing, or circles for every choice', () => {
    const outcomes: Record<string, number> = {};
    for (const history of histories(12)) {
      const problem = problemOf(history);
      const broken = brokenBy(problem);
      for (const condition of CONDITIONS.filter((each) => !broken.includes(each))) {
        const settled = settleCondition(problem, condition, budget);
        outcomes[settled.outcome] = (outcomes[settled.outcome] ?? 0) + 1;
        if (settled.outcome === 'met') {
          expect(brokenBy({ ...problem, graph: ordered(problem, settled.commits) })).not.toContain(condition);
        } else if (settled.outcome === 'broken') {
          const circles = refuteOrders(problem, settled.transactions, condition, budget);
          expect(circles?.length).toBeGreaterThan(1);
        }
      }
    }
    expect(Object.keys(outcomes).sort()).toEqual(['broken', 'met']);
  });

  it('comes to the same without what process order and real time tell of the order of writes', () => {
    const outcomes: Record<string, number> = {};
    for (const history of histories(6)) {
      const problem = problemOf(history);
      const broken = brokenBy(problem);
      const bare = { ...problem, graph: withEdges(problem.graph, WR | RW | FORCED | PROCESS | REALTIME, []) };
      const brokenBare = brokenBy(bare);
      for (const condition of CONDITIONS.filter((each) => !brokenBare.includes(each))) {
        const { outcome } = settleCondition(bare, condition, budget);
        expect(outcome).toBe(
          broken.includes(condition) ? 'broken' : settleCondition(problem, condition, budget).outcome,
        );
        outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      }
    }
    expect(outcomes['broken']).toBeGreaterThan(8);
    expect(outcomes['met']).toBeGreaterThan(8);
  });

  it('leaves it open where the bound of work is reached', () => {
    const outcomes = new Set<string>();
    for (const history of histories(3)) {
      const problem = problemOf(history);
      const broken = brokenBy(problem);
      for (const condition of CONDITIONS.filter((each) => !broken.includes(each))) {
        const settled = settleCondition(problem, condition, budget, 40);
        outcomes.add(settled.outcome);
      }
    }
    expect(outcomes).toContain('open');
  });
});

describe('settling the order of writes', () => {
  it('reserves what it assumes of each order that it looks at, and gives it back', () => {
    const transactions = Array.from({ length: 300 }, (_, txn) => [txn, 'ok', `wx${txn + 1} wy${txn + 1}`] as const);
    const problem = problemOf(concurrently(transactions));
    const writesHeld = transactions.length * 2;
    const view = CONDITIONS.find(({ demand }) => demand === 'view');
    if (view === undefined) throw new Error('there is no such condition');
    /** Bytes held at a time, as they are reserved and given back. */
    class Recorder extends Budget {
      held = 0;
      most = 0;

      override reserve(bytes: number): void {
        this.held += bytes;
        this.most = Math.max(this.most, this.held);
      }

      override passing<T>(body: () => T): T {
        const before = this.held;
        const result = body();
        expect(this.held - before).toBeGreaterThan(writesHeld * 160);
        this.held = before;
        return result;
      }
    }
    const recorder = new Recorder(context);
    expect(settleCondition(problem, view, recorder).outcome).toBe('met');
    expect(recorder.most).toBeGreaterThan(recorder.held);
  });
});
