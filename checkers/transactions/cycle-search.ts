import type { Budget } from '../judging/budget.ts';
import { workingBytes } from '../judging/working-memory.ts';
import { CycleFinder, type Step } from './cycle-finder.ts';
import { huntCycles, pattern, type Hunt, type Plan } from './cycle-hunt.ts';
import { originalSteps, type CyclicCore } from './cyclic-core.ts';
import {
  ANTI,
  FORCED,
  FORCED_BY_PROCESS,
  FORCED_BY_REALTIME,
  PROCESS,
  REALTIME,
  RW,
  RW_BY_PROCESS,
  WR,
  WW,
  type Graph,
} from './dependency-graph.ts';
import { productGraph, vertexBehind } from './product-graph.ts';
import { SingleAntiDependencySweep } from './single-anti-dependency.ts';
import { ComponentWorkspace, cyclicCount, strongComponents, type Components } from './strong-components.ts';

/** Classes of cycles, from the gravest (Adya 1999). */
export const CYCLE_CLASSES = ['G0', 'G1c', 'G-single', 'G-nonadjacent', 'G2-item'] as const;
export type CycleClass = (typeof CYCLE_CLASSES)[number];

/** Which order a cycle uses besides the dependencies: none, that of processes, or real time. */
export const ORDERS = ['', '-process', '-realtime'] as const;
export type Order = (typeof ORDERS)[number];

/** The cycles of one class and order. */
export interface FoundCycles {
  readonly cycleClass: CycleClass;
  readonly order: Order;
  /** Strongly connected parts of the graph that hold such a cycle, and none of its class under a weaker order. */
  readonly parts: number;
  /** A cycle, over vertices of the whole graph. */
  readonly steps: readonly Step[];
  /** Whether it is a shortest one of its kind. False where the search for a shorter one was cut off. */
  readonly shortest: boolean;
}

/** Takes what the search finds, as it finds it, so that nothing is lost when the budget ends it. */
export interface CycleSink {
  found(cycles: FoundCycles): void;
  /** Names a kind (class and order) of which the search was cut off: other parts may hold such cycles, too. */
  unsettled(kind: string): void;
}

/** Per order: the edges of that order, and the anti-dependencies and forced edges that may be told by it. */
const ORDER_MASKS: Readonly<Record<Order, { readonly edges: number; readonly anti: number; readonly forced: number }>> =
  {
    '': { edges: 0, anti: RW, forced: FORCED },
    '-process': { edges: PROCESS, anti: RW | RW_BY_PROCESS, forced: FORCED | FORCED_BY_PROCESS },
    '-realtime': { edges: REALTIME, anti: ANTI, forced: FORCED | FORCED_BY_PROCESS | FORCED_BY_REALTIME },
  };

/** The edges of all cycles that an order allows to look for, and those of them that are no anti-dependencies. */
export function orderMasks(order: Order): { readonly all: number; readonly follows: number } {
  const { edges, anti, forced } = ORDER_MASKS[order];
  const follows = WW | WR | edges | forced;
  return { all: follows | anti, follows };
}

/**
 * Finds, for every class of cycle and every order, whether there is one, in how many strongly connected parts, and a
 * shortest one. Searched from the gravest class on: G-nonadjacent is reported only in parts free of graver cycles, where
 * it adds something.
 *
 * Existence is exact for all classes but G2-item beside graver cycles, which no level's verdict depends on: by
 * components of the right subgraph, by those of the product graph, and by a sweep for G-single.
 */
export function searchCycles({ graph, original }: CyclicCore, sink: CycleSink, budget: Budget): void {
  budget.doing('searching for cycles');
  if (graph.size === 0) return;
  const search = new CycleSearch(graph, budget, {
    found: (cycles) => sink.found({ ...cycles, steps: originalSteps(cycles.steps, { original }) }),
    unsettled: (kind) => sink.unsettled(kind),
  });
  for (const order of ORDERS) search.searchOrder(order);
}

/** A hunt for the cycles of one class and order. */
interface ClassHunt extends Pick<Hunt, 'parts' | 'finder' | 'coreVertex' | 'plan'> {
  readonly cycleClass: CycleClass;
  readonly order: Order;
}

interface G2Part {
  readonly members: Int32Array;
  readonly part: number;
  readonly parts: Components;
  readonly all: number;
  readonly anti: number;
  /** Vertices on cycles without two anti-dependencies in a row. */
  readonly spaced: Uint8Array;
}

class CycleSearch {
  readonly #sink: CycleSink;
  readonly #graph: Graph;
  readonly #budget: Budget;
  readonly #finder: CycleFinder;
  readonly #workspace = new ComponentWorkspace();
  /** Per class, the vertices of parts in which such a cycle was found. */
  readonly #marks: Readonly<Record<CycleClass, Uint8Array>>;

  constructor(graph: Graph, budget: Budget, sink: CycleSink) {
    const marks = (): Uint8Array => workingBytes(graph.size);
    this.#sink = sink;
    this.#graph = graph;
    this.#budget = budget;
    this.#finder = new CycleFinder(graph, budget);
    this.#marks = { G0: marks(), G1c: marks(), 'G-single': marks(), 'G-nonadjacent': marks(), 'G2-item': marks() };
  }

