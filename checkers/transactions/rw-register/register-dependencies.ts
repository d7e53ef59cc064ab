import type { Budget } from '../../judging/budget.ts';
import type { Dependencies } from '../dependencies.ts';
import {
  FORCED,
  FORCED_BY_PROCESS,
  FORCED_BY_REALTIME,
  GraphBuilder,
  PROCESS,
  REALTIME,
  RW_BY_PROCESS,
  RW_BY_REALTIME,
  WR,
  WW,
} from '../dependency-graph.ts';
import { addProcessEdges, addRealtimeEdges } from '../order-edges.ts';
import type { Material } from '../judge-transactions.ts';
import { addCausalEdges } from './causal-edges.ts';
import { processChains } from './chains.ts';
import { addDirectEdges } from './direct-edges.ts';
import { addKeyOrderEdges, linearizableSteps, sequentialSteps, type VersionStep } from './key-order.ts';
import { openRegisterWrites } from './open-register-writes.ts';
import { RegisterEdgeExplainer } from './explain-edge.ts';
import type { RegisterReads } from './register-reads.ts';
import { vectorClocks } from './vector-clocks.ts';

/** Processes whose transactions are told apart when deriving orders of writes; those of others are derived from, not told. */
const MOST_CHAINS = 64;
/** What one step of a key's order takes about, as an object. */
const STEP_BYTES = 96;
/** Edges through which an order of transactions reaches on, per source of order. */
const FOLLOWS_PROCESS = WW | WR | FORCED | FORCED_BY_PROCESS | PROCESS;
const FOLLOWS_REALTIME = WW | WR | FORCED | FORCED_BY_PROCESS | FORCED_BY_REALTIME | REALTIME;

/**
 * The dependency graph of a register history. The order of writes is not recorded; what of it follows from reads, then
 * from reads and process order, then from reads and real time, is told by edges of their own kinds, so that each level
 * is judged only by what it promises itself: nothing needs to be assumed about keys.
 */
export function registerDependencies(
  { transactions, entries, options, anomalies }: Material,
  reads: RegisterReads,
  budget: Budget,
): Dependencies {
  const builder = new GraphBuilder(transactions.count, transactions.kind.length * 4 + transactions.count * 4, budget);
  addDirectEdges(transactions, reads, builder, budget);
  budget.doing('ordering the versions of each key');
  const assumed: VersionStep[] = [];
  const assume = (steps: Iterable<VersionStep>): void => {
    for (const step of steps) {
      budget.step(8);
      budget.reserve(STEP_BYTES);
      assumed.push(step);
    }
  };
  if (options.flag('sequentialKeys')) assume(sequentialSteps(transactions, reads));
  if (options.flag('linearizableKeys')) assume(linearizableSteps(transactions, reads, entries));
  addKeyOrderEdges(transactions, reads, assumed, builder, anomalies, budget);
  addProcessEdges(transactions, builder);
  addRealtimeEdges(transactions, entries, builder);
  const chains = processChains(transactions, MOST_CHAINS);
  for (const [mask, kinds] of [
    [FOLLOWS_PROCESS, { anti: RW_BY_PROCESS, forced: FORCED_BY_PROCESS }],
    [FOLLOWS_REALTIME, { anti: RW_BY_REALTIME, forced: FORCED_BY_REALTIME }],
  ] as const) {
    budget.doing(`ordering writes by ${kinds.anti === RW_BY_PROCESS ? 'process order' : 'real time'}`);
    // Where the order itself goes in a circle that is what will be reported, and nothing more follows from it.
    const clocks = vectorClocks(builder.build(), mask, chains, budget);
    if (clocks !== undefined) addCausalEdges(transactions, reads, { chains, clocks }, kinds, builder, budget);
  }
  const graph = builder.build();
  const explainer = new RegisterEdgeExplainer(transactions, reads, graph, assumed);
  return {
    graph,
    open: openRegisterWrites(transactions, reads, budget),
    explain: (from, to, kind) => explainer.explain(from, to, kind),
    throughReader: (circle) => explainer.throughReader(circle),
  };
}
