import type { Budget } from '../judging/budget.ts';
import { OrderClocks } from './order-clocks.ts';
import { cycleIn, type Step } from './order-paths.ts';
import { PartialOrder } from './partial-order.ts';
import { INITIAL, type RegisterProblem } from './register-problem.ts';
import { conflictsOf, type Conflict } from './saturation.ts';
import { writesByKey } from './session-columns.ts';

/** The causal order of a history: session order and reads-from, and the reads that are in conflict with it. */
export interface Causality {
  readonly order: PartialOrder;
  /** Present where the causal order is no order at all; then the rest is empty. */
  readonly cycle?: readonly Step[];
  readonly clocks?: OrderClocks;
  /** Reads of nothing, although a write of the key was in their past. */
  readonly initialReads: readonly Conflict[];
  /** Reads of a value although a write that replaced it was in their past. */
  readonly overwrittenReads: readonly Conflict[];
  /** Reads of one of two values of which neither was in the other's past: everybody must agree which is newer. */
  readonly arbitrations: readonly Conflict[];
}

/** Works out the causal order. O(n k) time and memory for n operations in k sessions. */
export function causalityOf(problem: RegisterProblem, budget: Budget): Causality {
  const order = new PartialOrder(problem, budget);
  order.addReadsFrom();
  const sorted = order.topologicalOrder();
  const cycle = cycleIn(order, sorted);
  const found = { initialReads: [] as Conflict[], overwrittenReads: [] as Conflict[], arbitrations: [] as Conflict[] };
  if (cycle !== undefined) return { order, cycle, ...found };
  const clocks = new OrderClocks(order, sorted, budget);
  const known = { clocks, writes: writesByKey(problem, budget) };
  for (let read = 0; read < problem.count; read++) {
    budget.step();
    conflictsOf(problem, read, known, (conflict) => {
      if (conflict.version === INITIAL) found.initialReads.push(conflict);
      else if (clocks.isBefore(conflict.version, conflict.other)) found.overwrittenReads.push(conflict);
      else found.arbitrations.push(conflict);
    });
  }
  return { order, clocks, ...found };
}
