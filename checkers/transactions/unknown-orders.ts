import type { Budget } from '../judging/budget.ts';
import { CYCLE_CLASSES, ORDERS, searchCycles, type FoundCycles } from './cycle-search.ts';
import { cyclicCore, type CyclicCore } from './cyclic-core.ts';
import { ALL_KINDS, GraphBuilder, WW, type Graph } from './dependency-graph.ts';
import { ruledOutBy, type Level } from './levels.ts';
import { strongComponents, type Components } from './strong-components.ts';

/** Writes to one key of which no read tells the order. */
export interface UnorderedWrites {
  /** Dense key number. */
  readonly key: number;
  /** Who wrote, over vertices of the whole graph. */
  readonly writers: readonly number[];
}

/** An anomaly that shows in every order of the writes. */
export interface InEveryOrder {
  readonly anomaly: string;
  readonly writes: readonly UnorderedWrites[];
  /** For each order tried, a cycle that shows the anomaly or a graver one. */
  readonly cycles: readonly FoundCycles[];
}

export interface UnknownOrders {
  readonly found: readonly InEveryOrder[];
  /** Strongly connected parts left out because their writes have too many orders, or they are too large to try them. */
  readonly notTried: number;
}

/** Orders of the writes of one part. */
const MOST_ORDERS = 5_040;
/** Over all parts, in vertices and edges looked at: about a second. */
const MOST_WORK = 1_000_000;
/** What a search costs besides its edges. */
const SEARCH_WORK = 100;

/**
 * Tries every order of writes of which no read tells the order, and finds which anomalies show in each. `known` are those
 * that show whatever the order.
 *
 * Each strongly connected part is tried alone: between parts, the order in which the parts lie on paths adds no cycle.
 */
export function tryUnknownOrders(
  core: CyclicCore,
  unordered: ReadonlyMap<number, readonly number[]>,
  known: readonly string[],
  budget: Budget,
): UnknownOrders {
  budget.doing('trying orders of writes that nobody read');
  const inCore = writesInCore(core, unordered, budget);
  if (inCore.length === 0 || additions(ANOMALIES, known).length === 0) return { found: [], notTried: 0 };
  const components = strongComponents(core.graph, ALL_KINDS, budget);
  const found: InEveryOrder[] = [];
  let [notTried, workLeft] = [0, MOST_WORK];
  for (const [part, writes] of byPart(inCore, components)) {
    const orders = countOrders(writes);
    const work = core.graph.size + orders * (edgesOf(core.graph, components, part) + SEARCH_WORK);
    if (orders > MOST_ORDERS || work > workLeft) {
      notTried++;
      continue;
    }
    workLeft -= work;
    const alone = partAlone(core, components, part, budget);
    found.push(
      ...inEveryOrder(alone, inWhole(core, writes), [...known, ...found.map(({ anomaly }) => anomaly)], budget),
    );
  }
  return { found, notTried };
}

/** All kinds of cycles, the gravest first. */
const ANOMALIES: readonly string[] = CYCLE_CLASSES.flatMap((cycleClass) => ORDERS.map((order) => cycleClass + order));

/** Those of the anomalies, the first ones first, each of which rules out more than `known` and those before it. */
function additions(anomalies: readonly string[], known: readonly string[]): string[] {
  const ruledOut = new Set(ruledOutBy(known));
  return anomalies.filter((anomaly) => {
    const more = ruledOutBy([anomaly]).filter((level) => !ruledOut.has(level));
    for (const level of more) ruledOut.add(level);
    return more.length > 0;
  });
}

/** The keys with at least two such writers on cycles, over vertices of the core. */
function writesInCore(
  { original }: CyclicCore,
  unordered: ReadonlyMap<number, readonly number[]>,
  budget: Budget,
): UnorderedWrites[] {
  const inCore: UnorderedWrites[] = [];
  if (original.length === 0) return inCore;
  for (const [key, all] of unordered) {
    budget.step(1 + all.length * 5);
    if (all.length < 2) continue;
    const writers = [...new Set(all)].map((writer) => placeIn(original, writer)).filter((vertex) => vertex >= 0);
    if (writers.length > 1) inCore.push({ key, writers });
  }
  return inCore;
}

/** Where a number stands in an ascending list, or -1. */
function placeIn(ascending: Int32Array, wanted: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] as number) < wanted) low = middle + 1;
    else high = middle;
  }
  return ascending[low] === wanted ? low : -1;
}

function byPart(writes: readonly UnorderedWrites[], { of }: Components): Map<number, UnorderedWrites[]> {
  const parts = new Map<number, UnorderedWrites[]>();
  for (const { key, writers } of writes) {
    for (const [part, together] of grouped(writers, (writer) => of[writer] as number)) {
      if (together.length < 2) continue;
      const known = parts.get(part);
      if (known === undefined) parts.set(part, [{ key, writers: together }]);
      else known.push({ key, writers: together });
    }
  }
  return parts;
}

