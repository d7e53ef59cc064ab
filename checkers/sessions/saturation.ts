import { firstWhere } from '../../harness/kernel/bounds.ts';
import type { Budget } from '../judging/budget.ts';
import { cycleIn, type Step } from './order-paths.ts';
import { OrderClocks } from './order-clocks.ts';
import type { PartialOrder } from './partial-order.ts';
import { INITIAL, NOT_A_READ, type RegisterProblem } from './register-problem.ts';
import { lastUpTo, writesByKey, type WritesByKey } from './session-columns.ts';

/** A read that some write other than the one it returned comes before. */
export interface Conflict {
  readonly read: number;
  /** The write it returned, or INITIAL. */
  readonly version: number;
  /** The other write of the key; the session's last one before the read. */
  readonly other: number;
}

/** Calls `visit` for the conflicts of `read` whose order is not settled by `clocks` yet. O(writers of the key, log n). */
export function conflictsOf(
  problem: RegisterProblem,
  read: number,
  known: { readonly clocks: OrderClocks; readonly writes: WritesByKey },
  visit: (conflict: Conflict) => void,
): void {
  const version = problem.source[read] ?? NOT_A_READ;
  if (version === NOT_A_READ) return;
  const { clocks, writes } = known;
  for (const [session, track] of writes[problem.key[read] ?? 0] ?? []) {
    const other = lastUpTo(track, clocks.at(read, session));
    if (other < 0 || other === version) continue;
    if (version === INITIAL || !clocks.isBefore(other, version)) visit({ read, version, other });
  }
}

/** What saturating an order came to. */
export type Saturation =
  | { readonly outcome: 'cyclic'; readonly cycle: readonly Step[] }
  /** A read found nothing although a write of its key comes before it. */
  | { readonly outcome: 'initial-read'; readonly conflict: Conflict }
  | { readonly outcome: 'acyclic'; readonly sorted: Int32Array };

/** Which reads conclude what. */
export interface SaturationRules {
  /** Reads whose return value must be explained; others only carry causality. */
  readonly concludes: (read: number) => boolean;
  /** Also conclude that a read comes before whatever replaces what it read: in a total order that everybody shares. */
  readonly isTotal: boolean;
}

/**
 * Adds to `order` what follows from its reads, until nothing new follows: where another write of the key comes before
 * the read, it comes before the write that was read (`ww`); with `isTotal`, where another write comes after the write
 * that was read, it comes after the read (`rw`). (Bouajjani, Enea, Guerraoui, Hamza: On Verifying Causal Consistency,
 * POPL 2017; Zennou et al.: Gradual Consistency Checking, CAV 2019.)
 *
 * Sound, and for `isTotal: false` complete per process. A few rounds of O((n + edges) k).
 */
export function saturate(order: PartialOrder, rules: SaturationRules, budget: Budget): Saturation {
  const { problem } = order;
  const writes = writesByKey(problem, budget);
  const added = new Set<number>();
  for (;;) {
    const sorted = order.topologicalOrder();
    const cycle = cycleIn(order, sorted);
    if (cycle !== undefined) return { outcome: 'cyclic', cycle };
    const clocks = new OrderClocks(order, sorted, budget);
    const known = { clocks, writes };
    const before = order.edgeCount;
    const addOnce = (from: number, to: number, kind: 'ww' | 'rw', because: number): void => {
      const identity = from * problem.count + to;
      if (added.has(identity)) return;
      added.add(identity);
      order.addEdge(from, to, kind, because);
    };
    let initialRead: Conflict | undefined;
    for (let read = 0; read < problem.count; read++) {
      budget.step();
      if (!rules.concludes(read)) continue;
      conflictsOf(problem, read, known, (conflict) => {
        if (conflict.version === INITIAL) initialRead ??= conflict;
        else addOnce(conflict.other, conflict.version, 'ww', read);
      });
      if (rules.isTotal) forwardOf(problem, read, known, (other, version) => addOnce(read, other, 'rw', version));
    }
    if (initialRead !== undefined) return { outcome: 'initial-read', conflict: initialRead };
    budget.reserve(-clocks.bytes);
    if (order.edgeCount === before) return { outcome: 'acyclic', sorted };
  }
}

/** Calls `visit` with the first write of each session that comes after what `read` returned, where `read` is not known to come first. */
function forwardOf(
  problem: RegisterProblem,
  read: number,
  { clocks, writes }: { readonly clocks: OrderClocks; readonly writes: WritesByKey },
  visit: (other: number, version: number) => void,
): void {
  const version = problem.source[read] ?? NOT_A_READ;
  if (version === NOT_A_READ) return;
  const comesAfter = (write: number): boolean =>
    write !== read && write !== version && (version === INITIAL || clocks.isBefore(version, write));
  for (const [, { ops }] of writes[problem.key[read] ?? 0] ?? []) {
    const other = ops[firstWhere(0, ops.length, (at) => comesAfter(ops[at] ?? -1))];
    if (other !== undefined && !clocks.isBefore(read, other)) visit(other, version);
  }
}
