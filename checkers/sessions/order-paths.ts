import type { Budget } from '../judging/budget.ts';
import type { EdgeKind, PartialOrder } from './partial-order.ts';

/** One step of a chain of operations: along a session (edge -1) or along an edge. */
export interface Step {
  readonly from: number;
  readonly to: number;
  readonly kind: EdgeKind;
  readonly edge: number;
}

/** Breadth-first search; see {@link PartialOrder.path}. Consecutive steps along one session are joined into one. */
export function pathIn(
  order: PartialOrder,
  question: { readonly from: number; readonly to: number; readonly edgeLimit: number },
  budget: Budget,
): readonly Step[] | undefined {
  const { from, to, edgeLimit } = question;
  const cameBy = new Map<number, Step>();
  const queue = [from];
  for (const op of queue) {
    budget.step();
    const reach = (step: Step): void => {
      if (cameBy.has(step.to)) return;
      cameBy.set(step.to, step);
      queue.push(step.to);
    };
    order.edgesFrom(op, (edge, next) => {
      if (edge < edgeLimit) reach({ from: op, to: next, kind: order.edge(edge).kind, edge });
    });
    const next = order.nextInSession(op);
    if (next >= 0) reach({ from: op, to: next, kind: 'po', edge: -1 });
    if (cameBy.has(to)) return joined(walkBack(cameBy, from, to));
  }
  return undefined;
}

/**
 * A short cycle among the operations that {@link PartialOrder.topologicalOrder} could not place. `placed` is what it
 * could. Undefined where all were.
 */
export function cycleIn(order: PartialOrder, placed: Int32Array): readonly Step[] | undefined {
  const { count } = order.problem;
  if (placed.length === count) return undefined;
  const isPlaced = new Uint8Array(count);
  for (const op of placed) isPlaced[op] = 1;
  const entered = new Map<number, number>();
  for (let op = 0; op < count; op++) {
    if (isPlaced[op] === 1) continue;
    const next = order.nextInSession(op);
    if (next >= 0) entered.set(next, op);
    order.edgesFrom(op, (_, to) => entered.set(to, op));
  }
  // Every operation left has a predecessor that is left too, so that walking back runs into a cycle.
  let op = isPlaced.indexOf(0);
  const walked = new Set<number>();
  while (!walked.has(op)) {
    walked.add(op);
    op = entered.get(op) ?? op;
  }
  return shortestThrough(order, op, entered);
}

const CYCLE_TRIES = 12;

function shortestThrough(
  order: PartialOrder,
  onCycle: number,
  entered: ReadonlyMap<number, number>,
): readonly Step[] | undefined {
  let best: readonly Step[] | undefined;
  let op = onCycle;
  for (let tries = 0; tries < CYCLE_TRIES; tries++) {
    const cycle = order.path(op, op);
    if (cycle !== undefined && (best === undefined || cycle.length < best.length)) best = cycle;
    op = entered.get(op) ?? op;
    if (op === onCycle) break;
  }
  return best;
}

function walkBack(cameBy: ReadonlyMap<number, Step>, from: number, to: number): Step[] {
  const steps: Step[] = [];
  let op = to;
  do {
    const step = cameBy.get(op);
    if (step === undefined) break;
    steps.push(step);
    op = step.from;
  } while (op !== from);
  return steps.reverse();
}

function joined(steps: readonly Step[]): readonly Step[] {
  const result: Step[] = [];
  for (const step of steps) {
    const last = result.at(-1);
    if (last !== undefined && last.kind === 'po' && step.kind === 'po') {
      result[result.length - 1] = { ...last, to: step.to };
    } else result.push(step);
  }
  return result;
}