function grouped(vertices: readonly number[], by: (vertex: number) => number): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  for (const vertex of vertices) {
    const group = groups.get(by(vertex));
    if (group === undefined) groups.set(by(vertex), [vertex]);
    else group.push(vertex);
  }
  return groups;
}

function countOrders(writes: readonly UnorderedWrites[]): number {
  let orders = 1;
  for (const { writers } of writes) {
    for (let count = 2; count <= writers.length && orders <= MOST_ORDERS; count++) orders *= count;
  }
  return orders;
}

function edgesOf({ offset }: Graph, { starts, members }: Components, part: number): number {
  let edges = 0;
  for (const vertex of members.subarray(starts[part], starts[part + 1])) {
    edges += (offset[vertex + 1] as number) - (offset[vertex] as number);
  }
  return edges;
}

function partAlone(core: CyclicCore, components: Components, part: number, budget: Budget): CyclicCore {
  const members = components.members.subarray(components.starts[part], components.starts[part + 1]);
  const alone = cyclicCore(core.graph, { ...components, members, starts: [0, members.length] }, budget);
  return { graph: alone.graph, original: alone.original.map((vertex) => core.original[vertex] as number) };
}

function inWhole({ original }: CyclicCore, writes: readonly UnorderedWrites[]): UnorderedWrites[] {
  return writes.map(({ key, writers }) => ({ key, writers: writers.map((vertex) => original[vertex] as number) }));
}

function inEveryOrder(
  part: CyclicCore,
  writes: readonly UnorderedWrites[],
  known: readonly string[],
  budget: Budget,
): InEveryOrder[] {
  const already = new Set(ruledOutBy(known));
  const levelsOf = new Map(
    ANOMALIES.map((anomaly) => [anomaly, ruledOutBy([anomaly]).filter((level) => !already.has(level))] as const),
  );
  let common = ANOMALIES.filter((anomaly) => (levelsOf.get(anomaly) ?? []).length > 0);
  const tried: FoundCycles[][] = [];
  for (const chains of ordersOf(writes.map(({ writers }) => writers))) {
    const cycles: FoundCycles[] = [];
    const ordered = { ...part, graph: withChains(part, chains, budget) };
    searchCycles(ordered, { found: (each) => cycles.push(each), unsettled: () => undefined }, budget);
    const ruledOut = new Set(ruledOutBy(cycles.map(nameOfCycles)));
    common = common.filter((anomaly) => levelsOf.get(anomaly)?.every((level) => ruledOut.has(level)));
    if (common.length === 0) return [];
    tried.push(cycles);
  }
  return additions(common, known).map((anomaly) => ({
    anomaly,
    writes,
    cycles: tried.flatMap((cycles) => showing(levelsOf.get(anomaly) ?? [], cycles)),
  }));
}

/** Every way to order each of the lists. */
function* ordersOf(lists: readonly (readonly number[])[]): Generator<readonly (readonly number[])[]> {
  const [first, ...others] = lists;
  if (first === undefined) {
    yield [];
    return;
  }
  for (const order of permutations(first)) {
    for (const rest of ordersOf(others)) yield [order, ...rest];
  }
}

function* permutations(list: readonly number[]): Generator<readonly number[]> {
  if (list.length === 0) yield [];
  for (const [index, first] of list.entries()) {
    for (const rest of permutations([...list.slice(0, index), ...list.slice(index + 1)])) yield [first, ...rest];
  }
}

/** The graph with a `ww` edge from each writer of a chain, a vertex of the whole graph, to the next. */
function withChains({ graph, original }: CyclicCore, chains: readonly (readonly number[])[], budget: Budget): Graph {
  const builder = new GraphBuilder(graph.real, graph.target.length + original.length, budget);
  for (let vertex = graph.real; vertex < graph.size; vertex++) builder.addVertex();
  for (let vertex = 0; vertex < graph.size; vertex++) {
    for (let edge = graph.offset[vertex] as number; edge < (graph.offset[vertex + 1] as number); edge++) {
      builder.addEdge(vertex, graph.target[edge] as number, graph.kind[edge] as number);
    }
  }
  for (const chain of chains) {
    chain.slice(1).forEach((writer, index) => {
      builder.addEdge(placeIn(original, chain[index] as number), placeIn(original, writer), WW);
    });
  }
  return builder.build();
}

function nameOfCycles({ cycleClass, order }: FoundCycles): string {
  return cycleClass + order;
}

/** The first of the cycles that rules out all these levels alone; all cycles where none does. */
function showing(levels: readonly Level[], cycles: readonly FoundCycles[]): readonly FoundCycles[] {
  const one = cycles.find((each) => {
    const ruledOut = ruledOutBy([nameOfCycles(each)]);
    return levels.every((level) => ruledOut.includes(level));
  });
  return one === undefined ? cycles : [one];
}
