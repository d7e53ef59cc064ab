import type { Budget } from '../../judging/budget.ts';
import { CycleFinder, type Step } from '../cycle-finder.ts';
import {
  FORCED,
  FORCED_BY_PROCESS,
  GraphBuilder,
  RW,
  RW_BY_PROCESS,
  RW_BY_REALTIME,
  WR,
  WW,
  type Graph,
} from '../dependency-graph.ts';
import { SingleAntiDependencySweep } from '../single-anti-dependency.ts';
import { cyclicCount, strongComponents } from '../strong-components.ts';
import { UPDATE_RW } from '../update-cycles.ts';
import type { ClauseSearch } from './clause-search.ts';
import type { DynamicOrder } from './dynamic-order.ts';
import type { Literal } from './literals.ts';
import type { OpenWrites } from './open-writes.ts';

/** Edges that follow from an order of writes assumed here. Process order takes no part in this, so its kinds are free. */
const ASSUMED_WW = FORCED_BY_PROCESS;
const ASSUMED_RW = RW_BY_PROCESS;
const ASSUMED_UPDATE_RW = RW_BY_REALTIME;
const OVERWRITES: number = RW | ASSUMED_RW;

/** About what one assumed edge takes, with its name. */
const ASSUMED_BYTES = 160;

/** Circles learned from between two looks at the whole graph. */
const TOLD_AT_ONCE = 256;

/**
 * Watches an order of transactions for what a consistent view may not show: with the writes of each key in that order, a
 * circle of dependencies and one anti-dependency. Each is a demand that some of the writes on it come the other way round.
 *
 * Where `updates` (see {@link updateGraph}) tells who wrote something, only those who did not have anti-dependencies of
 * that kind: those of the others are dependencies like any, as update serializability takes them.
 */
export class ViewDemands {
  readonly #graph: Graph;
  readonly #writes: OpenWrites;
  readonly #updates: Uint8Array | undefined;
  readonly #known: number;
  readonly #depends: number;
  readonly #order: DynamicOrder;
  readonly #search: ClauseSearch;
  readonly #budget: Budget;

  constructor(
    graph: Graph,
    writes: OpenWrites,
    updates: Uint8Array | undefined,
    order: DynamicOrder,
    search: ClauseSearch,
    budget: Budget,
  ) {
    this.#graph = graph;
    this.#writes = writes;
    this.#updates = updates;
    const depends = WW | WR | FORCED | (updates === undefined ? 0 : UPDATE_RW);
    this.#known = depends | RW;
    this.#depends = depends | ASSUMED_WW | (updates === undefined ? 0 : ASSUMED_UPDATE_RW);
    this.#order = order;
    this.#search = search;
    this.#budget = budget;
  }

  /** Demands of the search what the order breaks. False where it breaks nothing. */
  demandMore(): boolean {
    return this.#budget.passing(() => this.#demandMore());
  }

  #demandMore(): boolean {
    const assumed = new Map<string, readonly [before: number, after: number]>();
    const graph = this.#ordered(assumed);
    this.#search.spend(graph.size + graph.target.length);
    const parts = strongComponents(graph, this.#depends | OVERWRITES, this.#budget);
    if (cyclicCount(parts) === 0) return false;
    const depends = strongComponents(graph, this.#depends, this.#budget);
    const sweep = new SingleAntiDependencySweep(
      graph,
      depends,
      { first: OVERWRITES, mask: this.#depends },
      this.#budget,
    );
    const finder = new CycleFinder(graph, this.#budget);
    let told = 0;
    for (let part = 0; part < cyclicCount(parts) && told < TOLD_AT_ONCE; part++) {
      const members = parts.members.subarray(parts.starts[part], parts.starts[part + 1]);
      for (const start of sweep.starts(members, part, parts)) {
        const pattern = { first: OVERWRITES, rest: this.#depends, last: this.#depends };
        const visitsBefore = finder.visits;
        const steps = finder.through(start, pattern, Infinity, parts.of);
        this.#search.spend(finder.visits - visitsBefore);
        if (steps === undefined) continue;
        this.#demandOtherwise(steps, assumed);
        if (++told === TOLD_AT_ONCE) break;
      }
    }
    return told > 0;
  }

  /** The dependency graph with each key's writes in the present order; `assumed` takes which writes an edge rests on. */
  #ordered(assumed: Map<string, readonly [before: number, after: number]>): Graph {
    const { size, real, offset, target, kind } = this.#graph;
    const { keys, start, writer, reader, readerStart } = this.#writes;
    const { place } = this.#order;
    const builder = new GraphBuilder(real, target.length + writer.length + reader.length, this.#budget);
    for (let vertex = real; vertex < size; vertex++) builder.addVertex();
    for (let vertex = 0; vertex < size; vertex++) {
      for (let edge = offset[vertex] as number; edge < (offset[vertex + 1] as number); edge++) {
        const edgeKind = kind[edge] as number;
        if ((edgeKind & this.#known) !== 0) builder.addEdge(vertex, target[edge] as number, edgeKind);
      }
    }
    for (let group = 0; group < keys.length; group++) {
      const slots = Array.from(
        { length: (start[group + 1] as number) - (start[group] as number) },
        (_, index) => (start[group] as number) + index,
      );
      slots.sort((one, other) => (place[writer[one] as number] as number) - (place[writer[other] as number] as number));
      slots.slice(1).forEach((slot, index) => {
        const before = slots[index] as number;
        const pair = [writer[before] as number, writer[slot] as number] as const;
        builder.addEdge(...pair, ASSUMED_WW);
        this.#budget.reserve(ASSUMED_BYTES);
        assumed.set(`${ASSUMED_WW} ${pair.join(' ')}`, pair);
        for (const by of reader.subarray(readerStart[before], readerStart[before + 1])) {
          if (by === pair[1]) continue;
          const kind = this.#updates?.[by] === 1 ? ASSUMED_UPDATE_RW : ASSUMED_RW;
          builder.addEdge(by, pair[1], kind);
          this.#budget.reserve(ASSUMED_BYTES);
          assumed.set(`${kind} ${by} ${pair[1]}`, pair);
        }
      });
    }
    return builder.build();
  }

  #demandOtherwise(steps: readonly Step[], assumed: ReadonlyMap<string, readonly [number, number]>): void {
    const literals: Literal[] = [];
    const events: number[] = [];
    for (const { from, to, kind } of steps) {
      events.push(from);
      const pair = assumed.get(`${kind} ${from} ${to}`);
      if (pair === undefined) continue;
      const [before, after] = pair;
      events.push(before);
      literals.push(this.#search.literal(0, [after, before], [before, after]));
    }
    this.#search.demand([...new Set(literals)], events);
  }
}
