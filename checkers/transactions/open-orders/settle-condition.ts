import type { Budget } from '../../judging/budget.ts';
import { orderMasks } from '../cycle-search.ts';
import type { Graph } from '../dependency-graph.ts';
import { ClauseSearch } from './clause-search.ts';
import type { Condition } from './conditions.ts';
import { DynamicOrder } from './dynamic-order.ts';
import { eventGraph, transactionOf } from './event-graph.ts';
import { readBy, type OpenWrites } from './open-writes.ts';
import { ReadDemands } from './read-demands.ts';
import { schedule } from './schedule.ts';
import { ViewDemands } from './view-demands.ts';
import { updateGraph, UPDATES_FOLLOW } from '../update-cycles.ts';

/** Dependencies that are known, and the writes whose order is not. */
export interface OrderProblem {
  readonly graph: Graph;
  readonly writes: OpenWrites;
  /** Per transaction, the entry at which it completed; Infinity where it never did. */
  readonly completed: Float64Array;
  /** Per transaction, 1 where it wrote something. */
  readonly updates: Uint8Array;
}

/** Whether some order of the writes meets a condition. */
export type Settlement =
  /** By an order of commits, which is that of the writes: per transaction its place. */
  | { readonly outcome: 'met'; readonly commits: Int32Array }
  /** `transactions` are those without which it might be met. */
  | { readonly outcome: 'broken'; readonly transactions: readonly number[] }
  | { readonly outcome: 'open'; readonly choices: number; readonly conflicts: number };

/** Edges and clauses looked at for one condition: a few seconds. */
const MOST_WORK = 10_000_000;

/**
 * Settles whether the writes can be ordered so that a condition is met by a graph that does not contradict it yet. First
 * along a schedule that breaks nothing where it can be helped ({@link schedule}); whatever it did break is then looked for
 * ({@link ClauseSearch}), until an order is found, all are refuted, or the bound is reached. The question is NP-complete
 * (Papadimitriou, JACM 1979).
 */
export function settleCondition(
  { graph, writes, completed, updates }: OrderProblem,
  condition: Condition,
  budget: Budget,
  mostWork: number = MOST_WORK,
): Settlement {
  const { demand } = condition;
  const known = demand === 'update' ? updateGraph(graph, updates, budget) : graph;
  const events = eventGraph(known, eventKinds(condition), demand, budget);
  const place = schedule(events, writes, completed, budget);
  if (place === undefined) throw new RangeError(`a circle that breaks ${condition.anomaly} was not found before`);
  const order = new DynamicOrder(events, place, budget);
  const search = new ClauseSearch(order, budget);
  const demands =
    demand === 'view'
      ? [new ViewDemands(known, writes, undefined, order, search, budget)]
      : demand === 'update'
        ? [
            new ReadDemands(events, readBy(writes, updates), order, search, budget),
            new ViewDemands(known, writes, updates, order, search, budget),
          ]
        : [new ReadDemands(events, writes, order, search, budget)];
  const outcome = search.run({ demandMore: () => demands.some((each) => each.demandMore()), mostWork });
  switch (outcome) {
    case 'found':
      return { outcome: 'met', commits: order.place.subarray(0, graph.real) };
    case 'cut-off':
      return { outcome: 'open', choices: search.choices, conflicts: search.conflicts };
    case 'none': {
      const transactions = new Set([...search.refutation()].map((event) => transactionOf(events, event)));
      transactions.delete(-1);
      return { outcome: 'broken', transactions: [...transactions] };
    }
  }
}

/** The kinds of edges that all orders of events must keep. */
function eventKinds({ demand, order }: Condition): number {
  const { all, follows } = orderMasks(order);
  switch (demand) {
    case 'serial':
    case 'snapshot':
    case 'prefix':
      return all;
    case 'update':
      return UPDATES_FOLLOW;
    case 'view':
      return follows;
  }
}