  searchOrder(order: Order): void {
    const { edges, anti, forced } = ORDER_MASKS[order];
    const writes = WW | edges;
    const depends = writes | WR;
    const { all, follows } = orderMasks(order);
    const components = (mask: number): Components => strongComponents(this.#graph, mask, this.#budget, this.#workspace);
    const parts = components(all);
    if (cyclicCount(parts) === 0) return;
    const direct = { order, finder: this.#finder, coreVertex: (vertex: number): number => vertex };
    this.#hunt({
      ...direct,
      cycleClass: 'G0',
      parts: components(writes),
      plan: (members) => ({ starts: this.#real(members), pattern: pattern(writes, writes, writes), sure: true }),
    });
    const dependParts = components(depends);
    this.#hunt({
      ...direct,
      cycleClass: 'G1c',
      parts: dependParts,
      plan: (members, part) => ({
        starts: this.#real(members).filter((vertex) => this.#leaves(vertex, WR, dependParts, part)),
        pattern: pattern(WR, depends, depends),
        sure: true,
      }),
    });
    const first = anti | forced;
    const sweep = new SingleAntiDependencySweep(
      this.#graph,
      components(follows),
      { first, mask: follows },
      this.#budget,
    );
    this.#hunt({
      ...direct,
      cycleClass: 'G-single',
      parts,
      plan: (members, part) => ({
        starts: sweep.starts(members, part, parts),
        pattern: pattern(first, follows, follows),
        sure: true,
      }),
    });
    const spaced = this.#searchNonadjacent(order, all);
    this.#hunt({
      ...direct,
      cycleClass: 'G2-item',
      parts,
      plan: (members, part) => this.#planG2({ members, part, parts, all, anti, spaced }),
    });
  }

  /** Hunts in the product graph. Returns the core's vertices that lie on cycles there. */
  #searchNonadjacent(order: Order, all: number): Uint8Array {
    const { size, real } = this.#graph;
    const product = productGraph(this.#graph, all, { anti: ANTI, opening: ~ANTI }, this.#budget);
    const parts = strongComponents(product, all, this.#budget, this.#workspace);
    const coreVertex = (vertex: number): number => vertexBehind(this.#graph, vertex);
    const spaced = workingBytes(size);
    for (const vertex of parts.members) spaced[coreVertex(vertex)] = 1;
    const graver = (['G0', 'G1c', 'G-single'] as const).map((cycleClass) => this.#marks[cycleClass]);
    this.#hunt({
      cycleClass: 'G-nonadjacent',
      order,
      parts,
      finder: new CycleFinder(product, this.#budget),
      coreVertex,
      plan: (members) =>
        members.some((vertex) => graver.some((marks) => marks[coreVertex(vertex)] === 1))
          ? undefined
          : { starts: members.filter((vertex) => vertex < real), pattern: pattern(all, all, all), sure: true },
    });
    return spaced;
  }

  /** Two anti-dependencies in a row meet in a vertex: search through that one. Where no other cycles are, any cycle will do. */
  #planG2({ members, part, parts, all, anti, spaced }: G2Part): Plan {
    if (!members.some((vertex) => spaced[vertex] === 1)) {
      return { starts: this.#real(members), pattern: pattern(all, all, all), sure: true };
    }
    const starts = this.#real(members).filter((vertex) => this.#leaves(vertex, anti, parts, part));
    return { starts, pattern: pattern(anti, all, anti), sure: false };
  }

  #hunt(hunt: ClassHunt): void {
    const { cycleClass, order, coreVertex } = hunt;
    const marks = this.#marks[cycleClass];
    const caught = huntCycles({
      ...hunt,
      isTaken: (members) => members.some((vertex) => marks[coreVertex(vertex)] === 1),
      take: (members) => {
        for (const vertex of members) marks[coreVertex(vertex)] = 1;
      },
      isAllowed: isSpaced,
    });
    if (!caught.settled) this.#sink.unsettled(cycleClass + order);
    if (caught.steps === undefined) return;
    this.#sink.found({ cycleClass, order, parts: caught.parts, steps: caught.steps, shortest: caught.shortest });
  }

  #real(members: Int32Array): Int32Array {
    return members.filter((vertex) => vertex < this.#graph.real);
  }

  #leaves(vertex: number, kind: number, parts: Components, part: number): boolean {
    const { offset, target, kind: kinds } = this.#graph;
    for (let edge = offset[vertex] as number; edge < (offset[vertex + 1] as number); edge++) {
      if (((kinds[edge] as number) & kind) !== 0 && parts.of[target[edge] as number] === part) return true;
    }
    return false;
  }
}

/** Without two anti-dependencies in a row. */
function isSpaced(steps: readonly Step[]): boolean {
  return steps.every(({ kind }, index) => {
    const next = steps[(index + 1) % steps.length]?.kind ?? 0;
    return (kind & ANTI) === 0 || (next & ANTI) === 0;
  });
}
