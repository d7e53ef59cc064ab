import type { Budget } from '../../judging/budget.ts';
import { workingInts } from '../../judging/working-memory.ts';
import { ANTI, FORCED, WW, type Graph } from '../dependency-graph.ts';
import type { Demand } from './conditions.ts';

/**
 * What must come before what, as events in time. Where transactions are serial, each is one event. Where they read from a
 * snapshot, each begins, which fixes what it reads, and commits: dependencies lead from a commit to a beginning,
 * anti-dependencies from a beginning to a commit. The circles of these events are exactly those of
 * ((SO ∪ WR ∪ WW) ; RW?), which snapshot isolation forbids (Cerone and Gotsman, JACM 2018). Where they read from a prefix
 * of all commits but may overwrite what they did not see, the order of two writes leads from commit to commit: the circles
 * of (WR ; RW? ∪ WW), which prefix consistency forbids (Cerone, Gotsman and Yang, CONCUR 2017).
 *
 * The event numbered like a transaction is its commit; auxiliary vertices of the dependency graph keep their numbers.
 */
export interface EventGraph {
  readonly size: number;
  /** Events below are commits. */
  readonly real: number;
  /** How far a transaction's beginning is numbered above its commit: 0 where they are one event. */
  readonly beginAt: number;
  /** Whether of two writers of a key the one must have committed before the other begins. */
  readonly areWritersApart: boolean;
  /** Edges in compressed rows. */
  readonly offset: Int32Array;
  readonly target: Int32Array;
}

/** The events of all edges whose kind is in `mask`. O(vertices + edges). */
export function eventGraph(graph: Graph, mask: number, demand: Demand, budget: Budget): EventGraph {
  const { real, offset, target, kind } = graph;
  const snapshots = demand === 'snapshot' || demand === 'prefix';
  const areWritersApart = demand !== 'prefix';
  /** What a write that was not seen must come after: the beginning. */
  const fromBegin = areWritersApart ? ANTI : ANTI | FORCED;
  const toCommit = areWritersApart ? fromBegin : fromBegin | WW;
  const beginAt = snapshots ? graph.size : 0;
  const size = graph.size + (snapshots ? real : 0);
  const eventOffset = workingInts(size + 1);
  const each = (visit: (from: number, to: number) => void): void => {
    for (let vertex = 0; vertex < graph.size; vertex++) {
      const end = offset[vertex + 1] as number;
      for (let edge = offset[vertex] as number; edge < end; edge++) {
        const edgeKind = kind[edge] as number;
        if ((edgeKind & mask) === 0) continue;
        const to = target[edge] as number;
        const begins = (edgeKind & fromBegin) !== 0 && vertex < real;
        visit(begins ? vertex + beginAt : vertex, (edgeKind & toCommit) !== 0 || to >= real ? to : to + beginAt);
      }
      if (snapshots && vertex < real) visit(vertex + beginAt, vertex);
    }
  };
  budget.reserve(size * 8);
  each((from) => {
    eventOffset[from + 1] = (eventOffset[from + 1] as number) + 1;
  });
  for (let event = 0; event < size; event++) {
    eventOffset[event + 1] = (eventOffset[event + 1] as number) + (eventOffset[event] as number);
  }
  const edges = eventOffset[size] as number;
  budget.reserve(edges * 4);
  budget.step(graph.size * 2 + edges * 2);
  const free = workingInts(size);
  free.set(eventOffset.subarray(0, size));
  const eventTarget = workingInts(edges);
  each((from, to) => {
    const slot = free[from] as number;
    free[from] = slot + 1;
    eventTarget[slot] = to;
  });
  return { size, real, beginAt, areWritersApart, offset: eventOffset, target: eventTarget };
}

/** The transaction of an event, or -1 for an auxiliary vertex. */
export function transactionOf({ real, beginAt }: EventGraph, event: number): number {
  if (event < real) return event;
  return beginAt > 0 && event >= beginAt ? event - beginAt : -1;
}

/** Edges turned round, in compressed rows. O(events + edges). */
export function reversed({ size, offset, target }: EventGraph, budget: Budget): Pick<EventGraph, 'offset' | 'target'> {
  budget.reserve((size * 2 + target.length) * 4);
  budget.step(size + target.length);
  const backOffset = workingInts(size + 1);
  for (const to of target) backOffset[to + 1] = (backOffset[to + 1] as number) + 1;
  for (let event = 0; event < size; event++) {
    backOffset[event + 1] = (backOffset[event + 1] as number) + (backOffset[event] as number);
  }
  const free = workingInts(size);
  free.set(backOffset.subarray(0, size));
  const backTarget = workingInts(target.length);
  for (let event = 0; event < size; event++) {
    for (let edge = offset[event] as number; edge < (offset[event + 1] as number); edge++) {
      const to = target[edge] as number;
      const slot = free[to] as number;
      free[to] = slot + 1;
      backTarget[slot] = event;
    }
  }
  return { offset: backOffset, target: backTarget };
}
